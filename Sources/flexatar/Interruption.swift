import Glibc

/// Control-C and its like, for commands that have something to tidy up before they end.
enum Interruption {
  nonisolated(unsafe) private static var signals: sig_atomic_t = 0

  /// From now on SIGINT and SIGTERM are only noted; a second one ends the program as usual.
  static func expect() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.signals = 1
        signal(number, SIG_DFL)
      }
    }
  }

  static var hasCome: Bool { signals != 0 }
}
