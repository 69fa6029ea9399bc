import Foundation

/// A voice of this machine: flite, which tells its phones, else espeak-ng, whose sound the face follows by ear.
public struct SystemVoice: Voice {
  private enum Engine {
    case flite(Program)
    case espeak(Program)
  }

  private let engine: Engine

  /// - Throws: `no-voice` where neither is installed.
  public init() throws(AgentFailure) {
    if let program = Program("flite") {
      engine = .flite(program)
    } else if let program = Program("espeak-ng") {
      engine = .espeak(program)
    } else {
      throw AgentFailure("no-voice", "There is no voice on this machine: install the package flite or espeak-ng.")
    }
  }

  public func speech(_ text: String) async throws -> Utterance {
    try await Program.inFolder { folder in
      let (words, sound) = (folder + "/words.txt", folder + "/speech.wav")
      // In a file: text is never an option of a program.
      try Data(Self.speakable(text).utf8).write(to: URL(fileURLWithPath: words))
      var phones: [Utterance.Phone] = []
      switch engine {
      case .flite(let program):
        phones = Self.phones(
          try await program.run(["-voice", "slt", "-psdur", "-f", words, "-o", sound], folder: folder))
      case .espeak(let program):
        _ = try await program.run(["-v", "en-us", "-f", words, "-w", sound], folder: folder)
      }
      guard let data = FileManager.default.contents(atPath: sound), let (samples, rate) = WaveBytes.read([UInt8](data))
      else { throw AgentFailure("engine-failed", "The voice made no sound.") }
      return Utterance(samples: samples, rate: rate, phones: phones)
    }
  }

  /// Plain text of one line: what voices stumble over becomes blanks.
  package static func speakable(_ text: String) -> String {
    String(text.map { $0.isLetter || $0.isNumber || "'.,;:?!-".contains($0) ? $0 : " " }) + "\n"
  }

  /// `hh:0.255 ax:0.304 …`: each phone with the time of its end. Each sentence begins anew; its times go on here.
  package static func phones(_ output: String) -> [Utterance.Phone] {
    var (phones, base, before) = ([Utterance.Phone](), 0.0, 0.0)
    for word in output.split(whereSeparator: \.isWhitespace) {
      let parts = word.split(separator: ":")
      guard parts.count == 2, let end = Double(parts[1]) else { continue }
      if base + end < before { base = before }
      if base + end > before {
        phones.append(.init(start: before, end: base + end, symbol: String(parts[0])))
        before = base + end
      }
    }
    return phones
  }
}
