import Linear

/// The voices of a dialogue: one sound in which turns say who speaks, or a sound for each person.
public final class DialogueSound: FilmSound {
  public let sampleRate: Int
  public let channels: Int
  public let estimatedSeconds: Double?

  private enum Source {
    case mixed(AudioReader, turns: [[ClosedRange<Double>]])
    case apart([Track])
  }

  private struct Track {
    let path: String
    let reader: AudioReader
    var waiting: [Float] = []
    var isOver = false
  }

  private var source: Source
  private var done = 0
  /// The file at which reading failed.
  public private(set) var unreadable: String?

  /// Samples a second of several sounds together.
  private static let rate = 48_000
  /// A voice comes and goes within this time where a turn begins and ends, seconds.
  private static let fade = 0.02
  /// Samples that are handed out at a time.
  private static let piece = 2048

  /// - Parameter turns: for each person when they speak, seconds.
  public init(_ sound: AudioReader, turns: [[ClosedRange<Double>]]) {
    (sampleRate, channels, estimatedSeconds) = (sound.sampleRate, sound.channels, sound.estimatedSeconds)
    source = .mixed(sound, turns: turns)
  }

  /// - Parameter sounds: a file for each person, all from the film's beginning.
  /// - Throws: what is wrong with a file, and which one.
  public init(_ sounds: [String]) throws(DialogueSoundError) {
    var tracks: [Track] = []
    for path in sounds {
      do throws(FilmError) {
        tracks.append(Track(path: path, reader: try AudioReader(path: path, resampledTo: Self.rate)))
      } catch { throw DialogueSoundError(path: path, reason: error) }
    }
    (sampleRate, channels) = (Self.rate, 1)
    estimatedSeconds = tracks.compactMap(\.reader.estimatedSeconds).max()
    source = .apart(tracks)
  }

  public func nextVoices() throws(FilmError) -> VoicedBlock? {
    switch source {
    case .mixed(let reader, let turns):
      guard let block = try reader.next() else { return nil }
      let begin = Double(done) / Double(sampleRate)
      done += block.mono.count
      return VoicedBlock(
        interleaved: block.interleaved, voices: turns.map { gate(block.mono, from: begin, turns: $0) })
    case .apart(var tracks):
      for i in tracks.indices {
        do throws(FilmError) {
          try Self.fill(&tracks[i])
        } catch {
          unreadable = tracks[i].path
          throw error
        }
      }
      let count = min(Self.piece, tracks.map(\.waiting.count).max() ?? 0)
      let voices = tracks.indices.map { i in
        let part = Array(tracks[i].waiting.prefix(count))
        tracks[i].waiting.removeFirst(part.count)
        return part + [Float](repeating: 0, count: count - part.count)
      }
      source = .apart(tracks)
      guard count > 0 else { return nil }
      let mixed = (0..<count).map { k in max(-1, min(1, voices.reduce(Float(0)) { $0 + $1[k] })) }
      return VoicedBlock(interleaved: mixed, voices: voices)
    }
  }

  private static func fill(_ track: inout Track) throws(FilmError) {
    while !track.isOver && track.waiting.count < piece {
      if let block = try track.reader.next() { track.waiting += block.mono } else { track.isOver = true }
    }
  }

  /// The samples of `turns`, silence between them.
  private func gate(_ samples: [Float], from begin: Double, turns: [ClosedRange<Double>]) -> [Float] {
    let end = begin + Double(samples.count) / Double(sampleRate)
    let near = turns.filter { $0.upperBound + Self.fade > begin && $0.lowerBound - Self.fade < end }
    guard !near.isEmpty else { return [Float](repeating: 0, count: samples.count) }
    return samples.indices.map { i in
      let time = begin + Double(i) / Double(sampleRate)
      let open = near.reduce(0.0) { most, turn in
        let outside = max(turn.lowerBound - time, time - turn.upperBound, 0)
        return max(most, 1 - outside / Self.fade)
      }
      return samples[i] * Float(open)
    }
  }
}

/// A person's sound cannot be read.
public struct DialogueSoundError: Error, Equatable, Sendable {
  public let path: String
  public let reason: FilmError
}
