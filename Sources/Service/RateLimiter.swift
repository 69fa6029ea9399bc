import Foundation
import Synchronization

/// How often somebody may ask: `burst` times at once, `perSecond` times in the long run.
package struct RateLimit: Equatable, Sendable {
  var perSecond: Double
  var burst: Double

  package init(perSecond: Double, burst: Double) { (self.perSecond, self.burst) = (perSecond, burst) }
}

/// Token buckets by name, a value: the time is handed in.
package struct RateBuckets: Sendable {
  private struct Bucket {
    var tokens: Double
    var filledAt: Date
  }

  private let limit: RateLimit
  private var buckets: [String: Bucket] = [:]
  /// Beyond so many, full buckets are thrown away: they say nothing.
  private var cleanAt = 1024

  /// How many names are remembered.
  package var count: Int { buckets.count }

  package init(_ limit: RateLimit) { self.limit = limit }

  /// Takes a token from the bucket of `name`; nil, or the seconds until there is one.
  package mutating func take(_ name: String, at now: Date) -> Int? {
    var bucket = filled(name, at: now)
    defer {
      buckets[name] = bucket
      if buckets.count > cleanAt { clean(at: now) }
    }
    guard bucket.tokens >= 1 else { return seconds(bucket) }
    bucket.tokens -= 1
    return nil
  }

  /// Whether there is a bucket of that name; full ones may be thrown away.
  package func contains(_ name: String) -> Bool { buckets[name] != nil }

  private func seconds(_ bucket: Bucket) -> Int { max(1, Int(((1 - bucket.tokens) / limit.perSecond).rounded(.up))) }

  private func filled(_ name: String, at now: Date) -> Bucket {
    guard var bucket = buckets[name] else { return Bucket(tokens: limit.burst, filledAt: now) }
    // A clock that was set back fills nothing.
    bucket.tokens = min(limit.burst, bucket.tokens + max(0, now.timeIntervalSince(bucket.filledAt)) * limit.perSecond)
    bucket.filledAt = now
    return bucket
  }

  private mutating func clean(at now: Date) {
    for name in Array(buckets.keys) where filled(name, at: now).tokens >= limit.burst { buckets[name] = nil }
    cleanAt = max(1024, 2 * buckets.count)
  }
}

/// The buckets of one server. A credential that was good has a bucket of its own, so that nobody else empties it;
/// all others share their address's.
final class RateLimiter: Sendable {
  private let known: Mutex<RateBuckets>
  private let strangers: Mutex<RateBuckets>

  init(_ limit: RateLimit) {
    known = Mutex(RateBuckets(limit))
    strangers = Mutex(RateBuckets(limit))
  }

  /// - Throws: `Problem` 429.
  func admit(_ credential: String, from address: String, at now: Date) throws {
    let name = Self.name(credential)
    let own: Int?? = known.withLock { $0.contains(name) ? .some($0.take(name, at: now)) : nil }
    if let seconds = own ?? strangers.withLock({ $0.take(address, at: now) }) {
      throw Problem(.tooManyRequests, "rate_limit", "Too many requests; try again later.", retryAfter: seconds)
    }
  }

  /// Notes that a credential was good.
  func welcome(_ credential: String, at now: Date) {
    let name = Self.name(credential)
    known.withLock { if !$0.contains(name) { _ = $0.take(name, at: now) } }
  }

  /// What a credential hashes to in this process: the map keeps none.
  private static func name(_ credential: String) -> String { String(credential.hashValue) }
}
