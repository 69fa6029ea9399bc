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

  /// The letters of the International Phonetic Alphabet (2020) and their usual pairs, without their marks.
  private var letters: StaticString {
    switch self {
    case .sil: "ʔ"
    case .PP: "p b m ɓ ɸ β ʙ"
    case .FF: "f v ʋ ɱ ⱱ pf"
    case .TH: "θ ð"
    case .DD: "t d ʈ ɖ ɗ ɾ"
    case .kk: "k g ɡ ŋ c ɟ x ɣ q ɢ χ ʁ ʀ ɴ ɠ ʛ ʕ kx"
    case .CH: "ʃ ʒ ʂ ʐ ɕ ʑ tʃ dʒ ʧ ʤ tʂ dʐ tɕ dʑ"
    case .SS: "s z ts dz ʦ ʣ"
    case .nn: "n l ɲ ɳ ɫ ʎ ɭ ɬ ɮ ʟ"
    case .RR: "r ɹ ɻ ɺ ɽ ɚ ɝ ɜ ə˞ ɜ˞"
    case .aa: "a ɑ æ ʌ ɐ ə ã aɪ aʊ ai au aj aw ɑɪ ɑʊ"
    case .E: "e ɛ ɘ ɤ ẽ eɪ ei ɛɪ eə ɛə h ɦ ħ"
    case .ih: "i ɪ j ɨ ɯ ĩ ç ʝ iə ɪə"
    case .oh: "o ɔ ɒ õ ø œ ɵ ɞ ɶ oʊ ou əʊ ɔɪ ɔi oi ɔʏ"
    case .ou: "u ʊ w ʍ y ʏ ɥ ʉ ũ uə ʊə"
    }
  }

  /// The viseme of a phone: in ARPABET, with or without the digit of its stress, upper or lower case; a viseme's own
  /// name; or in the International Phonetic Alphabet, whatever its marks of stress, length, tone and the like. Between
  /// slashes or brackets only the last: `y` and `q` are ARPABET's, `/y/` and `[q]` are not. Nil for anything else.
  public init?(symbol: [UInt8]) {
    if let transcribed = symbol.transcribed {
      self.init(ipa: transcribed)
      return
    }
    var word = symbol[...]
    if word.count > 1, let digit = word.last, (0x30...0x39).contains(digit) { word.removeLast() }
    for viseme in Viseme.allCases where viseme.phones.hasWord(word) || viseme.name.hasWord(word) {
      self = viseme
      return
    }
    self.init(ipa: symbol[...])
  }

  private init?(ipa word: ArraySlice<UInt8>) {
    for word in [word, word.withoutMarks[...]] {
      for viseme in Viseme.allCases where viseme.letters.hasWord(word, anyCase: false) {
        self = viseme
        return
      }
    }
    return nil
  }
}

extension [UInt8] {
  /// What stands between slashes or brackets, if that is all there is.
  fileprivate var transcribed: ArraySlice<UInt8>? {
    guard count > 2, let first, let last else { return nil }
    let (slash, open, shut) = (UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"))
    return first == slash && last == slash || first == open && last == shut ? self[1..<count - 1] : nil
  }
}

extension ArraySlice<UInt8> {
  /// UTF-8 without combining marks and ties (U+0300...036F), letters of stress, length, tone and secondary articulation
  /// (U+02B0...02FF) and raised letters (U+1D2C...1DBF).
  fileprivate var withoutMarks: [UInt8] {
    var kept: [UInt8] = []
    var at = startIndex
    while at < endIndex {
      let length = self[at] < 0x80 ? 1 : self[at] < 0xE0 ? 2 : self[at] < 0xF0 ? 3 : 4
      let letter = self[at..<Swift.min(at + length, endIndex)]
      let code = letter.dropFirst().reduce(UInt32(self[at]) & (0xFF >> UInt32(length == 1 ? 0 : length + 1))) {
        $0 << 6 | UInt32($1 & 0x3F)
      }
      let isMark = (0x300...0x36F).contains(code) || (0x2B0...0x2FF).contains(code) || (0x1D2C...0x1DBF).contains(code)
      if !isMark { kept += letter }
      at = letter.endIndex
    }
    return kept
  }
}

extension StaticString {
  /// Whether `word` is one of the words between this text's blanks, in upper or lower case if `anyCase`.
  fileprivate func hasWord(_ word: ArraySlice<UInt8>, anyCase: Bool = true) -> Bool {
    let text = UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    return text.split(separator: UInt8(ascii: " ")).contains {
      $0.count == word.count
        && zip($0, word).allSatisfy { anyCase ? $0.lowercased == $1.lowercased : $0 == $1 }
    }
  }
}

extension UInt8 {
  /// The small letter of an ASCII capital; other bytes as they are.
  fileprivate var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}
