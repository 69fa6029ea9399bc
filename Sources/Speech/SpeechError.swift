/// Why speech cannot be tracked.
public enum SpeechError: Error, Equatable, Sendable {
  /// The bytes do not begin like a speech model.
  case notAModel
  /// The model was written for another version of this program.
  case unsupportedVersion
  /// The model ends early, is longer than it says, or its checksum is wrong.
  case damagedModel
  /// The model's sizes or numbers are outside what this program can run.
  case unusableModel
  /// Sound is understood from 4000 to 384000 samples a second.
  case unsupportedSampleRate

  /// The sentence a user reads.
  public var message: String {
    switch self {
    case .notAModel: "The speech model is not a speech model file; set up again."
    case .unsupportedVersion: "The speech model belongs to another version of the program; set up again."
    case .damagedModel: "The speech model is damaged; set up again."
    case .unusableModel: "The speech model holds numbers that cannot be used; set up again."
    case .unsupportedSampleRate: "The sound's sample rate is outside 4 to 384 kHz; convert it to 48 kHz."
    }
  }
}
