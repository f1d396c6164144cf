/// What requests are counted against. Each class has buckets of its own.
public enum RateClass: String, Sendable, CaseIterable {
  /// Requests without credentials, by address.
  case anonymous
  /// Requests that show credentials, by address, before it is known whose: bounds what wrong ones cost.
  case address
  /// By account.
  case session
  /// By token.
  case token
  /// Passwords and one-time codes, by address.
  case login
  /// Ballots, by address.
  case cast
  /// Questions and feedback, by address: a school asks from behind one address.
  case message
}

/// So many requests at once, and as many again within the window.
public struct RateQuota: Sendable, Equatable {
  /// Requests.
  public let count: Int
  /// Seconds.
  public let window: Int

  public init(count: Int, window: Int) {
    self.count = count
    self.window = window
  }
}

/// Whether a request may go on, and what is left.
public struct RateDecision: Sendable, Equatable {
  public let quota: RateQuota
  /// Requests that may follow at once.
  public let remaining: Int
  /// Seconds until the quota is whole again.
  public let reset: Int
  /// Seconds until one more may come; `nil` when this one may go on.
  public let retryAfter: Int?

  public init(quota: RateQuota, remaining: Int, reset: Int, retryAfter: Int?) {
    self.quota = quota
    self.remaining = remaining
    self.reset = reset
    self.retryAfter = retryAfter
  }
}

/// Counts requests: in memory, or where several servers share it.
public protocol RateLimiter: Sendable {
  /// Counts one request of this class by this key.
  func take(_ rateClass: RateClass, key: String) async -> RateDecision
}
