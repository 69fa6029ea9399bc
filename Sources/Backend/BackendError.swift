/// What can be wrong with a request: a case each, with a code for programs and a sentence for people.
public enum BackendError: Error, Equatable, Sendable {
  /// Something in the request is missing, too long or of the wrong kind; the sentence says what.
  case invalid(String)
  /// No secret or token, or one that is not, or no longer, valid.
  case unauthorized
  case accountSuspended
  case noAccount
  /// An account of that name is there already.
  case nameTaken
  case lowBalance
  /// The client request token was used for another user.
  case requestTokenUsed
  case hasSubscription
  case noSubscription
  /// A testing subscription has no paid sessions: its month or its sessions are over.
  case sessionLimit
  /// The creations of this subscription are used up, or its month is over.
  case creationLimit
  /// Too many jobs are under way.
  case queueLimit
  /// A restricted token neither creates nor deletes; an expired subscription does not either.
  case restricted
  case subscriptionExpired
  case noAvatar
  case noFilm
  /// The token was ours; its time or its subscription is over, and another can be fetched.
  case tokenEnded
  /// The token is bound to other origins.
  case originRefused
  case idempotencyKeyReused

  /// Stable, for programs.
  public var code: String {
    switch self {
    case .invalid: "invalid_request"
    case .unauthorized: "unauthorized"
    case .accountSuspended: "account_suspended"
    case .noAccount: "no_account"
    case .nameTaken: "name_taken"
    case .lowBalance: "low_balance"
    case .requestTokenUsed: "request_token_used"
    case .hasSubscription: "has_subscription"
    case .noSubscription: "no_subscription"
    case .sessionLimit: "session_limit"
    case .creationLimit: "creation_limit"
    case .queueLimit: "queue_limit"
    case .restricted: "restricted"
    case .subscriptionExpired: "subscription_expired"
    case .noAvatar: "no_avatar"
    case .noFilm: "no_film"
    case .tokenEnded: "token_ended"
    case .originRefused: "origin_refused"
    case .idempotencyKeyReused: "idempotency_key_reused"
    }
  }

  /// The sentence that people read.
  public var message: String {
    switch self {
    case .invalid(let sentence): sentence
    case .unauthorized: "The secret or token is missing, wrong or no longer valid."
    case .accountSuspended: "The account is suspended."
    case .noAccount: "There is no account of that name."
    case .nameTaken: "There is an account of that name already."
    case .lowBalance: "The balance is too low; add credit to the account."
    case .requestTokenUsed: "This crt was used for another user; each purchase needs a crt of its own."
    case .hasSubscription: "The user has a subscription; delete it before buying another."
    case .noSubscription: "The user has no subscription."
    case .sessionLimit: "The sessions of this testing subscription are used up, or its month is over."
    case .creationLimit: "The creations of this subscription are used up, or its month is over."
    case .queueLimit: "Too many jobs are under way; try again when one of them has ended."
    case .restricted: "This token neither creates nor deletes."
    case .subscriptionExpired: "The subscription's month is over."
    case .noAvatar: "There is no such avatar."
    case .noFilm: "There is no such film."
    case .tokenEnded: "The token has ended; fetch a new one."
    case .originRefused: "The token does not work from this origin."
    case .idempotencyKeyReused: "This Idempotency-Key was used for another request."
    }
  }
}
