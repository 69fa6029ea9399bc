import Engine
import Glibc
import Head
import Photo

/// Where the product's own data lie: the rig and the speech network, which are part of the repository, and the vision
/// models, which the set-up fetches.
public struct DataFiles: Sendable {
  public enum File: String, CaseIterable, Sendable {
    case rig = "Models/rig.bin"
    case rigFit = "Models/rig-fit.bin"
    case speech = "Models/speech.bin"
    case detector = "cache/models/face_detection_short_range.tflite"
    case landmarks = "cache/models/face_landmark_with_attention.tflite"
    case matte = "cache/models/selfie_segmentation.tflite"
  }

  /// The folder that has `Models/` in it.
  public let root: String

  public init(root: String) { self.root = root }

  /// `FLEXATAR_HOME` where it is set; else the nearest folder with the data, going up from the program and then from
  /// the current folder.
  public static func find() throws(SetUpError) -> DataFiles {
    if let home = getenv("FLEXATAR_HOME") {
      let files = DataFiles(root: String(cString: home))
      guard files.has(.rig) else { throw .noData(home: files.root) }
      return files
    }
    for start in ["/proc/self/exe", "."] {
      guard let resolved = realpath(start, nil) else { continue }
      defer { free(resolved) }
      var folder = String(cString: resolved)
      while true {
        let files = DataFiles(root: folder)
        if files.has(.rig) { return files }
        guard let slash = folder.lastIndex(of: "/"), folder != "/" else { break }
        folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
      }
    }
    throw .noData(home: nil)
  }

  public func path(_ file: File) -> String { root + "/" + file.rawValue }

  /// The default portrait, which the set-up fetches: 512 pixels, 43 from iris to iris.
  public var portrait: String { root + "/cache/portrait.png" }
  /// The `AvatarMaker.smallestEyeDistance` that lets the default portrait pass.
  public static let portraitEyeDistance: Float = 40

  public func has(_ file: File) -> Bool { access(path(file), R_OK) == 0 }

  /// The whole file.
  public func bytes(_ file: File) throws(SetUpError) -> [UInt8] {
    do {
      return try FileBytes.read(path(file), limit: 64_000_000)
    } catch {
      throw .missing(file: path(file))
    }
  }

  /// The head that all avatars are made for, without what only fitting needs.
  public func rig() throws(SetUpError) -> Rig { try rig(fit: nil) }

  /// The head with what fitting it to faces needs.
  public func rigWithFit() throws(SetUpError) -> Rig { try rig(fit: bytes(.rigFit)) }

  private func rig(fit: [UInt8]?) throws(SetUpError) -> Rig {
    let bytes = try bytes(.rig)
    do throws(RigError) { return try Rig(player: bytes, fit: fit) } catch { throw .refused(.rig(error)) }
  }
}
