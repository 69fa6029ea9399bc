import Foundation
import Objects
import Testing

@Suite("Objects in S3")
struct S3Tests {
  /// The example of Amazon's S3 API reference, "Signature Calculations for the Authorization Header" and "Using Query
  /// Parameters".
  private let signer = S3Signer(
    credentials: S3Credentials(
      accessKey: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    region: "us-east-1")
  private let host = "examplebucket.s3.amazonaws.com"
  private let now = try! Date("2013-05-24T00:00:00Z", strategy: .iso8601)

  @Test("requests are signed as Amazon's examples are")
  func headers() {
    for (query, signature) in [
      (["max-keys": "2", "prefix": "J"], "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
      (["lifecycle": ""], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    ] {
      let headers = signer.headers(
        for: .init(method: "GET", host: host, path: "/", query: query), digest: S3Signer.nothing, now: now)
      #expect(headers["x-amz-date"] == "20130524T000000Z")
      #expect(
        headers["authorization"]
          == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
          + "SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=\(signature)")
    }
  }

  @Test("links are signed as Amazon's example is")
  func query() {
    let query = signer.query(for: .init(method: "GET", host: host, path: "/test.txt"), seconds: 86_400, now: now)
    #expect(
      query == "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
  }

  @Test("a session's token is signed along and sent")
  func token() {
    let store = S3Store(
      S3Location("s3://bucket?region=eu-central-1")!,
      credentials: S3Credentials(accessKey: "key", secret: "secret", token: "the/token"))
    let key = ObjectKey("uploads/job_1")!
    let form = store.form(for: key, limits: .init(bytes: 1...2, seconds: 60), now: now, site: "")
    #expect(form.url == "https://bucket.s3.eu-central-1.amazonaws.com/")
    #expect(form.fields["x-amz-security-token"] == "the/token")
    let policy = String(decoding: Data(base64Encoded: form.fields["policy"]!)!, as: UTF8.self)
    #expect(policy.contains(#"{"x-amz-security-token":"the/token"}"#))
    let link = store.link(to: key, name: "a.ftar", now: now, seconds: 60, site: "")
    #expect(link.hasPrefix("https://bucket.s3.eu-central-1.amazonaws.com/uploads/job_1?X-Amz-Algorithm="))
    #expect(link.contains("&X-Amz-Security-Token=the%2Ftoken&"))
  }

  @Test("a bucket is Amazon's or of a store that is named")
  func locations() {
    let amazon = S3Location("s3://my-bucket?region=eu-central-1")
    #expect(amazon?.host == "my-bucket.s3.eu-central-1.amazonaws.com" && amazon?.basePath == "")
    let other = S3Location("s3://my-bucket?endpoint=http://127.0.0.1:9000/&region=local")
    #expect(
      other?.origin == "http://127.0.0.1:9000" && other?.host == "127.0.0.1:9000" && other?.basePath == "/my-bucket")
    #expect(S3Location("s3://my-bucket?endpoint=https://example.com:443&region=x")?.host == "example.com")
    for wrong in [
      "", "my-bucket", "https://my-bucket?region=x", "s3://my-bucket", "s3://ab?region=x", "s3://My_Bucket?region=x",
      "s3://my-bucket/path?region=x", "s3://user@my-bucket?region=x", "s3://my-bucket?region=x&acl=public",
      "s3://my-bucket?region=x&endpoint=ftp://example.com", "s3://my-bucket?region=x&endpoint=https://example.com/a",
    ] {
      #expect(S3Location(wrong) == nil, "\(wrong)")
    }
  }

  @Test("a listing is read page by page; keys that are none of ours are passed over")
  func listing() {
    let page = S3Listing(
      """
      <?xml version="1.0"?><ListBucketResult><Prefix>uploads/</Prefix><NextContinuationToken>a+/b=</NextContinuationToken>
      <Contents><Key>uploads/job_1</Key><LastModified>2013-05-24T00:00:00.000Z</LastModified></Contents>
      <Contents><Key>uploads/J&amp;B</Key><LastModified>2013-05-24T00:00:00.000Z</LastModified></Contents>
      <Contents><Key>uploads/job_2</Key><LastModified>2013-05-24T00:00:00Z</LastModified></Contents></ListBucketResult>
      """)
    #expect(page.objects.map(\.key.text) == ["uploads/job_1", "uploads/job_2"])
    #expect(page.objects.allSatisfy { $0.writtenAt == now } && page.next == "a+/b=")
    let damaged = S3Listing("<Contents><Key>uploads/job_1</Key>")
    #expect(damaged.objects.isEmpty && damaged.next == nil)
  }
}
