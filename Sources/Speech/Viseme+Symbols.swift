extension Viseme {
  /// The ARPABET phones of the mouth's shapes, those of TIMIT's closures and allophones with them.
  private var phones: StaticString {
    switch self {
    case .sil: "SIL SP PAU H# EPI Q"
    case .PP: "P B M EM PCL BCL"
    case .FF: "F V"
    case .TH: "TH DH"
    case .DD: "T D DX TCL DCL"
    case .kk: "K G NG ENG KCL GCL"
    case .CH: "CH JH SH ZH"
    case .SS: "S Z"
    case .nn: "N L EN EL NX"
    case .RR: "R ER AXR"
    case .aa: "AA AE AH AX AY AW"
    case .E: "EH EY HH HV"
    case .ih: "IH IX Y IY"
    case .oh: "AO OW OY"
    case .ou: "UW UX UH W WH"
    }
  }

  /// The viseme of an ARPABET phone, with or without the digit of its stress, or of a viseme's own name; upper or lower
  /// case. Nil for anything else.
  public init?(symbol: [UInt8]) {
    var word = symbol[...]
    if word.count > 1, let digit = word.last, (0x30...0x39).contains(digit) { word.removeLast() }
    for viseme in Viseme.allCases where viseme.phones.hasWord(word) || viseme.name.hasWord(word) {
      self = viseme
      return
    }
    return nil
  }
}

extension StaticString {
  /// Whether `word` is one of the words between this text's blanks, in upper or lower case.
  fileprivate func hasWord(_ word: ArraySlice<UInt8>) -> Bool {
    let text = UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    return text.split(separator: UInt8(ascii: " ")).contains {
      $0.count == word.count && zip($0, word).allSatisfy { $0.lowercased == $1.lowercased }
    }
  }
}

extension UInt8 {
  /// The small letter of an ASCII capital; other bytes as they are.
  fileprivate var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}
