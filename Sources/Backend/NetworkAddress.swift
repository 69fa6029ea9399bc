import Glibc

/// Where somebody comes from, as sessions count it: an IPv4 address, or the first 64 bits of an IPv6 address, because a
/// household or a phone has a whole such network and changes the rest at will. IPv4 written as IPv6 is IPv4.
public struct NetworkAddress: Equatable, Hashable, Sendable {
  /// `192.0.2.7` or `2001:db8:1:2::/64`.
  public let text: String

  /// Nil for what is no address. A zone (`%eth0`) is left out.
  public init?(_ address: String) {
    let address =
      address.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    guard !address.utf8.contains(0) else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, address, &four) == 1 {
      text = Self.written(AF_INET, &four)
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
    let mapped = withUnsafeBytes(of: &six) { bytes in
      bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }
    if mapped {
      withUnsafeBytes(of: &six) { bytes in withUnsafeMutableBytes(of: &four) { $0.copyBytes(from: bytes[12...]) } }
      text = Self.written(AF_INET, &four)
    } else {
      withUnsafeMutableBytes(of: &six) { bytes in for i in 8..<16 { bytes[i] = 0 } }
      text = Self.written(AF_INET6, &six) + "/64"
    }
  }

  /// Who is at the other end: the peer; or, where that is a proxy of ours, the last address that proxies tell of which is none.
  /// - Parameter forwarded: the fields of `X-Forwarded-For`.
  public static func client(
    _ peer: String?, forwarded: [String], behind proxies: Set<NetworkAddress>
  ) -> NetworkAddress? {
    guard let peer = peer.flatMap(NetworkAddress.init) else { return nil }
    guard proxies.contains(peer) else { return peer }
    for text in forwarded.joined(separator: ",").split(separator: ",").reversed() {
      let words = text.split(whereSeparator: \.isWhitespace)
      guard words.count == 1, let address = NetworkAddress(String(words[0])) else { break }
      if !proxies.contains(address) { return address }
    }
    return peer
  }

  private static func written(_ family: Int32, _ address: UnsafeRawPointer) -> String {
    var characters = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(family, address, &characters, socklen_t(characters.count))
    return characters.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
