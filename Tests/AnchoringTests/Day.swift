import StrictJSON
import Testing
import TestDatabases
import TestEthereum

@testable import Anchoring

/// Something that befalls a whole chain or service, and not one question.
struct Day: Sendable {
  let name: String
  /// Whether somebody is told.
  let isTold: Bool
  /// Brings it about: then it goes on until `finish`.
  let begin: @Sendable (Stage) async throws -> Void
  /// - Returns: the turns until all was recorded.
  let finish: @Sendable (Stage) async throws -> Int

  /// The day from its beginning to its end, at which every record must stand on the chain once.
  ///
  /// - Returns: the turns that it took.
  @discardableResult
  func pass(_ kind: DatabaseKind = .sqlite) async throws -> Int {
    try await Stage.with(kind) { stage in
      try await begin(stage)
      let turns = try await finish(stage)
      #expect(try await stage.faultsFound() == [], "\(name)")
      #expect(stage.reports.isTold == isTold, "\(name)")
      return turns
    }
  }

  static let all: [Day] =
    ["return", "drop", "keep"].map(undone) + [gasSpike, stuck] + falseReceipts.map(falseReceipt) + [silence, twoWorkers]

  /// The last three blocks are undone; what becomes of their transactions: they wait again, are forgotten, or are in other blocks.
  static func undone(_ transactions: String) -> Day {
    Day(name: "3 blocks undone: \(transactions)", isTold: false) { stage in
      try await stage.send()
      try await stage.chain.mine(2)
      try await stage.worker().step()
      #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'included'") == 3)
      try await stage.chain.mine(1)
      try await stage.chain.control("test_reorg", [["depth": 3, "transactions": .text(transactions)]])
      stage.clock.pass(5_000)
    } finish: { stage in
      try await stage.worker().step()
      #expect(stage.reports.list.contains(.reorganised))
      return try await stage.finish()
    }
  }

  /// Gas costs more than may be paid: everything waits untried.
  static let gasSpike = Day(name: "gas spike", isTold: true) { stage in
    try await stage.add()
    try await stage.chain.control("test_gasPrice", [["baseFee": "0xba43b7400"]])
    // The next block's fee is that of now.
    try await stage.chain.mine()
  } finish: { stage in
    for _ in 1...4 {
      try await stage.worker().step()
      stage.clock.pass(20_000)
    }
    #expect(stage.hasQueued("gas costs"))
    #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions") == 0)
    #expect(try await stage.number("SELECT MAX(attempts) FROM chain_records") == 0)
    try await stage.chain.control("test_gasPrice", [["baseFee": "0x6fc23ac00"]])
    try await stage.chain.mine()
    return try await stage.finish()
  }

  /// Gas has become dearer than what was offered, and not than what may be.
  static let stuck = Day(name: "stuck", isTold: false) { stage in
    try await stage.send()
    try await stage.chain.control("test_gasPrice", [["baseFee": "0x98bca5a00"]])
    try await stage.chain.mine(2)
    #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'sent'") == 3)
    stage.clock.pass(stage.policy.stuckAfter)
  } finish: { stage in
    try await stage.worker().step()
    #expect(stage.reports.list.count { $0 == .replaced } == 3)
    let turns = try await stage.finish()
    #expect(
      try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'replaced' AND replaced_by IS NOT NULL") == 3)
    return turns
  }

  /// What a node says instead of what is in a receipt.
  static let falseReceipts: [(String, JSONValue)] = [
    ("failure", ["status": "0x0", "logs": []]), ("block", ["blockNumber": "0x1"]),
    ("account", ["from": "0x0000000000000000000000000000000000000001"]),
  ]

  static func falseReceipt(_ name: String, _ patch: JSONValue) -> Day {
    Day(name: "false receipt: \(name)", isTold: true) { stage in
      try await stage.send()
      // There are receipts, and all would count.
      try await stage.chain.mine(3)
      try await stage.chain.fault(["kind": "patch", "method": "eth_getTransactionReceipt", "times": 6, "result": patch])
    } finish: { stage in
      let turns = try await stage.finish()
      #expect(try await stage.chain.faultsLeft() == 0, "\(name)")
      #expect(try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state <> 'confirmed'") == 0)
      return turns
    }
  }

  /// No node answers.
  static let silence = Day(name: "silence", isTold: true) { stage in
    try await stage.add()
    try await stage.chain.fault(["kind": "http", "times": 0])
  } finish: { stage in
    let worker = stage.worker()
    for _ in 1...3 {
      guard case .failed = try await worker.step() else {
        Issue.record("a chain that does not answer")
        return 0
      }
      // Until then it is left alone.
      #expect(try await worker.step() == .elsewhere)
      stage.clock.pass(20_000)
    }
    #expect(stage.reports.list.count == 1)
    try await stage.chain.clearFaults()
    stage.clock.pass(60_000)
    return try await stage.finish(worker)
  }

  /// Three turns at a time, of which each may believe that the others are dead.
  static let twoWorkers = Day(name: "workers at once", isTold: false) { stage in
    try await stage.add(batch: 0..<6, each: 6..<9)
  } finish: { stage in
    var stage = stage
    stage.policy.lease = 0
    let worker = stage.worker()
    for _ in 1...12 {
      try await withThrowingTaskGroup { group in
        for _ in 1...3 { group.addTask { try await worker.step() } }
        try await group.waitForAll()
      }
      stage.clock.pass(3_000)
      try await stage.chain.mine()
    }
    return try await 12 + stage.finish()
  }
}

extension Stage {
  /// Adds an anchor and ballots, of which the nodes have all and no block has any.
  func send() async throws {
    try await add()
    try await chain.control("test_mining", ["manual"])
    #expect(try await worker().step() == .worked)
    #expect(try await number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'sent'") == 3)
  }

  func hasQueued(_ words: String) -> Bool {
    reports.list.contains { if case .queued(_, let reason) = $0 { reason.contains(words) } else { false } }
  }
}

extension Stage.Reports {
  /// How often somebody was told of something to be looked at.
  var told: Int {
    list.count {
      switch $0 {
      case .queued, .contradiction, .unreachable: true
      case .sent, .confirmed, .replaced, .reorganised: false
      }
    }
  }
  var isTold: Bool { told > 0 }
}
