import AsyncHTTPClient
import Backend
import Foundation
import NIOCore

/// Sends messages to customers' servers.
struct WebhookSender: Sendable {
  let backend: Backend
  /// Whether receivers may be in private networks, and without TLS.
  let allowsPrivate: Bool

  /// How long a receiver may take; far less than the backend waits before it takes a sender for dead.
  private static let seconds = 10

  /// Sends the message that is due, if there is one.
  func sendNext() async throws -> Bool {
    guard try await backend.read({ try $0.hasDueMessages() }),
      let (delivery, webhook) = try await backend.write({ try $0.takeMessage() })
    else { return false }
    let result = await send(delivery, to: webhook)
    try await backend.write { try $0.noteDelivery(delivery, status: result.status, error: result.error) }
    return true
  }

  private func send(_ delivery: WebhookDelivery, to webhook: Webhook) async -> (status: Int?, error: String?) {
    guard let url = URL(string: webhook.url), let host = url.host(percentEncoded: true) else {
      return (nil, "The address is none.")
    }
    guard url.scheme == "https" || allowsPrivate else { return (nil, "The address is not https.") }
    let name = host.trimmingCharacters(in: ["[", "]"])
    guard let addresses = try? await PublicAddress.resolve(name), let address = addresses.first else {
      return (nil, "The name is not known.")
    }
    guard allowsPrivate || addresses.allSatisfy(PublicAddress.contains) else {
      return (nil, "The address is not of the public internet.")
    }
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(Int64(Self.seconds)))
    // What was checked is what is connected to, whatever the name stands for by then.
    configuration.dnsOverride = [name: address]
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    var request = HTTPClientRequest(url: webhook.url)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.headers.add(name: "user-agent", value: "flexatar")
    for (name, value) in webhook.secret.headers(id: delivery.id, body: delivery.body, at: backend.moment) {
      request.headers.add(name: name, value: value)
    }
    request.body = .bytes(ByteBuffer(string: delivery.body))
    let result: (Int?, String?)
    do {
      let status = Int(try await client.execute(request, timeout: .seconds(Int64(Self.seconds))).status.code)
      result = (status, 200..<300 ~= status ? nil : "It was answered \(status).")
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
      result = (nil, "There was no answer in time.")
    } catch {
      result = (nil, "There was no connection.")
    }
    try? await client.shutdown()
    return result
  }
}
