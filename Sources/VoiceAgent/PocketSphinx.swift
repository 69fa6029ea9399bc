import Foundation

/// Recognition of English by PocketSphinx (Debian's `pocketsphinx` and `pocketsphinx-en-us`), on this machine alone.
public struct PocketSphinx: Recogniser {
  private let program: Program

  /// - Throws: `no-recogniser` where it is not installed.
  public init() throws(AgentFailure) {
    guard let program = Program("pocketsphinx_continuous"),
      FileManager.default.fileExists(atPath: "/usr/share/pocketsphinx/model/en-us/en-us")
    else {
      throw AgentFailure(
        "no-recogniser",
        "Speech is not recognised here: install the packages pocketsphinx and pocketsphinx-en-us; typing works.")
    }
    self.program = program
  }

  public func text(of samples: [Int16]) async throws -> String {
    try await Program.inFolder { folder in
      let path = folder + "/turn.wav"
      try Data(WaveBytes.wave(samples, rate: 16_000)).write(to: URL(fileURLWithPath: path))
      let output = try await program.run(["-infile", path, "-logfn", "/dev/null"], folder: folder)
      return output.split(whereSeparator: \.isNewline).joined(separator: " ").trimmingCharacters(in: .whitespaces)
    }
  }
}
