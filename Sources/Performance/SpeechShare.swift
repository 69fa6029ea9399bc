import Head

/// What speech leaves of an emotion's mouth: lips meet, teeth touch the lip and vowels stay round or open whatever is
/// felt; the rest of the emotion shows.
struct SpeechShare {
  private let parting: Float
  private let pressing: Float
  private let spreading: Float
  private let rounding: Float

  init(_ mouth: MouthMotion.Mouth) {
    let activity = max(0, min(1, mouth.activity))
    let contact = max(mouth.closure, mouth.bite)
    let round = min(1, mouth.weights[.mouthFunnel] + mouth.weights[.mouthPucker])
    parting = (1 - contact) * (1 - 0.5 * activity)
    pressing = (1 - 0.85 * activity) * (1 - contact)
    spreading = (1 - 0.7 * round) * (1 - 0.25 * activity) * (1 - 0.3 * contact)
    rounding = 1 - activity
  }

  func of(_ shape: Blendshape) -> Float {
    switch shape.lipEffect {
    case .none: 1
    case .parts: parting
    case .presses: pressing
    case .spreads: spreading
    case .rounds: rounding
    }
  }
}
