import Ethereum
import TestDatabases
import TestEthereum
import Testing

@testable import Anchoring

/// The service writes with another account than before, while something of the one before is under way.
struct Rotation: Sendable {
  let stage: Stage
  let old: AccountKey
  let new: AccountKey
  /// Transactions of the old account, in the order of their numbers.
  let sent: [(hash: String, raw: [UInt8])]

  var worker: RecordingWorker { stage.worker(stage.chain.registry(clock: stage.clock, of: new)) }

  /// Numbers of confirmed transactions of an account.
  func confirmed(_ account: AccountKey) async throws -> Int64 {
    try await stage.number(
      "SELECT COUNT(*) FROM chain_transactions WHERE state = 'confirmed' AND account = $1", [.text("31337:\(account.address)")])
  }

  func tied(_ account: AccountKey) async throws -> Int64 {
    try await stage.number("SELECT COUNT(*) FROM chain_records WHERE account = $1", [.text("31337:\(account.address)")])
  }

  /// Nodes forget what waits.
  func drop() async throws { for (hash, _) in sent { try await stage.chain.control("test_drop", [.text(hash)]) } }

  /// The old account is poor, so that nothing of it is taken any more; or rich again.
  func fund(_ amount: String) async throws {
    try await stage.chain.control("test_balance", [.text(old.address.description), .text(amount)])
  }

  func dismiss() async throws {
    try await stage.chain.administer("setRecorder(address,bool)", [.address(old.address), .bool(false)])
    try await stage.chain.mine()
  }

  /// Whoever has kept them sends the old account's transactions.
  func sendAgain() async throws {
    let client = stage.chain.client(clock: stage.clock)
    for (_, raw) in sent { try? await client.send(try SignedEthereumTransaction(raw)) }
  }

  func turns(_ count: Int, pause: Int64 = 20_000) async throws {
    for _ in 0..<count {
      try await worker.step()
      try await stage.chain.mine()
      stage.clock.pass(pause)
    }
  }

  /// An anchor, three ballots of a batch and one by itself are with the nodes, in no block.
  static func with<Result>(
    _ kind: DatabaseKind = .sqlite, _ body: (Rotation) async throws -> Result
  ) async throws -> Result {
    try await Stage.with(kind) { stage in
      let (old, new) = (stage.chain.accounts[1], stage.chain.accounts[2])
      for account in [old, new] {
        try await stage.chain.administer("setRecorder(address,bool)", [.address(account.address), .bool(true)])
      }
      try await stage.chain.mine(4)
      try await stage.chain.control("test_mining", ["manual"])
      try await stage.add()
      try await stage.worker(stage.chain.registry(clock: stage.clock, of: old)).step()
      let rows = try await stage.database.read { session in
        try await session.query("SELECT hash, raw FROM chain_transactions WHERE state = 'sent' ORDER BY nonce")
      }
      let sent = try rows.map { (Hexadecimal.text(try $0.bytes(0)), try $0.bytes(1)) }
      #expect(sent.count == 3)
      return try await body(Rotation(stage: stage, old: old, new: new, sent: sent))
    }
  }
}
