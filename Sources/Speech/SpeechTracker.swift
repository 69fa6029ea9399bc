/// Follows a voice: samples in, every 10 ms a `SpeechFrame` out, with one constant delay.
///
///     let tracker = try SpeechTracker(model: bytes)
///     try tracker.feed(samples, sampleRate: 48_000)
///     while let frame = tracker.nextFrame() { … }
///
/// The frames depend only on the sound, not on the sizes of the pieces it is fed in. Nothing is allocated once the
/// first samples of a rate were fed, as long as frames are taken before some 250 of them wait.
public final class SpeechTracker {
  /// Seconds from one frame to the next.
  public static let frameSeconds = 0.010

  /// How long after its end `finish` goes on, so that the mouth comes to rest.
  private static let restSeconds = 0.25

  private static let centre = MelSpectrum.hop / 2
  /// Samples of a frame's window before its 10 ms begin.
  private static let margin = (MelSpectrum.window - MelSpectrum.hop) / 2

  private let spectrum = MelSpectrum()
  private let network: SpeechNetwork
  private var normalizer: FeatureNormalizer
  private var meter: VoiceMeter
  private var decoder = VisemeDecoder()
  private var resampler: Resampler

  private let power = FloatStore(count: MelSpectrum.bands)
  private let features = FloatStore(count: MelSpectrum.bands)
  private let line = FloatStore(count: MelSpectrum.window + 1024)
  private let stillness = FloatStore(count: 256)
  private var filled = margin
  private var analysed = 0
  private var finished = false
  private var queue = FrameQueue()

  /// What is said, where that is known: in its stretches the visemes are the script's, while loudness, voicing and pitch
  /// stay the sound's. It counts for frames yet to come, on the stream's time, and outlives `reset`.
  public var script = Script()

  /// - Parameter model: the bytes of `speech.bin`; they may come from anywhere.
  public init(model: [UInt8]) throws(SpeechError) {
    let network = try SpeechNetwork(model: model)
    normalizer = FeatureNormalizer(prior: network.prior)
    meter = VoiceMeter(delay: network.lookahead, spectrum: spectrum)
    self.network = network
    resampler = try Resampler(inputRate: Double(Resampler.outputRate))
  }

  /// Seconds of sound after a frame's time that must have been fed before the frame comes out: half a window, the
  /// network's lookahead and half a resampling filter. To that comes, for who shows the frame, the wait for the next
  /// one (`frameSeconds`).
  public var delaySeconds: Double {
    let window = Double(MelSpectrum.window) / 2 / Double(Resampler.outputRate)
    return window + Double(network.lookahead) * Self.frameSeconds + 0.002
  }

  /// Takes the next samples (-1...1) of the voice, in any number; what is not finite counts as silence.
  ///
  /// The rate may change from call to call; the time goes on. After `finish` a new stream begins.
  public func feed(_ samples: UnsafeBufferPointer<Float>, sampleRate: Double) throws(SpeechError) {
    if finished { reset() }
    if Double(resampler.inputRate) != sampleRate.rounded() {
      let next = try Resampler(inputRate: sampleRate)
      if analysed > 0 || filled > Self.margin { feedSilence(samples: resampler.delaySamples) }
      resampler = next
    }
    take(samples)
  }

  /// Ends the stream: silence follows, so that the frames of the last sounds come out and the mouth comes to rest.
  public func finish() {
    guard !finished else { return }
    let rate = Double(resampler.inputRate)
    feedSilence(samples: Int((delaySeconds + Self.restSeconds) * rate))
    finished = true
  }

  /// The next frame, in order of time, or nil until more sound was fed.
  public func nextFrame() -> SpeechFrame? { queue.pop() }

  /// Forgets the stream; the next sample fed is at time 0.
  public func reset() {
    normalizer.reset()
    meter.reset()
    decoder.reset()
    network.reset()
    resampler.reset()
    line.fill(0)
    filled = Self.margin
    analysed = 0
    finished = false
    queue.clear()
  }

  private func feedSilence(samples: Int) {
    var left = samples
    while left > 0 {
      let count = min(left, stillness.count)
      take(UnsafeBufferPointer(start: stillness.base, count: count))
      left -= count
    }
  }

  private func take(_ samples: UnsafeBufferPointer<Float>) {
    var taken = 0
    while true {
      let room = UnsafeMutableBufferPointer(start: line.base + filled, count: line.count - filled)
      let rest = UnsafeBufferPointer(rebasing: samples[taken...])
      let (consumed, produced) = resampler.process(rest, into: room)
      taken += consumed
      filled += produced
      analyse()
      if taken == samples.count && produced < room.count { return }
    }
  }

  /// Turns every whole window in the line into a frame.
  private func analyse() {
    var start = 0
    while filled - start >= MelSpectrum.window {
      spectrum.analyse(line.base + start, into: power.base)
      meter.take(power.base, spectrum)
      normalizer.normalize(power.base, gain: meter.speaker.gain, into: features.base)
      let logits = network.step(features.base)
      let described = analysed - network.lookahead
      if described >= 0 { emit(logits, frame: described) }
      analysed += 1
      start += MelSpectrum.hop
    }
    line.slide(from: start, to: 0, length: filled - start)
    filled -= start
  }

  private func emit(_ logits: SIMD16<Float>, frame: Int) {
    let (loudness, voicing, pitch, quiet) = meter.describe()
    let time = (Double(frame) + 0.5) * Self.frameSeconds
    var visemes = decoder.decode(logits, quiet: quiet).scaled(by: meter.speaker.presence)
    script.direct(&visemes, at: time)
    let spoken = 1 - visemes[.sil]
    queue.push(
      SpeechFrame(
        time: time, visemes: visemes, loudness: loudness * spoken, voicing: voicing * spoken, pitch: pitch,
        effort: meter.speaker.effort))
  }
}
