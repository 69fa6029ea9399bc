import ArgumentParser
import Backend
import Foundation

struct AccountWebhook: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook",
    abstract: "Says where an account is told that avatars and films are done; prints the secret that signs, once.",
    discussion: """
      Messages are signed by Standard Webhooks: docs/service.md. Without URL: what was sent lately. A new URL comes with a \
      new secret.
      """)

  @Argument(help: "The account.")
  var name: String

  @Argument(help: "Where to, https://example.com/webhook.")
  var url: String?

  @Flag(help: "Send nothing any more.")
  var off = false

  func validate() throws {
    guard !off || url == nil else { throw ValidationError("--off takes no URL.") }
  }

  func run() async throws {
    let name = name
    if let url {
      let secret = try await AccountCommand.transact { try $0.setWebhook(url, $0.account(name: name)) }
      Terminal.answer(secret.text)
    } else if off {
      try await AccountCommand.transact { try $0.removeWebhook(of: $0.account(name: name)) }
    } else {
      for delivery in try await AccountCommand.transact({ try $0.webhookDeliveries($0.account(name: name), limit: 20) })
      {
        let state = delivery.deliveredAt != nil ? "delivered" : delivery.nextAt != nil ? "open" : "given up"
        Terminal.answer(
          "\(delivery.createdAt.formatted(.iso8601))  \(delivery.id)  \(delivery.type)  \(state)  "
            + "\(delivery.attempt)x  \(delivery.error ?? "")".trimmingCharacters(in: .whitespaces))
      }
    }
  }
}
