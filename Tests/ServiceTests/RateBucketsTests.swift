import Foundation
import Service
import Testing

@Suite("Rate limits")
struct RateBucketsTests {
  private let begin = Date(timeIntervalSince1970: 1_000_000)

  @Test("let a burst through, then as many as are due")
  func burst() {
    var buckets = RateBuckets(RateLimit(perSecond: 2, burst: 3))
    for _ in 0..<3 { #expect(buckets.take("a", at: begin) == nil) }
    #expect(buckets.take("a", at: begin) == 1)
    #expect(buckets.take("a", at: begin + 0.5) == nil)
    #expect(buckets.take("a", at: begin + 0.5) == 1)
    // Waiting fills the bucket to its brim, not beyond.
    for _ in 0..<3 { #expect(buckets.take("a", at: begin + 100) == nil) }
    #expect(buckets.take("a", at: begin + 100) != nil)
  }

  @Test("count everybody apart")
  func apart() {
    var buckets = RateBuckets(RateLimit(perSecond: 0.1, burst: 1))
    #expect(buckets.take("a", at: begin) == nil)
    #expect(buckets.take("a", at: begin) == 10)
    #expect(buckets.take("b", at: begin) == nil)
    #expect(buckets.contains("b") && !buckets.contains("c"))
  }

  @Test("give nothing for a clock that is set back")
  func back() {
    var buckets = RateBuckets(RateLimit(perSecond: 1, burst: 1))
    #expect(buckets.take("a", at: begin) == nil)
    #expect(buckets.take("a", at: begin - 3600) != nil)
  }

  @Test("forget those that are full again, however many come")
  func forget() {
    var buckets = RateBuckets(RateLimit(perSecond: 1, burst: 2))
    for i in 0..<5000 { #expect(buckets.take("\(i)", at: begin + Double(i)) == nil) }
    #expect(buckets.count < 2000)
  }
}
