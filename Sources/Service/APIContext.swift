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
}
