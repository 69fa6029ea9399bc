import Head
import Linear
import Speech

/// Visemes with times in, a moving mouth out. Stateless in time: the same frames and the same `time` give the same
/// mouth at any display rate, so that 30 and 60 frames a second show the same speech.
struct MouthMotion {
  /// Reach of the coarticulation kernel: the mouth carries over 50 ms and prepares 35 ms ahead where the delay allows.
  static let past = 0.050
  static let future = 0.035
  /// Lips and teeth begin to meet as early as the frames on hand allow, hold from 6 ms before to 20 ms after a frame (so
  /// that 30 pictures a second show the shortest closure), and part until 42 ms after: faster would be a snap.
  static let closurePast = 0.042
  static let closureFuture = 0.022
  private static let closureHold: (future: Float, past: Float) = (0.006, 0.020)
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
    var mix = SIMD16<Float>.zero
    var total: Float = 0
    var loudness: Float = 0
    var lips: Float = 0
    var labiodental: Float = 0
    timeline.forEach(from: time - past, to: time + future) { frame in
      let offset = frame.time - time
      let weight = kernel(offset)
      mix = mix + frame.visemes.lanes * weight
      loudness = loudness + frame.loudness * weight
      total = total + weight
      if offset > -closurePast && offset < closureFuture {
        let flank =
          offset < 0
          ? Elementary.smoothstep(Float(closurePast), closureHold.past, Float(-offset))
          : Elementary.smoothstep(Float(closureFuture), closureHold.future, Float(offset))
        lips = max(lips, Elementary.smoothstep(0.22, 0.55, frame.visemes[.PP]) * flank)
        labiodental = max(labiodental, Elementary.smoothstep(0.25, 0.6, frame.visemes[.FF]) * flank)
      }
    }
    var mouth = Mouth()
    let alive = 1 - Elementary.smoothstep(Float(staleAfter), Float(silenceAfter), Float(time - timeline.newestTime))
    guard alive > 0 else { return mouth }
    let scale = total > 1e-4 ? alive / total : 0
    loudness = loudness * scale
    mouth.activity = total > 1e-4 ? alive - mix[0] * scale : 0

    let closure = lips * alive
    let bite = labiodental * alive * (1 - closure)
    mouth.closure = closure
    mouth.bite = bite
    let open = (1 - closure) * (1 - 0.75 * bite) * effort(loudness)
    for index in 1..<Viseme.count where index != Int(Viseme.PP.rawValue) && index != Int(Viseme.FF.rawValue) {
      let amount = mix[index] * scale
      if amount > 0.004 { mouth.weights.add(Viseme.recipes[index], times: amount * open) }
    }
    mouth.weights.add(Viseme.recipes[Int(Viseme.PP.rawValue)], times: closure)
    mouth.weights.add(Viseme.recipes[Int(Viseme.FF.rawValue)], times: bite)
    // The jaw goes its own way, and the lips meet wherever it is.
    let jaw = JawMotion.opening(at: time, in: timeline) * alive
    mouth.weights[.jawOpen] = jaw
    mouth.weights[.mouthClose] = jaw * (closure + 0.75 * bite)
    return mouth
  }

  /// Weight of a frame that is `offset` seconds later.
  static func kernel(_ offset: Double) -> Float {
    let u = Float(offset / (offset < 0 ? past : future))
    return (1 - u * u) * (1 - u * u)
  }

  /// Mumbled speech opens less, shouting more; closures close at any effort. An ordinary vowel's loudness of 0.7 gives the
  /// recipes as they are.
  static func effort(_ loudness: Float) -> Float { max(0.5, min(1.2, 0.475 + 0.75 * loudness)) }
}
