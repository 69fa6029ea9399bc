import Crypto
import Foundation
import Glibc

/// Objects as files in a folder: one machine, or several that share it. Forms and links lead to this service itself,
/// which checks them here.
public struct DiskStore: ObjectStore {
  /// The path that forms are posted to, and that links begin with.
  public static let path = "/objects"

  private let folder: String
  private let policy: PostPolicy
  private let linkKey: SymmetricKey

  /// - Parameters:
  ///   - folder: made where it is missing, for this user's eyes only.
  ///   - secret: signs forms and links; the same on every node.
  public init(folder: String, secret: String) throws(ObjectError) {
    self.folder = folder
    policy = PostPolicy(bucket: "objects", region: "local", accessKey: "flexatar", secret: secret)
    linkKey = SymmetricKey(data: Data("link\(secret)".utf8))
    try Self.makeFolder(folder)
  }

  public func put(_ path: String, at key: ObjectKey) async throws(ObjectError) {
    let upload = try begin(key)
    do {
      let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? source.close() }
      while let bytes = try source.read(upToCount: 1 << 20), !bytes.isEmpty { try upload.append(bytes) }
    } catch {
      upload.discard()
      throw ObjectError("\(path) cannot be stored: \(error)")
    }
    _ = try upload.commit(replacing: true)
  }

  public func fetch(_ key: ObjectKey, to path: String) async throws(ObjectError) -> Bool {
    guard let source = self.path(of: key) else { return false }
    do {
      // It does not replace files.
      unlink(path)
      try FileManager.default.copyItem(atPath: source, toPath: path)
      return true
    } catch {
      // Removed in the meantime.
      guard self.path(of: key) != nil else { return false }
      throw ObjectError("\(key.text) cannot be read: \(error)")
    }
  }

  public func contains(_ key: ObjectKey) async throws(ObjectError) -> Bool { path(of: key) != nil }

  public func remove(_ key: ObjectKey) async throws(ObjectError) {
    let path = folder + "/" + key.text
    guard unlink(path) == 0 || errno == ENOENT else {
      throw ObjectError("\(key.text) cannot be removed: \(String(cString: strerror(errno)))")
    }
  }

  public func keys(under folder: String, before end: Date) async throws(ObjectError) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    let tree = FileManager.default.enumerator(atPath: self.folder + "/" + folder)
    while let name = tree?.nextObject() as? String {
      guard let key = ObjectKey("\(folder)/\(name)"), let attributes = tree?.fileAttributes,
        attributes[.type] as? FileAttributeType == .typeRegular,
        let written = attributes[.modificationDate] as? Date, written < end
      else { continue }
      keys.append(key)
    }
    return keys
  }

  public func form(for key: ObjectKey, limits: UploadLimits, now: Date, site: String) -> UploadForm {
    UploadForm(url: site + Self.path, fields: policy.fields(for: key, limits: limits, now: now))
  }

  public func link(to key: ObjectKey, name: String, now: Date, seconds: Int, site: String) -> String {
    let end = Int(now.timeIntervalSince1970) + seconds
    return "\(site)\(Self.path)/\(key.text)?name=\(name)&expires=\(end)&signature=\(signature(key.text, name, end))"
  }

  /// What a form that was posted here allows.
  public func check(_ fields: [String: String], now: Date) throws(PostPolicy.Refusal) -> PostPolicy.Grant {
    try policy.check(fields, now: now)
  }

  /// The file that a link opens; nil when the link is not ours, is over, or the object is gone.
  public func file(of key: String, name: String, expires: String, signature: String, now: Date) -> String? {
    guard let end = Int(expires), now.timeIntervalSince1970 < Double(end),
      PostPolicy.isEqual(signature, self.signature(key, name, end)), let key = ObjectKey(key)
    else { return nil }
    return path(of: key)
  }

  private func signature(_ key: String, _ name: String, _ end: Int) -> String {
    AWSTime.hexadecimal(AWSTime.code("\(key)\n\(name)\n\(end)", linkKey))
  }

  private func path(of key: ObjectKey) -> String? {
    let path = folder + "/" + key.text
    return access(path, R_OK) == 0 ? path : nil
  }

  /// Begins to write an object: nothing is there until it is committed.
  public func begin(_ key: ObjectKey) throws(ObjectError) -> Upload {
    let path = folder + "/" + key.text
    try Self.makeFolder((path as NSString).deletingLastPathComponent)
    return try Upload(path: path)
  }

  private static func makeFolder(_ path: String) throws(ObjectError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw ObjectError("the folder \(path) cannot be made: \(error)")
    }
  }

  /// An object being written, beside its place under a hidden name.
  public final class Upload {
    private let path: String
    private let temporary: String
    private let handle: FileHandle
    public private(set) var bytes = 0

    fileprivate init(path: String) throws(ObjectError) {
      self.path = path
      let folder = (path as NSString).deletingLastPathComponent
      temporary = "\(folder)/.\(UInt64.random(in: 0 ... .max)).part"
      let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw ObjectError("\(folder) cannot be written: \(String(cString: strerror(errno)))") }
      handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    }

    public func append(_ data: some DataProtocol) throws(ObjectError) {
      do { try handle.write(contentsOf: data) } catch { throw ObjectError("the object cannot be written: \(error)") }
      bytes += data.count
    }

    /// Puts it in its place once it is on the disk.
    /// - Parameter replacing: what is there already; where it may not be replaced, the answer is false.
    public func commit(replacing: Bool) throws(ObjectError) -> Bool {
      let isPlaced =
        fsync(handle.fileDescriptor) == 0
        && (replacing ? rename(temporary, path) : Glibc.link(temporary, path)) == 0
      let reason = errno
      // The name is on the disk when its folder is.
      let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if folder >= 0 {
        fsync(folder)
        close(folder)
      }
      discard()
      guard isPlaced || (!replacing && reason == EEXIST) else {
        throw ObjectError("the object cannot be written: \(String(cString: strerror(reason)))")
      }
      return isPlaced
    }

    public func discard() {
      unlink(temporary)
      try? handle.close()
    }
  }

  /// Removes what writers that were killed have left: hidden files older than an hour.
  public func sweep(now: Date) {
    let tree = FileManager.default.enumerator(atPath: folder)
    while let name = tree?.nextObject() as? String {
      guard name.hasSuffix(".part"), let changed = tree?.fileAttributes?[.modificationDate] as? Date,
        now.timeIntervalSince(changed) > 3600
      else { continue }
      unlink(folder + "/" + name)
    }
  }
}
