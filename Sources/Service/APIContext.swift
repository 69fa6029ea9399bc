import Backend
import Foundation
import Hummingbird
import NIOCore

/// What a request carries along: where it comes from.
struct APIContext: RemoteAddressRequestContext {
  var coreContext: CoreRequestContextStorage
  /// The peer of the connection; a proxy, where there is one.
  let remoteAddress: SocketAddress?

  init(source: Source) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
  }

  /// The peer; or, where that is a proxy of ours, the last address in `X-Forwarded-For` that is none.
  func clientAddress(_ request: Request, behind proxies: Set<NetworkAddress>) -> NetworkAddress? {
    guard let peer = remoteAddress?.ipAddress.flatMap(NetworkAddress.init) else { return nil }
    guard proxies.contains(peer) else { return peer }
    let chain = request.headers[values: .xForwardedFor].joined(separator: ",").split(separator: ",")
    for text in chain.reversed() {
      guard let address = NetworkAddress(text.trimmingCharacters(in: .whitespaces)) else { break }
      if !proxies.contains(address) { return address }
    }
    return peer
  }
}
