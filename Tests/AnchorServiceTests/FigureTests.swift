import Anchoring
import Database
import Elections
import TestBoards
import TestDatabases
import TestEthereum
import TestSupport
import Testing
import VoteRegistry

@testable import VotingService

extension AnchorServiceTests {
  @Suite("Figures and administration") struct FigureTests {
    @Test(arguments: DatabaseKind.all) func costsAndOverview(kind: DatabaseKind) async throws {
      try await AnchorField.with(kind) { field in
        let election = try await field.open(.batch)
        try await field.cast(0..<10, election)
        let metrics = MetricsRegistry()
        let anchors = field.anchors(metrics: metrics)
        try await field.turn(anchors, 6, seconds: 20)
        let overview = try await field.administration(anchors).overview()
        #expect(overview.place == field.place && overview.error == nil && overview.troubles == [])
        #expect(overview.queue == .init(pending: 0, sent: 0, queued: 0, confirmed: 11, oldest: nil))
        #expect((overview.balance ?? 0) > 0 && (overview.head ?? 0) > 2 && overview.asked != nil)
        #expect(overview.lastAnchor != nil && !overview.prices.isEmpty && overview.prices.allSatisfy { $0.wei > 0 })
        let costs = try await field.database.read { session in try await ChainCosts(session, chain: 31337, from: 0, to: .max) }
        #expect(costs.ballots == 10 && costs.elections == 1 && costs.transactions == 2 && costs.anchors == 1)
        let spent = try await field.number("SELECT CAST(SUM(gas_used) AS BIGINT) FROM chain_transactions")
        #expect(costs.gas == UInt64(spent) && costs.gasPerBallot == UInt64(spent) / 10 && costs.cost > 0)
        #expect(costs.saving(against: ChainCosts.Gas.replacedDesign) ?? 0 > 750)
        // Coins of a test network that was written to before have another worth.
        let others = try await field.database.read { session in try await ChainCosts(session, chain: 80002, from: 0, to: .max) }
        #expect(others.gas == 0 && others.transactions == 0 && others.anchors == 0 && others.ballots == 0)
        #expect(costs.modes.map(\.name) == ["checkpoint", "batch", "each"])
        #expect(costs.modes[0].gas == 79_982 && costs.modes[0].gas < costs.modes[1].gas && costs.modes[1].gas < costs.modes[2].gas)
        // What the tables of gas say is what the chain has used, but for the first anchor and the election's first ballot.
        let excess = Int(costs.gas) - Int(costs.modes[1].gas)
        #expect((0...36_000).contains(excess))
        let text = metrics.text
        for line in [
          "votes_recorded_total 10", "blockchain_transactions_total{status=\"confirmed\"} 2",
          "comitia_chain_transactions_sent_total 2",
          "transaction_duration_seconds_count 2",
          "pending_blockchain_votes 0", "comitia_chain_queued 0",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
        // Each transaction once: whoever adds up the outcomes has as many as were settled.
        #expect(text.matches(of: /(?m)^blockchain_transactions_total\{/).count == 1)
        #expect(text.contains("gas_price_gwei ") && text.contains("comitia_chain_balance "))
      }
    }

    /// An administrator's anchor is made at once, where there is anything new.
    @Test func anAnchorThatIsAskedForDoesNotWait() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.checkpoint)
        let anchors = field.anchors()
        let administration = try field.administration(anchors)
        let owner = Caller(proof: .session(id: "s", antiForgery: "a"), account: "ada", role: .owner)
        try await field.turn(anchors, 3)
        try await field.cast(0..<2, election)
        try await field.turn(anchors, 3)
        #expect(try await field.written().count == 1)
        try await administration.anchorNow(by: owner)
        #expect(try await administration.overview().isAnchorAsked)
        try await field.turn(anchors, 3)
        #expect(try await field.written().count == 2)
        #expect(try await !administration.overview().isAnchorAsked)
        // Nothing new: nothing is written, and the wish is fulfilled.
        try await administration.anchorNow(by: owner)
        try await field.turn(anchors, 2)
        #expect(try await field.written().count == 2)
        #expect(try await !administration.overview().isAnchorAsked)
      }
    }

    /// What was queued because gas was too dear is tried when somebody says so.
    @Test func whatIsQueuedIsTriedAgain() async throws {
      try await AnchorField.with { field in
        _ = try await field.open(.checkpoint)
        let anchors = field.anchors()
        try await field.turn(anchors, 1)
        try await field.set("DELETE FROM chain_transactions")
        try await field.set(
          "UPDATE chain_records SET state = 'queued', nonce = NULL, account = NULL, error = 'gas costs 90', due = $1",
          [.integer(Int64(field.clock.now()) + 600_000)])
        try await field.set("UPDATE chain_accounts SET next = NULL")
        let administration = try field.administration(anchors)
        let overview = try await administration.overview()
        #expect(overview.queue.queued == 1 && overview.troubles == [.init(reason: "gas costs 90", records: 1)])
        try await administration.retryQueued(by: Caller(proof: .session(id: "s", antiForgery: "a"), account: "ada", role: .owner))
        try await field.turn(anchors, 4)
        #expect(try await administration.overview().queue.confirmed == 1)
        #expect(try await field.written().count == 1)
      }
    }

    /// While gas is dearer than it mostly was, what is not urgent waits, but not for ever.
    @Test func dearGasIsWaitedFor() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.each)
        let anchors = field.anchors { $0.cheapWait = 1_800_000 }
        try await field.turn(anchors, 4)
        let now = Int64(field.clock.now())
        // Cheap all day, dear now; the chain's own price is sampled no more.
        try await field.set("DELETE FROM chain_prices")
        for minute in 1...60 {
          try await field.set(
            "INSERT INTO chain_prices (time, price, block) VALUES ($1, $2, 1)",
            [.integer(now / 60_000 * 60_000 - Int64(minute) * 60_000), .integer(minute == 1 ? 90 : 30)])
        }
        try await field.cast(0..<2, election)
        let planner = anchors.planner
        #expect(try await !planner.step())
        field.clock.advance(1_700_000)
        #expect(try await !planner.step())
        field.clock.advance(110_000)
        // Ballots have waited enough; the tree waits for its interval besides.
        #expect(try await planner.step())
        #expect(try await field.number("SELECT COUNT(*) FROM chain_records WHERE kind = 'each'") == 2)
        field.clock.advance(600_000)
        #expect(try await planner.step())
        #expect(try await field.number("SELECT COUNT(*) FROM chain_records WHERE kind = 'anchor'") == 2)
      }
    }
  }
}
