/// Why a script cannot be followed; `entry` counts from 1.
public enum ScriptError: Error, Equatable, Sendable {
  /// `symbol` (UTF-8) is neither a phone (ARPABET, IPA) nor a viseme.
  case unknownSymbol(entry: Int, symbol: [UInt8])
  /// A time is not a number, or the end is not after the start.
  case badTime(entry: Int)
  /// The entry begins before the one before it ends.
  case notInOrder(entry: Int)

  /// Which entry is at fault.
  public var entry: Int {
    switch self {
    case .unknownSymbol(let entry, _), .badTime(let entry), .notInOrder(let entry): entry
    }
  }

  /// The sentence a user reads.
  public var message: String {
    switch self {
    case .unknownSymbol(let entry, let symbol):
      "Entry " + String(entry) + " of the script says '" + String(decoding: symbol, as: UTF8.self)
        + "', which is neither a phone of ARPABET or the IPA nor a viseme."
    case .badTime(let entry):
      "Entry " + String(entry) + " of the script needs a start in seconds and an end after it."
    case .notInOrder(let entry):
      "Entry " + String(entry) + " of the script begins before the one before it ends."
    }
  }
}
