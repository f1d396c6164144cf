/// Measures operations in turn, round after round.
///
/// Whatever disturbs the machine for a while disturbs all of them alike, and ours and libsodium's, which follow each other, most alike.
struct Rounds {
  let count: Int
  let heavyCount: Int
  /// Told the number of the round that begins.
  let progress: (Int) -> Void

  /// Microseconds for which an operation is repeated in a round.
  private static let sample = 10_000.0

  func measure(_ operations: [Operation]) -> [Figure] {
    progress(0)
    var series = operations.map { Series($0, sample: Self.sample) }
    for round in 1...count {
      progress(round)
      for index in series.indices where !series[index].operation.isHeavy || round <= heavyCount {
        series[index].measure()
      }
    }
    return series.map { Figure($0.operation, ours: $0.ours, libsodium: $0.libsodium) }
  }
}

/// One operation's measurements.
private struct Series {
  let operation: Operation
  private(set) var ours: [Double] = []
  private(set) var libsodium: [Double] = []
  private let work: Operation.Work
  /// Calls a round.
  private var calls = 1
  private var libsodiumCalls = 1

  /// Prepares and warms up.
  init(_ operation: Operation, sample: Double) {
    self.operation = operation
    work = operation.prepare()
    if operation.isHeavy { return }
    calls = Self.calls(work.ours, sample)
    if let libsodium = work.libsodium { libsodiumCalls = Self.calls(libsodium, sample) }
  }

  private static func calls(_ body: () -> Void, _ sample: Double) -> Int {
    body()
    var calls = 1
    while true {
      let time = CPUClock.time { for _ in 0..<calls { body() } }
      if time >= sample / 4 { return max(1, Int(Double(calls) * sample / time)) }
      calls *= 2
    }
  }

  mutating func measure() {
    ours.append(perItem(calls, work.ours))
    if let body = work.libsodium { libsodium.append(perItem(libsodiumCalls, body)) }
  }

  private func perItem(_ calls: Int, _ body: () -> Void) -> Double {
    CPUClock.time { for _ in 0..<calls { body() } } / Double(calls * operation.items)
  }
}
