import Service
import Testing

@Test(
  "A host to listen on becomes part of an address",
  arguments: [
    ("127.0.0.1", "localhost"), ("0.0.0.0", "localhost"), ("::1", "[::1]"), ("shop.example", "shop.example"),
  ])
func serverName(host: String, name: String) {
  #expect(Server.name(of: host) == name)
}
