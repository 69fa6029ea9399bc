import Speech
import Testing

@Suite struct VisemeTests {
  @Test func `The names and their order are those of the tracks`() {
    let names = Viseme.allCases.map { "\($0.name)" }
    #expect(names == "sil PP FF TH DD kk CH SS nn RR aa E ih oh ou".split(separator: " ").map(String.init))
    #expect(Viseme.count == Viseme.allCases.count)
    for (index, viseme) in Viseme.allCases.enumerated() { #expect(Int(viseme.rawValue) == index) }
  }

  @Test func `Weights are read and written by viseme`() {
    var weights = VisemeWeights.rest
    #expect(weights.strongest == .sil && weights[.sil] == 1 && weights[.ou] == 0)
    weights[.ou] = 2
    #expect(weights.strongest == .ou && weights.lanes[14] == 2)
  }
}
