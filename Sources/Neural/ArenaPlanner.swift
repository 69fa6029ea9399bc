/// Gives every intermediate tensor a place in one block of memory, so that tensors alive at the same time never
/// overlap: largest first, each at the lowest free place ("greedy by size", Pisarchyk and Lee 2020).
struct ArenaPlanner {
  struct Request {
    var size: Int
    /// First and last step during which the memory is in use, inclusive.
    var first: Int
    var last: Int
  }

  /// Offsets are multiples of this many elements.
  static let alignment = 16

  /// Offset of every request, and the number of elements needed altogether.
  static func plan(_ requests: [Request], limit: Int) throws(NeuralError) -> (offsets: [Int], total: Int) {
    var offsets = [Int](repeating: -1, count: requests.count)
    var order = Array(requests.indices)
    order.sort { requests[$0].size != requests[$1].size ? requests[$0].size > requests[$1].size : $0 < $1 }
    var placed: [Int] = []  // in order of offset
    var total = 0
    for k in order {
      let request = requests[k]
      let size = (request.size + alignment - 1) / alignment * alignment
      var offset = 0
      for other in placed where requests[other].first <= request.last && request.first <= requests[other].last {
        if offsets[other] - offset >= size { break }
        offset = max(offset, end(of: other, offsets, requests))
      }
      guard size <= limit, offset <= limit - size else { throw .tooLarge }
      offsets[k] = offset
      total = max(total, offset + size)
      let at = placed.firstIndex { offsets[$0] > offset } ?? placed.count
      placed.insert(k, at: at)
    }
    return (offsets, total)
  }

  private static func end(of k: Int, _ offsets: [Int], _ requests: [Request]) -> Int {
    offsets[k] + (requests[k].size + alignment - 1) / alignment * alignment
  }
}
