#if canImport(Glibc)
  import Glibc

  /// Memory in use by this process' heap, bytes.
  enum AllocationCounter {
    static var bytes: Int { Int(mallinfo2().uordblks) }
  }
#endif
