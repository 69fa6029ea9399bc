import Foundation
import Head

/// The committed rig and its bytes.
enum RigFiles {
  static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Models")
  static let player = bytes("rig.bin")
  static let fit = bytes("rig-fit.bin")
  static let rig: Rig = {
    do { return try Rig(player: player, fit: fit) } catch { fatalError("the committed rig: \(error)") }
  }()

  static func bytes(_ name: String) -> [UInt8] {
    guard let data = try? Data(contentsOf: models.appendingPathComponent(name)) else { fatalError("no Models/\(name)") }
    return [UInt8](data)
  }
}
