import Glibc
import NIOPosix

/// Addresses of names, and whether they are of the public internet: a customer's address must not lead into the
/// operator's own networks (server-side request forgery).
package enum PublicAddress {
  /// What a name stands for, in the resolver's order; IP addresses stand for themselves. Empty where it is not known.
  package static func resolve(_ host: String) async throws -> [String] {
    try await NIOThreadPool.singleton.runIfActive {
      var hints = addrinfo()
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      var list: UnsafeMutablePointer<addrinfo>?
      guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
      defer { freeaddrinfo(list) }
      var addresses: [String] = []
      var next = list
      while let entry = next?.pointee {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
          addresses.append(text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
        }
        next = entry.ai_next
      }
      return addresses
    }
  }

  /// Networks of IANA's IPv4 Special-Purpose Address Registry that are not globally reachable, multicast, and relays.
  private static let closedNetworks: [(UInt32, bits: UInt32)] = [
    (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
    (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15), (0xC633_6400, 24),
    (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
  ]

  /// Of IPv6, only global unicast (2000::/3) without what embeds IPv4 (Teredo, 6to4) or is reserved (2001::/23,
  /// documentation); so neither mapped IPv4 nor NAT64.
  package static func contains(_ address: String) -> Bool {
    var four = in_addr()
    if inet_pton(AF_INET, address, &four) == 1 {
      let number = UInt32(bigEndian: four.s_addr)
      return !closedNetworks.contains { number >> (32 - $0.bits) == $0.0 >> (32 - $0.bits) }
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, address, &six) == 1 else { return false }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    let head = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return head >> 29 == 1 && head >> 9 != 0x2001_0000 >> 9 && head != 0x2001_0DB8 && head >> 16 != 0x2002
      && head >> 12 != 0x3FFF_0000 >> 12
  }
}
