import Foundation
import Testing
import VoiceAgent

@Suite struct PartsTests {
  @Test func aTurnBeginsWithAVoiceAndEndsWithAPause() {
    var turns = TurnDetector()
    var events: [(Int, TurnDetector.Event)] = []
    let loudness: [Float] =
      Array(repeating: 0, count: 100) + Array(repeating: 0.6, count: 5) + Array(repeating: 0, count: 50)
      + Array(repeating: 0.6, count: 90) + Array(repeating: 0, count: 40) + Array(repeating: 0.6, count: 60)
      + Array(repeating: 0, count: 200)
    for (index, value) in loudness.enumerated() {
      if let event = turns.hear(loudness: value) { events.append((index, event)) }
    }
    // A cough of 50 ms is none; a pause of 400 ms ends nothing.
    #expect(events.map(\.1) == [.began, .ended(frames: 8 + 82 + 40 + 60 + 70)])
    #expect(events[0].0 == 162)
  }

  @Test func aTurnWithoutEndIsCut() {
    var turns = TurnDetector()
    var ended = 0
    for _ in 0..<3000 where turns.hear(loudness: 0.6) == .ended(frames: TurnDetector.longest) { ended += 1 }
    #expect(ended == 2)
  }

  @Test func phonesOfSeveralSentencesFollowEachOther() {
    let phones = SystemVoice.phones("pau:0.2 hh:0.3 ay:0.5 pau:0.7\npau:0.1 b:0.2 ay:0.6")
    #expect(phones.map(\.symbol) == ["pau", "hh", "ay", "pau", "pau", "b", "ay"])
    #expect(zip(phones, phones.dropFirst()).allSatisfy { abs($0.end - $1.start) < 1e-9 && $0.start < $0.end })
    #expect(abs(phones.last!.end - 1.3) < 1e-9)
    #expect(SystemVoice.phones("nonsense a:b :0.1").count <= 1)
  }

  @Test func nothingButWordsReachesTheVoice() {
    #expect(SystemVoice.speakable("Hi <b>you</b>; $(rm) `x`\n\"ok\"?") == "Hi  b you  b ;   rm   x   ok ?\n")
  }

  @Test func soundSurvivesTheFile() {
    let samples: [Int16] = [0, 1, -1, 32_767, -32_768]
    let read = WaveBytes.read(WaveBytes.wave(samples, rate: 16_000))
    #expect(read?.samples == samples && read?.rate == 16_000)
    for length in 0..<44 { #expect(WaveBytes.read(Array(WaveBytes.wave(samples, rate: 16_000)[..<length])) == nil) }
  }

  @Test func rulesAnswer() async throws {
    let noon = Date(timeIntervalSince1970: 1_700_000_000)
    let rules = RuleReplier(now: { noon })
    for (said, part) in [
      ("hello there", "Hello"), ("what time is it", "It is "), ("What's the date today?", "Today is "),
      ("how are you", "fine"), ("what can you do for me today", "I can tell you"),
      ("thank you", "welcome"), ("zebra crossing", "You said: zebra crossing"), ("", "again"),
      ("How do you work?", "sound by sound"), ("who made you", "sound by sound"), ("how do you do", "fine"),
      ("I am tired", "You said: I am tired"), ("my name is Ann", "nice to meet you"), ("nothing", "You said: nothing"),
    ] {
      let answer = try await rules.reply(to: said, history: [])
      #expect(answer.contains(part), "\(said): \(answer)")
    }
  }

  @Test func aNameThatWasAskedForIsTaken() async throws {
    let asked = [Turn(.user, "hello"), Turn(.agent, try await RuleReplier().reply(to: "hello", history: []))]
    #expect(try await RuleReplier().reply(to: "Ann", history: asked).contains("nice to meet you"))
    #expect(try await RuleReplier().reply(to: "what time is it", history: asked).contains("It is "))
  }

  @Test(arguments: [
    (-1, ""), (0, ""), (0.1, ""), (0.5, "One two three —"), (0.99, "One two three four five —"), (1, nil),
  ])
  func whatWasHeardOfATurnIsKept(share: Double, words: String?) {
    let text = "One two three four five six."
    #expect(Turn(.agent, text).heard(share: share) == words ?? text)
  }

  @Test func pagesOfOtherSitesDoNotTalkToThisMachine() {
    for (origin, host, isPrivate, allowed) in [
      (nil, "localhost:8083", true, true), ("http://localhost:8081", "localhost:8083", true, true),
      ("http://127.0.0.1:8081", "localhost:8083", true, true), ("https://evil.example", "localhost:8083", true, false),
      ("https://evil.example", "evil.example:8083", true, false), ("null", "localhost:8083", true, false),
      ("https://shop.example", "shop.example", false, true), ("https://evil.example", "shop.example", false, false),
      ("https://agent.example", "localhost:8083", true, true), ("http://agent.example", "localhost:8083", true, false),
      ("https://agent.example", "10.0.0.1:8083", false, true), ("https://evil.example", "agent.example", true, false),
    ] as [(String?, String, Bool, Bool)] {
      #expect(
        AgentServer.allows(origin: origin, host: host, isPrivate: isPrivate, site: "https://agent.example") == allowed,
        "\(origin ?? "") \(host)")
    }
  }
}
