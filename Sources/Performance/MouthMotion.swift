import Head
import Linear
import Speech

/// Visemes with times in, a moving mouth out. Stateless in time: the same frames and the same `time` give the same
/// mouth at any display rate, so that 30 and 60 frames a second show the same speech.
struct MouthMotion {
  /// Reach of the coarticulation kernel: the mouth carries over 50 ms and prepares 35 ms ahead where the delay allows.
  static let past = 0.050
  static let future = 0.035
  /// Lips and teeth begin to meet as early as the frames on hand allow, seconds.
  static let closureFuture = 0.022
  /// They hold from so long before to so long after a frame, seconds: 30 pictures a second show the shortest closure.
  private static let contactHold: (future: Float, past: Float) = (0.013, 0.015)
  /// Then they part within so many seconds, plus so many for a `jawOpen` of 1 (with its square): from a P to a wide vowel
  /// faster than lips are would be a snap, to a narrow one slower would be a mumble.
  private static let shortestParting: Float = 0.008
  private static let partingByJaw: Float = 0.36
  /// With no newer frames than this the mouth begins to close; it is closed at `silenceAfter`.
  static let staleAfter = 0.03
  static let silenceAfter = 0.11

  /// What the mouth does at one moment.
  struct Mouth {
    var weights = BlendshapeWeights()
    /// Share of speech (1 - silence), 0...1.
    var activity: Float = 0
    /// Lip closure (P, B, M), 0...1.
    var closure: Float = 0
    /// The lower lip at the upper teeth (F, V), 0...1.
    var bite: Float = 0

    /// Leaves `share` of it.
    mutating func fade(to share: Float) {
      for i in 0..<Blendshape.count { weights[i] = weights[i] * share }
      activity *= share
      closure *= share
      bite *= share
    }
  }

  /// The mouth for the sound at `time`, seconds.
  static func mouth(at time: Double, in timeline: SpeechTimeline) -> Mouth {
    var mouth = Mouth()
    let alive = 1 - Elementary.smoothstep(Float(staleAfter), Float(silenceAfter), Float(time - timeline.newestTime))
    guard alive > 0 else { return mouth }
    var mix = SIMD16<Float>.zero
    var total: Float = 0
    var loudness: Float = 0
    var vocalEffort: Float = 0
    timeline.forEach(from: time - past, to: time + future) { frame in
      let weight = kernel(frame.time - time)
      mix = mix + frame.visemes.lanes * weight
      loudness = loudness + frame.loudness * weight
      vocalEffort = vocalEffort + frame.effort * weight
      total = total + weight
    }
    let jaw = JawMotion.opening(at: time, in: timeline) * alive
    let contact = contact(at: time, jaw: jaw, in: timeline)
    let closure = contact.lips * alive
    let bite = contact.bite * alive * (1 - closure)
    mouth.closure = closure
    mouth.bite = bite
    if total > 1e-4 {
      let scale = alive / total
      mouth.activity = alive - mix[0] * scale
      let effort = Effort(loudness: loudness * scale, vocalEffort: vocalEffort / total)
      let open = (1 - closure) * (1 - 0.75 * bite) * effort.lips
      for index in 1..<Viseme.count where index != Int(Viseme.PP.rawValue) && index != Int(Viseme.FF.rawValue) {
        let amount = mix[index] * scale
        if amount > 0.004 { mouth.weights.add(Viseme.recipes[index], times: amount * open) }
      }
    }
    mouth.weights.add(Viseme.recipes[Int(Viseme.PP.rawValue)], times: closure)
    mouth.weights.add(Viseme.recipes[Int(Viseme.FF.rawValue)], times: bite)
    // The jaw goes its own way, and the lips meet wherever it is.
    mouth.weights[.jawOpen] = jaw
    let beyond = max(0, jaw - 0.5 * Viseme.jaws[Int(Viseme.FF.rawValue)])
    mouth.weights[.mouthClose] = jaw * closure + beyond * bite
    return mouth
  }

  /// How far the lips have met (P, B, M), and lip and teeth (F, V), 0...1.
  private static func contact(at time: Double, jaw: Float, in timeline: SpeechTimeline) -> (lips: Float, bite: Float) {
    let parting = shortestParting + partingByJaw * jaw * jaw
    var contact: (lips: Float, bite: Float) = (0, 0)
    timeline.forEach(from: time - Double(contactHold.past + parting), to: time + closureFuture) { frame in
      let offset = Float(frame.time - time)
      let flank =
        offset < 0
        ? min(1, (offset + contactHold.past + parting) / parting)
        : Elementary.smoothstep(Float(closureFuture), contactHold.future, offset)
      // An uncertain consonant holds less long.
      let away = min(1, abs(offset) / (offset < 0 ? contactHold.past : Float(closureFuture)))
      let sure = 1 - 0.25 * away * away
      contact.lips = max(contact.lips, Elementary.smoothstep(0.22, 0.55, frame.visemes[.PP] * sure) * flank)
      contact.bite = max(contact.bite, Elementary.smoothstep(0.25, 0.6, frame.visemes[.FF] * sure) * flank)
    }
    return contact
  }

  /// Weight of a frame that is `offset` seconds later.
  static func kernel(_ offset: Double) -> Float {
    let u = Float(offset / (offset < 0 ? past : future))
    return (1 - u * u) * (1 - u * u)
  }
}
