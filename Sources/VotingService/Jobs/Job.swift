/// A piece of work in the background, as whoever does it sees it. It may be done more than once: a server that dies after the work and before
/// saying so leaves it to another.
public struct Job: Sendable, Equatable {
  /// Its name in the table.
  public let id: String
  /// What sort of work it is.
  public let kind: String
  /// What it is about, by the kind's own rules.
  public let payload: [UInt8]
  /// Jobs of one key are done one after the other.
  public let key: String?
  /// Which attempt this is, from 1.
  public let attempt: Int

  public init(id: String, kind: String, payload: [UInt8], key: String?, attempt: Int) {
    self.id = id
    self.kind = kind
    self.payload = payload
    self.key = key
    self.attempt = attempt
  }
}

/// Where a job stands.
public enum JobState: String, Sendable, CaseIterable {
  /// Not begun, or to be tried again.
  case waiting
  /// A server is at it, or was until it died.
  case running
  case done
  /// Given up: an administrator looks at it and may have it tried again.
  case failed
}

/// A job as an administrator sees it: without what it is about.
public struct JobRecord: Sendable, Equatable {
  public let id: String
  public let kind: String
  public let key: String?
  public let state: JobState
  /// Unix milliseconds: not before.
  public let due: UInt64
  /// How often it was begun.
  public let attempts: Int
  /// Why the last attempt failed.
  public let error: String?
  /// Unix milliseconds.
  public let created: UInt64
  /// Unix milliseconds; when it was done or given up.
  public let finished: UInt64?
}

/// How the jobs of a kind stand.
public struct JobStatistics: Sendable, Equatable {
  public var waiting = 0
  public var running = 0
  public var failed = 0
  /// For how many milliseconds the job that has waited longest could have been done; 0 when none could.
  public var oldestAge: UInt64 = 0
}

/// How often the jobs of a kind are tried, and with which pauses.
public struct RetryPolicy: Sendable, Equatable {
  /// After so many attempts a job has failed.
  public var attempts: Int
  /// Milliseconds before the second attempt; twice as long before each further one.
  public var base: UInt64
  /// Milliseconds: no pause is longer.
  public var cap: UInt64

  public init(attempts: Int = 12, base: UInt64 = 1_000, cap: UInt64 = 3_600_000) {
    self.attempts = max(1, attempts)
    self.base = base
    self.cap = cap
  }

  /// The pause after an attempt, in milliseconds.
  ///
  /// - Parameters:
  ///   - attempt: which attempt it was, from 1.
  ///   - random: any byte: takes up to half of the pause away, so that jobs that failed together do not come back together.
  public func pause(after attempt: Int, random: UInt8) -> UInt64 {
    let doublings = UInt64(min(max(attempt, 1) - 1, 40))
    let (pause, overflow) = base.multipliedReportingOverflow(by: 1 << doublings)
    let longest = overflow ? cap : min(pause, cap)
    return longest - longest / 2 * UInt64(random) / 255
  }
}

/// What a handler throws to say that no further attempt would help, or to name a reason that may be shown. Any other error is tried again
/// and shown by its type alone, for what it says may hold what must not be seen.
public enum JobFailure: Error, Equatable, Sendable {
  /// It will never work.
  case permanent(String)
  /// It may work later.
  case temporary(String)
}
