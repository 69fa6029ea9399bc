import Foundation
import Objects

/// A folder among the temporary files of all users of this machine, for this one alone.
package enum PrivateFolder {
  /// Makes the folder at `path` where there is none; one of this user's own is closed to others.
  /// - Throws: `ObjectError` where somebody else was there first, or it is a link.
  package static func make(_ path: String) throws(ObjectError) {
    var status = stat()
    guard mkdir(path, 0o700) == 0 || errno == EEXIST, lstat(path, &status) == 0 else {
      throw ObjectError("\(path) cannot be made: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
      throw ObjectError("\(path) is not a folder of this user; take it away, or set TMPDIR to another place")
    }
    guard status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else {
      throw ObjectError("\(path) is open to others")
    }
  }
}
