import Linear

extension Vector3 {
  /// A colour as it is written, `#rrggbb`: RGB 0...1.
  public init?(hex text: String) {
    let digits = text.dropFirst()
    guard text.first == "#", digits.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16)
    else { return nil }
    func channel(_ shift: UInt32) -> Float { Float(value >> shift & 255) / 255 }
    self.init(channel(16), channel(8), channel(0))
  }
}
