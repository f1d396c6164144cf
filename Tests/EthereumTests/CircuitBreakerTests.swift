import Testing

@testable import Ethereum

/// A breaker that expectations may ask.
private final class Held {
  private var breaker = CircuitBreaker()

  func admits(now: UInt64) -> Bool { breaker.admits(now: now) }
  func failed(now: UInt64) { breaker.failed(now: now) }
  func succeeded() { breaker.succeeded() }
  func open(now: UInt64) { breaker.open(now: now) }
}

@Suite("Circuit breaker")
struct CircuitBreakerTests {
  @Test("opens after three failures in a row, and lets one trial through after half a minute")
  func life() {
    let breaker = Held()
    for time in [0, 1] as [UInt64] {
      breaker.failed(now: time)
      #expect(breaker.admits(now: time))
    }
    breaker.failed(now: 2)
    #expect(!breaker.admits(now: 2) && !breaker.admits(now: 30_001))
    #expect(breaker.admits(now: 30_002))
    // The trial is one question.
    #expect(!breaker.admits(now: 30_002) && !breaker.admits(now: 60_001))
    breaker.failed(now: 30_100)
    #expect(!breaker.admits(now: 60_099))
    #expect(breaker.admits(now: 60_100))
    breaker.succeeded()
    for time in [60_101, 60_102] as [UInt64] {
      #expect(breaker.admits(now: time))
      breaker.failed(now: time)
    }
    #expect(breaker.admits(now: 60_103))
  }

  @Test("failures that are not in a row do not open it")
  func apart() {
    let breaker = Held()
    for _ in 0..<5 {
      breaker.failed(now: 0)
      breaker.failed(now: 0)
      breaker.succeeded()
    }
    #expect(breaker.admits(now: 0))
  }

  @Test("a trial of which nobody tells the end does not close the way for ever")
  func forgotten() {
    let breaker = Held()
    breaker.open(now: 0)
    #expect(breaker.admits(now: 30_000))
    #expect(!breaker.admits(now: 59_999))
    #expect(breaker.admits(now: 60_000))
  }
}
