import Glibc
import Service
import Testing

@Suite("A worker's name")
struct WorkerNameTests {
  /// Starts a process that ends at once; nobody has waited for it.
  private func start() throws -> pid_t {
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
    defer { free(arguments[0]) }
    try #require(posix_spawn(&process, "/bin/true", nil, nil, &arguments, nil) == 0)
    return process
  }

  @Test("is that of a process which lives")
  func living() {
    #expect(!WorkerName.isDead(WorkerName.own.text))
    #expect(WorkerName.own.text.split(separator: " ")[1] == "\(getpid())")
  }

  @Test("is a dead one's once the process has ended, whether or not its parent took notice")
  func ended() throws {
    let process = try start()
    defer { waitpid(process, nil, 0) }
    let name = WorkerName(process: process)
    // Waits for the end and leaves the process as it is.
    var information = siginfo_t()
    try #require(waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) == 0)
    #expect(WorkerName(process: process) == nil)
    if let name { #expect(WorkerName.isDead(name.text)) }
  }

  @Test("is a dead one's where another process has its number")
  func reused() {
    let parts = WorkerName.own.text.split(separator: " ")
    #expect(WorkerName.isDead("\(parts[0]) \(parts[1]) 1"))
  }

  @Test("says nothing of processes on other hosts, nor does what is no name")
  func elsewhere() {
    for text in ["elsewhere 1 1", "", "a b c", "\(WorkerName.own.text) more"] { #expect(!WorkerName.isDead(text)) }
  }
}
