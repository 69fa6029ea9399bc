import Head

/// The emotions that can be laid over speech. `neutral` is their absence: set, it takes the others away.
public enum Emotion: UInt8, CaseIterable, Sendable {
  case joy, anger, sadness, surprise, disgust, confusion, neutral

  /// The name used on the command line and in the SDK.
  public var name: StaticString {
    switch self {
    case .joy: "joy"
    case .anger: "anger"
    case .sadness: "sadness"
    case .surprise: "surprise"
    case .disgust: "disgust"
    case .confusion: "confusion"
    case .neutral: "neutral"
    }
  }

  /// Adds this emotion's shapes at `amount` (1 = all of it), on a mouth at rest.
  public func add(to weights: inout BlendshapeWeights, amount: Float) {
    weights.add(recipe.shapes, times: amount)
  }

  var recipe: EmotionRecipe { EmotionRecipe.all[Int(rawValue)] }
}
