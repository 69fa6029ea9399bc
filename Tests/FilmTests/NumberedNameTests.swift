import Film
import Testing

@Suite("Sequences of pictures, and people side by side")
struct NumberedNameTests {
  @Test("A folder, or a pattern")
  func names() {
    #expect(NumberedName(path: "out/frames/")?.name(7) == "00007.png")
    #expect(NumberedName(path: "out/frames/")?.isWhole == true)
    let pattern = NumberedName(path: "out/a b-%03d.PNG")
    #expect(pattern?.folder == "out/" && pattern?.isWhole == false)
    #expect(pattern?.name(7) == "a b-007.PNG" && pattern?.name(12345) == "a b-12345.PNG")
    #expect(NumberedName(path: "%d.png")?.name(10) == "10.png")
  }

  @Test(
    "Nothing else",
    arguments: ["", "/", "a.png", "a-%s.png", "a-%5d.png", "a-%05d%05d.png", "a-%05d.jpg", "%00d.png", "%0d.png"])
  func others(_ path: String) {
    #expect(NumberedName(path: path) == nil)
  }

  @Test("Cells fill the picture without a gap and without lying over each other", arguments: 1...4)
  func cells(people: Int) {
    for (width, height) in [(1280, 720), (640, 640), (1922, 354), (270, 480)] {
      let cells = FilmGrid(people: people, width: width, height: height).cells
      #expect(cells.count == people)
      #expect(cells.reduce(0) { $0 + $1.width * $1.height } == width * height)
      for (i, a) in cells.enumerated() {
        #expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height)
        for b in cells[(i + 1)...] {
          #expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y)
        }
      }
    }
  }
}
