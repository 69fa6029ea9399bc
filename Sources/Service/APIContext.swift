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
    NetworkAddress.client(
      remoteAddress?.ipAddress, forwarded: request.headers[values: .xForwardedFor], behind: proxies)
  }
}
