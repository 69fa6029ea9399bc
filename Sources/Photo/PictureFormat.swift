/// The picture formats that are taken, told by their first bytes: libvips reads many more, some through libraries that
/// were never meant for files from strangers, so the loader is chosen here and never guessed by it.
enum PictureFormat: CaseIterable, Sendable {
  case jpeg, png, webp, gif, tiff, heif

  static let listed = "JPEG, PNG, WebP, HEIC, AVIF, TIFF or GIF"

  /// libvips' name of the loader.
  var loader: String {
    switch self {
    case .jpeg: "jpegload_buffer"
    case .png: "pngload_buffer"
    case .webp: "webpload_buffer"
    case .gif: "gifload_buffer"
    case .tiff: "tiffload_buffer"
    case .heif: "heifload_buffer"
    }
  }

  init?(_ bytes: [UInt8]) {
    func starts(_ magic: [UInt8], at offset: Int = 0) -> Bool {
      bytes.count >= offset + magic.count && bytes[offset..<offset + magic.count].elementsEqual(magic)
    }
    if starts([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if starts(Array("RIFF".utf8)), starts(Array("WEBP".utf8), at: 8) {
      self = .webp
    } else if starts(Array("GIF87a".utf8)) || starts(Array("GIF89a".utf8)) {
      self = .gif
    } else if starts([0x49, 0x49, 0x2A, 0]) || starts([0x4D, 0x4D, 0, 0x2A]) {
      self = .tiff
    } else if starts(Array("ftyp".utf8), at: 4),
      ["heic", "heix", "heim", "heis", "mif1", "msf1", "avif", "avis"].contains(where: { starts(Array($0.utf8), at: 8) }
      )
    {
      self = .heif
    } else {
      return nil
    }
  }
}
