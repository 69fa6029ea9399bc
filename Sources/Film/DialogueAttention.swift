import Engine
import Head
import Linear

/// Who listens turns to who speaks, and back to the viewer when nobody does.
public final class DialogueAttention {
  private let engines: [Engine]
  private let turns: [[ClosedRange<Double>]]
  private let places: [Float]
  /// 1, or -1 where every picture is turned left for right.
  private let side: Float
  private var towards: [Float]
  private var newest = 0.0

  /// Of head and eyes to a neighbour, radians; a speaker turns to the others by a quarter of it.
  private static let yaw: Float = 8 * Elementary.pi / 180
  private static let gaze: Float = 6 * Elementary.pi / 180
  private static let speakersShare: Float = 0.25
  /// A turn begins to be seen so long before its sound: it is announced by a breath. Seconds.
  private static let lead = 0.15
  /// In which two thirds of a turn of the head are done, seconds.
  private static let slowness = 0.35

  /// - Parameters:
  ///   - engines: of the people from the film's left to its right.
  ///   - turns: for each of them when they speak, seconds.
  ///   - width, height: of the film: who sits beside whom.
  ///   - isMirrored: whether everybody's picture is turned left for right.
  public init(
    _ engines: [Engine], turns: [[ClosedRange<Double>]], width: Int, height: Int, isMirrored: Bool = false
  ) {
    (self.engines, self.turns) = (engines, turns)
    towards = engines.map { _ in 0 }
    places = FilmGrid(people: engines.count, width: width, height: height).cells.map {
      Float($0.x) + Float($0.width) / 2
    }
    side = isMirrored ? -1 : 1
  }

  /// To be called before every picture, in order of time (seconds).
  public func direct(at time: Double) {
    let step = max(0, time - newest)
    newest = time
    let speaking = turns.map { $0.contains { $0.lowerBound - Self.lead <= time && time < $0.upperBound } }
    let share = 1 - Elementary.exp(Float(-step / Self.slowness))
    for i in engines.indices {
      let others = speaking.indices.filter { $0 != i && speaking[$0] }
      // Where nobody else speaks, a speaker faces the middle of the others.
      let seen = others.isEmpty && speaking[i] ? engines.indices.filter { $0 != i } : others
      let place = seen.isEmpty ? places[i] : seen.map { places[$0] }.reduce(0, +) / Float(seen.count)
      let direction = place > places[i] + 1 ? side : place < places[i] - 1 ? -side : 0
      towards[i] += (direction * (speaking[i] ? Self.speakersShare : 1) - towards[i]) * share
      // Whose head is to be still looks only.
      engines[i].override.yaw = engines[i].headMotion == .silent ? 0 : Self.yaw * towards[i]
      engines[i].override.gaze = Vector2(Self.gaze * towards[i], 0)
    }
  }
}
