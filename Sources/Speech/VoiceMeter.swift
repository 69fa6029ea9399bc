import Linear

/// How loud, how voiced and how high the voice is, frame by frame, whatever the microphone's gain.
///
/// Loudness is a level in decibels over the bands of the voice, placed against the usual level of the speaker and a noise
/// floor (the running minimum). Voicing and pitch come from the correlation of the windowed sound with itself, divided by
/// that of the window (Boersma 1993). Answers are given `delay` frames late, which lets the level be smoothed without lag.
struct VoiceMeter: ~Copyable {
  private static let firstBand = 3  // 170 Hz
  private static let middleBand = 13  // 1.1 kHz
  private static let lastBand = 34  // 5.2 kHz
  private static let lags = 32...228  // 500...70 Hz at 16 kHz
  private static let silence: Float = -72
  /// Decibels under and over the usual level of the voice that make 0 and 1.
  private static let under: Float = 20
  private static let over: Float = 10
  private static let length = 16

  private let delay: Int
  private let levels = FloatStore(count: length)
  private let voicings = FloatStore(count: length)
  private let pitches = FloatStore(count: length)
  private let correlation = FloatStore(count: RealFourier.bins)
  private let windowCorrelation = FloatStore(count: RealFourier.bins)
  private var frame = 0
  private(set) var speaker = Speaker()
  private var partials = Partials()
  private var floor: Float = 0
  private var pitch: Float = 0

  /// - Parameter delay: frames between the newest frame taken and the one described, 0...10.
  init(delay: Int, spectrum: borrowing MelSpectrum) {
    self.delay = delay
    for lag in 0..<RealFourier.bins {
      var sum: Float = 0
      for index in 0..<MelSpectrum.window - lag {
        sum += spectrum.windowValue(index) * spectrum.windowValue(index + lag)
      }
      windowCorrelation[lag] = sum
    }
    let all = windowCorrelation[0]
    // Where little of the window is left to compare, noise looks periodic: about three times at most.
    for lag in 0..<RealFourier.bins { windowCorrelation[lag] = max(windowCorrelation[lag] / all, 0.35) }
    reset()
  }

  mutating func reset() {
    levels.fill(-120)
    voicings.fill(0)
    pitches.fill(0)
    frame = 0
    speaker = Speaker()
    partials.reset()
    (floor, pitch) = (-70, 0)
  }

  /// Takes the frame that `spectrum` has just analysed, with its band powers.
  mutating func take(_ power: UnsafePointer<Float>, _ spectrum: borrowing MelSpectrum) {
    let level = Self.level(power, Self.firstBand...Self.lastBand)
    let place = frame % Self.length
    levels[place] = level
    frame += 1
    if level > Self.silence {
      floor += level < floor ? (level - floor) * 0.3 : min(0.01, level - floor)
    }
    voicings[place] = 0
    var likeness: Float = 0
    let stillness = partials.take(spectrum)
    let isQuiet = level <= max(Self.silence, floor + 6)
    if !isQuiet {
      spectrum.correlate(into: correlation.base)
      let period = strongestPeriod()
      likeness = period.likeness
      voicings[place] = max(0, min(1, (likeness - 0.5) / 0.3))
      if likeness > 0.6 { pitch = 16_000 / period.lag }
    }
    if likeness > 0.6 {
      let low = Self.level(power, Self.firstBand...Self.middleBand)
      let high = Self.level(power, Self.middleBand + 1...Self.lastBand)
      speaker.hearVoice(level: level, tilt: high - low, pitch: pitch, likeness: likeness, stillness: stillness)
    } else {
      speaker.hearNoVoice(level: level, isQuiet: isQuiet, likeness: likeness, stillness: stillness)
    }
    pitches[place] = pitch
  }

  /// Decibels of some bands' mean power; 150 is the power of the Hann window: full scale reads about 0 dB.
  private static func level(_ power: UnsafePointer<Float>, _ bands: ClosedRange<Int>) -> Float {
    var sum: Float = 0
    for band in bands { sum += power[band] }
    return 4.342_944_8 * Elementary.log(sum / Float(bands.count) / 150 + 1e-12)
  }

  /// The frame `delay` before the newest; `quiet` where nothing rises above the noise floor.
  func describe() -> (loudness: Float, voicing: Float, pitch: Float, quiet: Bool) {
    let at = frame - 1 - delay
    guard at >= 0 else { return (0, 0, 0, true) }
    // A Hann window of seven frames, cut at the newest one.
    var sum = levels[at % Self.length]
    var weights: Float = 1
    for offset in 1...3 {
      let weight: Float = offset == 1 ? 0.853_553_4 : offset == 2 ? 0.5 : 0.146_446_6
      if at >= offset {
        sum += levels[(at - offset) % Self.length] * weight
        weights += weight
      }
      if at + offset < frame {
        sum += levels[(at + offset) % Self.length] * weight
        weights += weight
      }
    }
    let level = sum / weights
    let top = speaker.usual + Self.over
    let bottom = min(max(floor + 6, speaker.usual - Self.under, Self.silence), top - 10)
    let loudness = max(0, min(1, (level - bottom) / (top - bottom)))
    let quiet = level < max(floor + 4, Self.silence)
    return (loudness, voicings[at % Self.length], pitches[at % Self.length], quiet)
  }

  /// The best period in samples and how alike the sound is one period later, -1...1.
  private func strongestPeriod() -> (likeness: Float, lag: Float) {
    guard correlation[0] > 0 else { return (0, 1) }
    var strongest: Float = 0
    for lag in Self.lags { strongest = max(strongest, likeness(lag)) }
    // Twice and three times the true period fit as well: the shortest that is nearly as good is taken.
    var best = Self.lags.lowerBound
    while best < Self.lags.upperBound
      && !(likeness(best) > 0.85 * strongest && likeness(best) > likeness(best - 1)
        && likeness(best) >= likeness(best + 1))
    { best += 1 }
    // The top of the parabola through the three values.
    let (a, b, c) = (likeness(best - 1), likeness(best), likeness(best + 1))
    let bend = a - 2 * b + c
    let shift = bend < 0 ? max(-0.5, min(0.5, 0.5 * (a - c) / bend)) : 0
    return (b, Float(best) + shift)
  }

  private func likeness(_ lag: Int) -> Float { correlation[lag] / correlation[0] / windowCorrelation[lag] }
}
