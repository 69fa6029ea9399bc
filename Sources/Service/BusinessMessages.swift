import Backend
import Foundation

// What customers' servers send and get; the names are the contract's.

/// An object, whatever is in it.
struct Nothing: Codable {
  private enum NoKey: CodingKey {}

  init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: NoKey.self) }
}

struct User: Decodable {
  let authtype: String
  let user: String

  var name: UserName { get throws { try UserName(authtype: authtype, user: user) } }
}

/// Where users come from; nil: anywhere.
struct Origin: Decodable {
  let authtype: String?
}

struct Purchase: Decodable {
  let authtype: String
  let user: String
  let crt: String
  let testing: Bool?
}

struct TokenRequest: Decodable {
  let authtype: String
  let user: String
  let domain: [String]?
  let restricted: Bool?
}

struct TokenAnswer: Encodable {
  let token: String
  /// When the subscription ends, seconds since 1970; `tokenExp` is the token's own end.
  let exp: Int
  let tokenExp: Int
  let crt: String
  let isExpired: Bool

  enum CodingKeys: String, CodingKey {
    case token, exp, crt
    case tokenExp = "token_exp"
    case isExpired = "is_expired"
  }
}

struct SubscriptionList: Encodable {
  let list: [SubscriptionItem]
}

struct SubscriptionItem: Encodable {
  let authtype, user, crt: String
  let testing: Bool
  /// Seconds since 1970.
  let created, exp: Int
  let isExpired: Bool

  init(_ subscription: Subscription, at now: Date) {
    (authtype, user, crt) = (subscription.authtype, subscription.user, subscription.crt)
    testing = subscription.testing
    (created, exp) = (subscription.createdAt.seconds, subscription.expiresAt.seconds)
    isExpired = subscription.isExpired(at: now)
  }

  enum CodingKeys: String, CodingKey {
    case authtype, user, crt, testing, created, exp
    case isExpired = "is_expired"
  }
}

struct AccountInfo: Encodable {
  struct Prices: Encodable {
    let subscription, session, creation, render: Decimal
  }

  /// Since the month began.
  struct Usage: Encodable {
    let subscriptions, sessions, creations, films: Int
    let spent: Decimal
  }

  let account, currency: String
  let balance: Decimal
  let prices: Prices
  let usage: Usage

  init(_ statement: Transaction.Statement, _ rules: Rules) {
    account = statement.accountName
    currency = rules.currency
    balance = Decimal(cents: statement.balanceCents)
    prices = Prices(
      subscription: Decimal(cents: rules.subscriptionCents), session: Decimal(cents: rules.sessionCents),
      creation: Decimal(cents: rules.creationCents), render: Decimal(cents: rules.renderCents))
    usage = Usage(
      subscriptions: statement.subscriptions, sessions: statement.sessions, creations: statement.creations,
      films: statement.films, spent: Decimal(cents: statement.spentCents))
  }
}

extension Date {
  /// Whole seconds since 1970.
  var seconds: Int { Int(timeIntervalSince1970.rounded(.down)) }
}
