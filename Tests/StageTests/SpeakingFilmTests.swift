import Engine
import Film
import Foundation
import Head
import Stage
import Testing
import Workshop

@Suite("Films drawn by several stages", .enabled(if: Scene.canDraw, "no EGL"), .serialized)
struct SpeakingFilmTests {
  /// A second of a voice's rhythm without words: the mouth has something to do.
  private final class Hum: FilmSound {
    let sampleRate = 16_000
    let channels = 1
    let estimatedSeconds: Double? = 1
    private let people: Int
    private var said = 0

    init(people: Int) { self.people = people }

    func nextVoices() throws(FilmError) -> VoicedBlock? {
      guard said < sampleRate else { return nil }
      let samples = (said..<said + 400).map { index -> Float in
        let time = Float(index) / 16_000
        return 0.3 * sin(2 * .pi * 4 * time)
          * (0..<12).reduce(0) { $0 + sin(2 * .pi * 130 * Float($1 + 1) * time) / 12 }
      }
      said += samples.count
      return VoicedBlock(interleaved: samples, voices: Array(repeating: samples, count: people))
    }
  }

  /// Everybody on their stages.
  private func actors(_ people: [SyntheticAvatar], stages: () throws -> [Offscreen]) throws -> [SpeakingFilm.Actor] {
    let files = try DataFiles.find()
    return try people.enumerated().map { index, person in
      let stages = try stages()
      for offscreen in stages {
        try offscreen.stage.load(person.avatar, slot: 0)
        for (image, pixels) in person.pictures { offscreen.stage.upload(pixels, slot: 0, image: image) }
      }
      return SpeakingFilm.Actor(engine: try Engine(files, seed: UInt64(index) + 3), stages: stages)
    }
  }

  private func film(
    _ actors: [SpeakingFilm.Actor], subtitled: Bool = false, goesOn: (Double) -> Bool = { _ in true }
  ) throws -> Data? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let film = SpeakingFilm(actors)
    if subtitled {
      let subtitles = [Subtitle(start: 0.2, end: 0.5, text: "Hm."), Subtitle(start: 0.5, end: 0.9, text: "Hm, hm.")]
      film.painter = try SubtitlePainter(subtitles, width: 128, height: 96)
    }
    let path = folder.appendingPathComponent("film.mp4").path
    let finished = try film.shoot(
      Hum(people: actors.count), to: path, FilmPlan(width: 128, height: 96, fps: 25), goesOn: goesOn)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names == (finished ? ["film.mp4"] : []))
    return FileManager.default.contents(atPath: path)
  }

  private func alone() throws -> [Offscreen] { [try Offscreen(rig: Scene.rig)] }
  private func several() throws -> [Offscreen] { try Offscreen.several(rig: Scene.rig) }

  @Test("A film is the same byte by byte, however many stages draw it")
  func sameFilm() throws {
    let one = try #require(try film(actors([Scene.light], stages: alone), subtitled: true))
    #expect(try film(actors([Scene.light], stages: several), subtitled: true) == one)
    let three = try actors([Scene.light]) { try (0..<3).map { _ in try Offscreen(rig: Scene.rig) } }
    #expect(try film(three, subtitled: true) == one)
    #expect(try film(actors([Scene.dark], stages: several), subtitled: true) != one)
  }

  @Test("Two people, each on several stages, are filmed as on one")
  func sameDialogue() throws {
    let people = [Scene.light, Scene.dark]
    let one = try #require(try film(actors(people, stages: alone)))
    #expect(try film(actors(people, stages: several)) == one)
  }

  @Test("A film that is given up leaves nothing but its stages, free for the next one")
  func givenUp() throws {
    let people = try actors([Scene.light], stages: several)
    var asked = 0
    let nothing = try film(people) { _ in
      asked += 1
      return asked < 9
    }
    #expect(nothing == nil && asked == 9)
    #expect(try film(people) != nil)
  }

  private static let isDrawnByProcessors =
    ProcessInfo.processInfo.activeProcessorCount > 1 && !FileManager.default.fileExists(atPath: "/dev/dri")

  @Test("Where several processors draw there are two stages", .enabled(if: isDrawnByProcessors, "graphics card"))
  func twoStages() throws { #expect(try several().count == 2) }
}
