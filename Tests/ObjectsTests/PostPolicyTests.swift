import Foundation
import Objects
import Testing

@Suite("Forms for uploads")
struct PostPolicyTests {
  private let policy = PostPolicy(bucket: "objects", region: "local", accessKey: "flexatar", secret: "not a secret")
  private let noon = try! Date("2026-01-15T12:00:00Z", strategy: .iso8601)
  private let key = ObjectKey("uploads/job_1")!

  private var fields: [String: String] {
    policy.fields(for: key, limits: UploadLimits(bytes: 1...1000, seconds: 900), now: noon)
  }

  @Test("are taken as they were made, until their time is up")
  func own() throws {
    let grant = try policy.check(fields, now: noon + 899)
    #expect(grant.key == key && grant.bytes == 1...1000)
    refuses(fields, at: noon + 900, "Policy expired")
  }

  @Test("are taken as botocore 1.44 signs them")
  func foreign() throws {
    let made = [
      "key": "uploads/job_1", "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": "flexatar/20260115/local/s3/aws4_request", "x-amz-date": "20260115T120000Z",
      "policy":
        "eyJleHBpcmF0aW9uIjogIjIwMjYtMDEtMTVUMTI6MTU6MDBaIiwgImNvbmRpdGlvbnMiOiBbeyJidWNrZXQiOiAib2JqZWN0cyJ9LCB7"
        + "ImtleSI6ICJ1cGxvYWRzL2pvYl8xIn0sIFsiY29udGVudC1sZW5ndGgtcmFuZ2UiLCAxLCAxMDAwXSwgeyJ4LWFtei1hbGdvcml0aG0iOiAi"
        + "QVdTNC1ITUFDLVNIQTI1NiJ9LCB7IngtYW16LWNyZWRlbnRpYWwiOiAiZmxleGF0YXIvMjAyNjAxMTUvbG9jYWwvczMvYXdzNF9yZXF1ZXN0"
        + "In0sIHsieC1hbXotZGF0ZSI6ICIyMDI2MDExNVQxMjAwMDBaIn1dfQ==",
      "x-amz-signature": "de2d33e14ae0098eeb8c325730a9c6f6af9d348c43214f7780e783da3378541e",
    ]
    let grant = try policy.check(made, now: noon)
    #expect(grant.key == key && grant.bytes == 1...1000)
  }

  @Test(
    "with a field that is changed, missing or added are refused",
    arguments: [
      "key", "policy", "x-amz-signature", "x-amz-date", "x-amz-algorithm", "x-amz-credential", "acl",
    ])
  func forged(field: String) {
    var changed = fields
    changed[field] = "uploads/job_2"
    refuses(changed, at: noon)
    if fields[field] != nil {
      changed[field] = nil
      refuses(changed, at: noon)
    }
  }

  @Test("of another secret are refused")
  func otherSecret() {
    let other = PostPolicy(bucket: "objects", region: "local", accessKey: "flexatar", secret: "another")
    refuses(
      other.fields(for: key, limits: UploadLimits(bytes: 1...1000, seconds: 900), now: noon), at: noon, "not signed")
  }

  private func refuses(_ fields: [String: String], at moment: Date, _ words: String = "") {
    #expect {
      try policy.check(fields, now: moment)
    } throws: { ($0 as? PostPolicy.Refusal).map { words.isEmpty || $0.message.contains(words) } == true }
  }
}
