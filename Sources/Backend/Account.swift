import Foundation

/// A customer of the operator.
public struct Account: Equatable, Sendable {
  public let id: String
  /// Chosen by the operator, unique.
  public let name: String
  public let createdAt: Date
  public let suspendedAt: Date?
}
