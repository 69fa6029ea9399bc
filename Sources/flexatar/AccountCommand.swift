import ArgumentParser
import Backend
import Database
import Foundation

/// The operator's side of accounts.
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Opens and keeps customers' accounts.",
    discussion: """
      The database is the one that `flexatar serve` uses: DATABASE_URL, or data/flexatar.sqlite.
      """,
    subcommands: [Create.self, Credit.self, Rotate.self, List.self, Suspend.self, AccountWebhook.self])

  /// Runs one transaction and closes the database.
  static func transact<Answer: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Answer
  ) async throws -> Answer {
    let backend = try await ServiceSettings().backend()
    do {
      let answer = try await backend.write(body)
      await backend.close()
      return answer
    } catch {
      await backend.close()
      switch error {
      case let error as BackendError: throw Failure(error.message)
      case let error as DatabaseError: throw Failure("the database does not do it: \(error.message)")
      default: throw error
      }
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Opens an account and prints its API secret, once and never again.")

    @Argument(help: "A name of your own: letters, digits, dots, hyphens, underscores.")
    var name: String

    func run() async throws {
      let name = name
      Terminal.answer(try await AccountCommand.transact { try $0.createAccount(name: name).secret.text })
    }
  }

  struct Credit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds prepaid money to an account.", discussion: "A correction: flexatar account credit NAME -- -5.00")

    @Argument(help: "The account.")
    var name: String

    @Argument(help: "How much, in the service's currency: 25 or 25.50.")
    var amount: String

    @Option(help: "Your name for the payment; the same one again changes nothing.")
    var reference: String?

    func run() async throws {
      let (name, reference) = (name, reference)
      guard let cents = Self.cents(amount) else { throw ValidationError("'\(amount)' is no amount such as 25.50.") }
      let balance = try await AccountCommand.transact { transaction in
        let account = try transaction.account(name: name)
        try transaction.credit(cents, to: account, reference: reference)
        return try transaction.balanceCents(of: account)
      }
      Terminal.say("\(name): \(money(balance))")
    }

    /// Digits, and at most two behind a dot.
    static func cents(_ amount: String) -> Int? {
      let negative = amount.hasPrefix("-")
      let parts = amount.dropFirst(negative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 48...57 ~= $0 } }),
        parts.count == 1 || parts[1].count <= 2, parts[0].count <= 9, let whole = Int(parts[0])
      else { return nil }
      let rest = parts.count == 2 ? Int(parts[1])! * (parts[1].count == 1 ? 10 : 1) : 0
      return (negative ? -1 : 1) * (whole * 100 + rest)
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints a new API secret; the newest of the others goes on working until the next rotation.")

    @Argument(help: "The account.")
    var name: String

    @Flag(help: "All others stop at once, as when one has leaked.")
    var atOnce = false

    func run() async throws {
      let (name, atOnce) = (name, atOnce)
      let secret = try await AccountCommand.transact { try $0.rotateSecret(of: $0.account(name: name), atOnce: atOnce) }
      Terminal.answer(secret.text)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists accounts: name, balance, the end of each live secret, suspended or not.")

    @Flag(help: "As JSON: name, balanceCents, secrets, suspended.")
    var json = false

    func run() async throws {
      let accounts = try await AccountCommand.transact { try $0.accounts() }
      if json {
        Terminal.answer(
          JSONText.array(
            accounts.map { entry in
              .object([
                ("name", .string(entry.account.name)), ("balanceCents", .integer(entry.balanceCents)),
                ("secrets", .array(entry.secrets.map { .string($0) })),
                ("suspended", .bool(entry.account.suspendedAt != nil)),
              ])
            }
          ).text)
        return
      }
      for entry in accounts {
        let secrets = entry.secrets.map { "…" + $0 }.joined(separator: " ")
        let state = entry.account.suspendedAt == nil ? "" : "  suspended"
        Terminal.answer("\(entry.account.name)  \(money(entry.balanceCents))  \(secrets)\(state)")
      }
    }
  }

  struct Suspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shuts an account out, secrets and tokens alike; its data stay.")

    @Argument(help: "The account.")
    var name: String

    @Flag(help: "Let it in again.")
    var lift = false

    func run() async throws {
      let (name, lift) = (name, lift)
      try await AccountCommand.transact { try $0.setSuspended(!lift, $0.account(name: name)) }
    }
  }
}

/// Cents with two digits behind the dot.
private func money(_ cents: Int) -> String {
  let digits = String(abs(cents) % 100)
  return "\(cents < 0 ? "-" : "")\(abs(cents) / 100).\(digits.count == 1 ? "0" : "")\(digits)"
}
