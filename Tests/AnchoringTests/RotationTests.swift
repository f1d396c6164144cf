import Database
import Ethereum
import StrictJSON
import Synchronization
import Testing
import TestDatabases
import TestEthereum
import VoteRegistry

@testable import Anchoring

extension AnchoringTests {
  /// The service writes with another account than before, while something of the one before is under way.
  @Suite("Another account") struct RotationTests {
    @Test(arguments: DatabaseKind.all) func whatIsMinedLaterCounts(kind: DatabaseKind) async throws {
      try await Rotation.with(kind) { rotation in
        let stage = rotation.stage
        #expect(try await rotation.worker.step() == .worked)
        #expect(try await rotation.tied(rotation.old) == 5)
        // On the chain, and not noticed yet: the worker's to take up.
        try await stage.chain.mine(4)
        let found = try await Reconciliation(of: stage.database, with: stage.chain.registry(clock: stage.clock), from: 0)
        #expect(found.findings.count == 5)
        #expect(try await found.repair(stage.database, depth: 1, now: stage.clock.now) == [])
        try await stage.finish(rotation.worker)
        #expect(try await stage.faultsFound() == [])
        #expect(try await rotation.confirmed(rotation.old) == 3)
        #expect(try await rotation.confirmed(rotation.new) == 0)
        #expect(try await rotation.worker.step() == .idle)
      }
    }

    /// What was signed once is sent again, for which no key is needed.
    @Test func whatNodesHaveForgottenIsSentAgain() async throws {
      try await Rotation.with { rotation in
        try await rotation.drop()
        try await rotation.stage.finish(rotation.worker)
        #expect(try await rotation.stage.faultsFound() == [])
        #expect(try await rotation.confirmed(rotation.old) == 3)
        #expect(try await rotation.confirmed(rotation.new) == 0)
      }
    }

    /// The contract refuses it in its block: the new account writes it.
    @Test(arguments: DatabaseKind.all) func whatIsRefusedIsWrittenByTheNewAccount(kind: DatabaseKind) async throws {
      try await Rotation.with(kind) { rotation in
        // Nobody mines it before the dismissal.
        for (hash, _) in rotation.sent { try await rotation.stage.chain.control("test_hold", [.text(hash)]) }
        try await rotation.dismiss()
        try await rotation.stage.chain.control("test_release")
        rotation.stage.clock.pass(10_000)
        try await rotation.stage.finish(rotation.worker)
        #expect(try await rotation.stage.faultsFound() == [])
        #expect(try await rotation.confirmed(rotation.old) == 0)
        #expect(try await rotation.confirmed(rotation.new) == 3)
        #expect(try await rotation.stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'reverted'") == 3)
      }
    }

    /// No block will ever have it, and the contract would refuse it: the new account writes it. If it comes to a block after all, nothing is there twice.
    @Test(arguments: DatabaseKind.all) func whatADismissedAccountNeverSentIsWrittenByTheNewOne(kind: DatabaseKind) async throws {
      try await Rotation.with(kind) { rotation in
        try await rotation.drop()
        try await rotation.fund("0x0")
        // While it might still come nothing is signed for it.
        try await rotation.turns(4)
        #expect(try await rotation.tied(rotation.old) == 5)
        try await rotation.dismiss()
        #expect(try await rotation.worker.step() == .worked)
        // Not before the dismissal is as deep as all that counts.
        #expect(try await rotation.tied(rotation.old) == 5)
        try await rotation.stage.finish(rotation.worker)
        #expect(try await rotation.confirmed(rotation.new) == 3)
        try await rotation.fund("0xde0b6b3a7640000")
        try await rotation.sendAgain()
        try await rotation.stage.chain.mine(4)
        #expect(try await rotation.stage.faultsFound() == [])
      }
    }

    /// Ballots go to the new account after an hour, because the contract takes none twice; an anchor it might take twice, and so it stays.
    @Test(arguments: [false, true], DatabaseKind.all) func afterAnHourBallotsAreWrittenAndAnchorsAreNot(
      isOldFirst: Bool, kind: DatabaseKind
    ) async throws {
      try await Rotation.with(kind) { rotation in
        let stage = rotation.stage
        try await rotation.drop()
        try await rotation.fund("0x0")
        try await rotation.turns(3)
        #expect(try await rotation.tied(rotation.new) == 0)
        stage.clock.pass(stage.policy.leftBehindAfter)
        try await stage.chain.control("test_hold")
        try await rotation.worker.step()
        #expect(try await rotation.tied(rotation.old) == 1)
        #expect(try await rotation.tied(rotation.new) == 4)
        #expect(
          try await stage.number(
            "SELECT COUNT(*) FROM chain_records WHERE kind = 'anchor' AND account = $1",
            [.text("31337:\(rotation.old.address)")]) == 1)
        // What was lost is found by somebody, and comes to a block before the new one, or after it.
        try await rotation.fund("0xde0b6b3a7640000")
        if isOldFirst {
          let rows = try await stage.database.read { session in
            try await session.query(
              "SELECT hash FROM chain_transactions WHERE account = $1", [.text("31337:\(rotation.new.address)")])
          }
          for row in rows { try await stage.chain.control("test_hold", [.text(Hexadecimal.text(try row.bytes(0)))]) }
          try await rotation.sendAgain()
          // Holds them all but for those of the new account no more.
          try await stage.chain.control("test_release")
          for row in rows { try await stage.chain.control("test_hold", [.text(Hexadecimal.text(try row.bytes(0)))]) }
          try await stage.chain.mine()
        }
        try await stage.chain.control("test_release")
        if !isOldFirst {
          try await stage.chain.mine()
          try await rotation.sendAgain()
        }
        stage.clock.pass(stage.policy.longestPause)
        try await stage.finish(rotation.worker)
        #expect(try await stage.faultsFound() == [])
        #expect(try await rotation.confirmed(rotation.old) == (isOldFirst ? 3 : 1))
        #expect(try await rotation.confirmed(rotation.new) == (isOldFirst ? 0 : 2))
      }
    }

    /// Its numbers went to something else.
    @Test func whatCanNeverBeMinedIsWrittenByTheNewAccount() async throws {
      try await Rotation.with { rotation in
        try await rotation.drop()
        let client = rotation.stage.chain.client(clock: rotation.stage.clock)
        for nonce in 0..<3 as Range<UInt64> {
          let other = EthereumTransaction(
            chainID: 31337, nonce: nonce,
            fees: TransactionFees(maximum: UInt256(45 * FeePolicy.gwei), tip: UInt256(2 * FeePolicy.gwei)), gasLimit: 21_000,
            receiver: rotation.new.address)
          try await client.send(SignedEthereumTransaction(other, key: rotation.old))
        }
        try await rotation.stage.chain.mine()
        try await rotation.worker.step()
        #expect(try await rotation.tied(rotation.new) == 0)
        try await rotation.stage.finish(rotation.worker)
        #expect(try await rotation.stage.faultsFound() == [])
        #expect(try await rotation.stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'void'") == 3)
        #expect(try await rotation.confirmed(rotation.new) == 3)
      }
    }

    /// One false answer for good, about what the old account has in blocks or waiting.
    @Test(arguments: ["eth_getTransactionReceipt", "eth_getTransactionByHash"]) func nodesThatHideTransactionsCauseNothingTwice(
      method: String
    ) async throws {
      try await Rotation.with { rotation in
        let stage = rotation.stage
        try await stage.chain.fault(["kind": "answer", "method": .text(method), "result": .null, "times": 0])
        try await rotation.turns(6)
        #expect(try await rotation.tied(rotation.new) == 0)
        try await stage.chain.clearFaults()
        stage.clock.pass(stage.policy.longestPause)
        try await stage.finish(rotation.worker)
        #expect(try await stage.faultsFound() == [])
      }
    }

    /// The old account may still write, and a node says that the contract would refuse it, or that it does not know it: two answers that must agree.
    @Test(arguments: [false, true]) func aNodeThatLiesAboutTheDismissalCausesNothingTwice(isOfCall: Bool) async throws {
      let isRecorder = Hexadecimal.text(try ABIFunction("isRecorder(address)", returns: "(bool)").selector)
      try await Rotation.with { rotation in
        let stage = rotation.stage
        try await rotation.drop()
        try await rotation.fund("0x0")
        if isOfCall {
          let sender: JSONValue = .text("\"from\": \"\(rotation.old.address)\"".lowercased())
          try await stage.chain.fault([
            "kind": "error", "method": "eth_call", "contains": sender, "times": 8, "code": 3,
            "message": "execution reverted: roles: not a recorder",
          ])
        } else {
          let no: JSONValue = .text("0x" + String(repeating: "0", count: 64))
          try await stage.chain.fault([
            "kind": "answer", "method": "eth_call", "contains": .text(isRecorder), "times": 0, "result": no,
          ])
        }
        try await rotation.turns(6)
        if isOfCall { #expect(try await stage.chain.faultsLeft() == 0) }
        #expect(try await rotation.tied(rotation.old) == 5)
        try await rotation.fund("0xde0b6b3a7640000")
        stage.clock.pass(stage.policy.longestPause)
        try await stage.finish(rotation.worker)
        #expect(try await stage.faultsFound() == [])
        #expect(try await rotation.confirmed(rotation.old) == 3)
      }
    }

    /// A node says that the old account's numbers are used. Ballots may be let go: the contract takes none twice. The anchor comes once, from the old account.
    @Test func aNodeThatLiesAboutTheNumbersCausesNothingTwice() async throws {
      try await Rotation.with { rotation in
        let stage = rotation.stage
        try await rotation.drop()
        try await rotation.fund("0x0")
        try await stage.chain.fault([
          "kind": "answer", "method": "eth_getTransactionCount", "contains": .text("\(rotation.old.address)"), "times": 0,
          "result": "0x9",
        ])
        try await rotation.turns(6)
        #expect(try await rotation.tied(rotation.old) == 1)
        #expect(try await rotation.confirmed(rotation.new) == 2)
        try await stage.chain.clearFaults()
        try await rotation.fund("0xde0b6b3a7640000")
        stage.clock.pass(stage.policy.longestPause)
        try await stage.finish(rotation.worker)
        #expect(try await stage.faultsFound() == [])
        #expect(try await rotation.confirmed(rotation.old) == 1)
      }
    }

    /// Cut off anywhere while what was left behind is let go.
    @Test(arguments: [RecordingPoint.settling, .settled]) func aCrashWhileItIsLetGo(point: RecordingPoint) async throws {
      try await Rotation.with { rotation in
        let stage = rotation.stage
        try await rotation.drop()
        try await rotation.fund("0x0")
        try await rotation.dismiss()
        try await stage.chain.mine(3)
        let crashes = Mutex(0)
        let worker = stage.worker(stage.chain.registry(clock: stage.clock, of: rotation.new)) { reached in
          let isFirst =
            reached == point
            && crashes.withLock { count in
              count += 1
              return count == 2
            }
          if isFirst { throw Stage.Crash() }
        }
        try await stage.finish(worker)
        #expect(crashes.withLock { $0 } > 2)
        #expect(try await stage.faultsFound() == [])
      }
    }
  }
}
