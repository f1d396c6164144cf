import Synchronization
import VotingService

/// Token buckets in this process's memory: at most `capacity` of them; those longest unused are forgotten.
public final class TokenBuckets: RateLimiter {
  private let quotas: [RateClass: RateQuota]
  private let clock: any VotingService.Clock
  private let capacity: Int
  private let buckets = Mutex<[Key: Bucket]>([:])

  private struct Key: Hashable {
    let rateClass: RateClass
    let key: String
  }

  private struct Bucket {
    var tokens: Double
    /// Unix milliseconds.
    var time: UInt64
  }

  /// Quotas that let an office or a school vote from behind one address.
  public static let ordinary: [RateClass: RateQuota] = [
    .anonymous: RateQuota(count: 600, window: 60), .address: RateQuota(count: 3000, window: 60),
    .session: RateQuota(count: 600, window: 60), .token: RateQuota(count: 1200, window: 60),
    .login: RateQuota(count: 60, window: 60), .cast: RateQuota(count: 6000, window: 60), .message: RateQuota(count: 30, window: 60),
  ]

  /// - Parameter quotas: what differs from `ordinary`.
  public init(quotas: [RateClass: RateQuota] = [:], clock: any VotingService.Clock, capacity: Int = 200_000) {
    self.quotas = Self.ordinary.merging(quotas) { _, given in given }
    self.clock = clock
    self.capacity = capacity
  }

  public func take(_ rateClass: RateClass, key: String) async -> RateDecision {
    let quota = quotas[rateClass] ?? RateQuota(count: 60, window: 60)
    let now = clock.now()
    let key = Key(rateClass: rateClass, key: key)
    return buckets.withLock { buckets in
      var bucket = buckets[key] ?? Bucket(tokens: Double(quota.count), time: now)
      // A clock that steps back gives nothing and takes nothing.
      let elapsed = now > bucket.time ? Double(now - bucket.time) / 1000 : 0
      let rate = Double(quota.count) / Double(quota.window)
      bucket = Bucket(tokens: min(Double(quota.count), bucket.tokens + elapsed * rate), time: now)
      let isAllowed = bucket.tokens >= 1
      if isAllowed { bucket.tokens -= 1 }
      if buckets.count >= capacity, buckets[key] == nil { Self.forget(&buckets) }
      buckets[key] = bucket
      return RateDecision(
        quota: quota, remaining: Int(bucket.tokens), reset: Int(((Double(quota.count) - bucket.tokens) / rate).rounded(.up)),
        retryAfter: isAllowed ? nil : max(1, Int(((1 - bucket.tokens) / rate).rounded(.up))))
    }
  }

  /// Drops the older half.
  private static func forget(_ buckets: inout [Key: Bucket]) {
    let times = buckets.values.map { $0.time }.sorted()
    let middle = times[times.count / 2]
    var kept: [Key: Bucket] = [:]
    for (key, bucket) in buckets where bucket.time > middle { kept[key] = bucket }
    buckets = kept
  }
}
