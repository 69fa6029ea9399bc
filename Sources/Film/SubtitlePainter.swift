import Photo
import Pixels

/// Lays subtitles over pictures: white letters with a dark outline, in the middle above the lower edge, at most two lines.
public final class SubtitlePainter {
  package private(set) var subtitles: [Subtitle] = []
  private let width: Int
  private let height: Int
  private let size: Int
  private var shown: (index: Int, pages: [Page])?

  /// A part of a subtitle that fits.
  private struct Page {
    /// Seconds until which it is shown.
    var end: Double
    /// Coverage by letters, and by letters with their outline.
    var letters: PixelBuffer
    var outlined: PixelBuffer
  }

  /// Free of text at each edge, share of the length (EBU R 95).
  private static let margin = 0.05
  /// Ink of two lines is not higher than this, in letter sizes; of three lines it is.
  private static let twoLines = 2.75

  /// - Parameters:
  ///   - subtitles: those that overlap are shown together. One that does not fit into two lines is shown part by part.
  ///   - width, height: of the pictures, pixels.
  /// - Throws: `noFont`.
  public init(_ subtitles: [Subtitle], width: Int, height: Int) throws(SubtitleError) {
    let missing = Photo.lettersWithoutFont(in: subtitles.map(\.text).joined(separator: "\n"))
    guard missing.isEmpty else { throw .noFont(missing) }
    (self.width, self.height) = (width, height)
    size = max(9, Int(min(0.056 * Double(height), 0.062 * Double(width)).rounded()))
    // Who is spoken into goes on where the words are.
    let spokenInto = Subtitle.overlapping(subtitles)
    self.subtitles = Subtitle.oneAtATime(
      subtitles.enumerated().flatMap { spokenInto.contains($0) ? parts(of: $1) : [$1] })
  }

  /// Lays what is to be read at `time` over an RGBA picture with premultiplied alpha, bottom row first.
  func paint(_ picture: UnsafeMutableRawBufferPointer, at time: Double) {
    guard let index = subtitles.firstIndex(where: { $0.start <= time && time < $0.end }) else { return }
    if shown?.index != index { shown = (index, pages(of: subtitles[index])) }
    guard let page = shown?.pages.first(where: { time < $0.end }) ?? shown?.pages.last else { return }
    let left = (width - page.outlined.width) / 2
    let bottom = max(0, Int(Self.margin * Double(height)))
    let pixels = picture.bindMemory(to: SIMD4<UInt8>.self)
    for y in 0..<page.outlined.height {
      let row = bottom + page.outlined.height - 1 - y
      guard row < height else { continue }
      for x in 0..<page.outlined.width where 0..<width ~= left + x {
        let i = y * page.outlined.width + x
        let cover = Float(page.outlined.data[i]) / 255
        guard cover > 0 else { continue }
        let old = SIMD4<Float>(pixels[row * width + left + x])
        let letter = Float(page.letters.data[i])
        let new = SIMD4(letter, letter, letter, 255 * cover) + old * (1 - cover)
        pixels[row * width + left + x] = SIMD4<UInt8>(new + 0.5)
      }
    }
  }

  // MARK: Setting

  private func pages(of subtitle: Subtitle) -> [Page] {
    parts(of: subtitle).compactMap { part in
      guard let letters = set(part.text) else { return nil }
      let (inner, outlined) = Self.outline(letters, radius: max(1.6, 0.1 * Double(size)))
      return Page(end: part.end, letters: inner, outlined: outlined)
    }
  }

  /// Parts that fit, with their share of the time.
  private func parts(of subtitle: Subtitle) -> [Subtitle] {
    let lines = subtitle.text.split(separator: "\n").map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let text = lines.count <= 2 ? lines.joined(separator: "\n") : lines.joined(separator: " ")
    return parts(text, from: subtitle.start, to: subtitle.end)
  }

  private func parts(_ text: String, from start: Double, to end: Double) -> [Subtitle] {
    if set(text) != nil { return [Subtitle(start: start, end: end, text: text)] }
    guard let (first, second) = Self.halves(text) else { return [] }
    let share = Double(first.count) / Double(first.count + second.count)
    let middle = start + share * (end - start)
    return parts(first, from: start, to: middle) + parts(second, from: middle, to: end)
  }

  /// The text in at most two lines of about the same length; nil where it does not fit.
  private func set(_ text: String) -> PixelBuffer? {
    let room = Double(width) * (1 - 2 * Self.margin) - 0.2 * Double(size)
    func set(_ share: Double) -> PixelBuffer? { try? Photo.text(text, size: size, width: Int(room * share)) }
    func fits(_ picture: PixelBuffer) -> Bool {
      Double(picture.height) <= Self.twoLines * Double(size) && Double(picture.width) <= room
    }
    guard let whole = set(1), fits(whole) else { return nil }
    guard Double(whole.height) > 1.5 * Double(size), !text.contains("\n") else { return whole }
    for share in [0.55, 0.65, 0.75, 0.85] {
      if let even = set(share), fits(even) { return even }
    }
    return whole
  }

  /// Parted at the blank next to the middle, or in the middle where words have none between them.
  private static func halves(_ text: String) -> (String, String)? {
    let letters = Array(text)
    guard letters.count > 1 else { return nil }
    let middle = letters.count / 2
    let blanks = letters.indices.filter { letters[$0].isWhitespace && $0 > 0 && $0 < letters.count - 1 }
    let blank = blanks.min { abs($0 - middle) < abs($1 - middle) }
    guard let blank, abs(blank - middle) < max(4, letters.count / 4) else {
      return (String(letters[..<middle]), String(letters[middle...]))
    }
    return (String(letters[..<blank]), String(letters[(blank + 1)...]))
  }

  /// The letters with room around them, and with an outline of `radius` pixels.
  private static func outline(_ letters: PixelBuffer, radius: Double) -> (PixelBuffer, PixelBuffer) {
    let edge = Int(radius.rounded(.up)) + 1
    let (width, height) = (letters.width + 2 * edge, letters.height + 2 * edge)
    var inner = PixelBuffer(width: width, height: height, channels: 1)
    var outer = inner
    for y in 0..<letters.height {
      for x in 0..<letters.width {
        inner.data[(y + edge) * width + x + edge] = letters.data[y * letters.width + x]
      }
    }
    for dy in -edge...edge {
      for dx in -edge...edge {
        let reach = min(1, max(0, radius + 0.5 - (Double(dx * dx + dy * dy)).squareRoot()))
        guard reach > 0 else { continue }
        let part = Int(reach * 256)
        for y in 0..<letters.height {
          let from = y * letters.width
          let to = (y + edge + dy) * width + edge + dx
          for x in 0..<letters.width {
            let value = UInt8(Int(letters.data[from + x]) * part >> 8)
            if value > outer.data[to + x] { outer.data[to + x] = value }
          }
        }
      }
    }
    return (inner, outer)
  }
}
