import Creation
import Dispatch
import Engine

extension Engine {
  /// An engine with the product's own rig and speech network.
  public convenience init(_ files: DataFiles, seed: UInt64 = 1) throws(SetUpError) {
    let rig = try files.bytes(.rig)
    let speech = try files.bytes(.speech)
    do throws(EngineError) {
      try self.init(rig: rig, speech: speech, seed: seed)
    } catch {
      throw .refused(error)
    }
  }

  /// Loads the vision models and the rig's creation part.
  public func openCreation(_ files: DataFiles) throws(SetUpError) {
    let detector = try files.bytes(.detector)
    let landmarks = try files.bytes(.landmarks)
    let matte = try files.bytes(.matte)
    let rigFit = try files.bytes(.rigFit)
    do throws(EngineError) {
      try openCreation(detector: detector, landmarks: landmarks, matte: matte, rigFit: rigFit, pair: Self.onTwoThreads)
    } catch {
      throw .refused(error)
    }
  }

  /// Two pieces of work at once.
  private static let onTwoThreads: Pair = { first, second in
    withoutActuallyEscaping(first) { first in
      // The pieces do not touch each other's data, and both have ended when this does.
      nonisolated(unsafe) let first = first
      let group = DispatchGroup()
      DispatchQueue.global(qos: .userInitiated).async(group: group) { first() }
      second()
      group.wait()
    }
  }
}
