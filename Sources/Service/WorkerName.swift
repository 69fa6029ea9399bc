import Foundation

/// Which process holds a job: its host, its number and when it began, so that another process of that number is not
/// taken for it.
package struct WorkerName: Equatable, Sendable {
  package let text: String

  package static let own = WorkerName(process: ProcessInfo.processInfo.processIdentifier)!

  /// Nil where there is no such process on this host.
  package init?(process: Int32) {
    // Fields 3 and on follow the name in parentheses, which may hold anything; the 22nd is the time of the start.
    guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = line.lastIndex(of: ")"),
      case let fields = line[end...].split(separator: " "), fields.count > 20,
      // One that nobody has waited for yet is dead all the same.
      fields[1] != "Z"
    else { return nil }
    text = "\(ProcessInfo.processInfo.hostName) \(process) \(fields[20])"
  }

  /// Whether `text` names a process of this host that is no more.
  package static func isDead(_ text: String) -> Bool {
    let parts = text.split(separator: " ")
    guard parts.count == 3, parts[0] == ProcessInfo.processInfo.hostName, let process = Int32(parts[1]) else {
      return false
    }
    return WorkerName(process: process)?.text != text
  }
}
