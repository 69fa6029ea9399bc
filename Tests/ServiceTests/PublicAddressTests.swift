import Service
import Testing

@Suite("Addresses of the public internet")
struct PublicAddressTests {
  @Test(
    "are told from those that lead elsewhere",
    arguments: [
      "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
      "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1",
      "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
      "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "fe80::1", "fc00::1", "fd00:ec2::254",
      "ff02::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "", "localhost", "1",
    ])
  func closed(address: String) { #expect(!PublicAddress.contains(address)) }

  @Test(
    "are reached",
    arguments: [
      "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
      "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1",
      "2001:4860::8888",
      "2003::1", "2606:4700::1111", "3ffe::1",
    ])
  func open(address: String) { #expect(PublicAddress.contains(address)) }

  @Test("names stand for addresses; so do numbers however they are written")
  func resolution() async throws {
    #expect(try await PublicAddress.resolve("::1") == ["::1"])
    for spelling in ["127.0.0.1", "127.1", "2130706433", "0x7f.1"] {
      #expect(try await PublicAddress.resolve(spelling) == ["127.0.0.1"], "\(spelling)")
    }
    #expect(try await PublicAddress.resolve("no-such-host.invalid") == [])
  }
}
