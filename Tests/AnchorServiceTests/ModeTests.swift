import Anchoring
import Database
import Elections
import TestBoards
import TestDatabases
import TestSupport
import Testing
import TransparencyLog
import VoteRegistry

@testable import VotingService

extension AnchorServiceTests {
  @Suite("Modes") struct ModeTests {
    /// An election in each mode, from its opening to its last anchor, as everybody sees it.
    @Test(arguments: DatabaseKind.all, ElectionAnchoring.Mode.allCases)
    func anElectionIsAnchored(kind: DatabaseKind, mode: ElectionAnchoring.Mode) async throws {
      try await AnchorField.with(kind) { field in
        let election = try await field.open(mode)
        let anchors = field.anchors()
        try await field.turn(anchors, 3)
        let elections = try field.elections
        let opened = try #require(try await elections.anchors(of: election.reference))
        #expect(opened.place == field.place && opened.mode == mode)
        #expect(opened.anchorCount == 1 && opened.coveredSize == 1 && opened.boardSize == 1)

        try await field.cast(0..<5, election)
        let waiting = try #require(try await elections.anchor(ofEntry: 3, in: election.reference))
        #expect(waiting.state == .waiting && waiting.anchor == nil && waiting.record == nil)
        #expect(try await elections.anchor(ofEntry: 0, in: election.reference) == nil)
        // Ballots of the other modes go before the next anchor is due.
        try await field.turn(anchors, 6)
        let voted = try #require(try await elections.anchors(of: election.reference))
        #expect(voted.anchorCount == 1 && voted.boardSize == 6)
        #expect(voted.ballots == (mode == .checkpoint ? 0 : 5) && voted.recorded == voted.ballots && voted.waiting == 0)
        #expect(voted.transactions == [.checkpoint: 1, .batch: 2, .each: 6][mode])
        #expect(voted.distinctBlocks >= 1 && voted.gas > 79_000)

        try await field.close(election)
        try await field.turn(anchors, 4, seconds: 16)
        let closed = try #require(try await elections.anchors(of: election.reference))
        #expect(closed.coveredSize == 7 && closed.anchorCount == 2 && closed.anchors.map(\.size) == [7, 1])
        let newest = closed.anchors[0]
        #expect(newest.state == .confirmed && (newest.confirmations ?? 0) >= 2 && newest.leaves == 1)
        #expect(newest.block != nil && newest.gas ?? 0 > 79_000)
        #expect(closed.firstTime.map { $0 < closed.lastTime ?? 0 } == true)
        let ballot = try #require(try await elections.anchor(ofEntry: 3, in: election.reference))
        #expect(ballot.state == .confirmed && ballot.anchor == newest)
        #expect((ballot.record == nil) == (mode == .checkpoint))
        #expect(mode == .checkpoint || ballot.record?.transaction != nil)
        #expect(try await field.faults([election]) == [])
        // What the chain has is what the tables say.
        let places = try await field.database.read { session in try await AnchorPlace.all(of: election.reference, session) }
        for place in places {
          #expect(place.holds(of: election.context.election.bytes))
          #expect(try await field.boards.root(election.reference, size: place.size) == place.boardRoot)
          let entry = RegistryEntry.anchor(root: place.root, leaves: place.leaves)
          let there = try await field.written().filter { $0.entry == entry }
          #expect(there == [WrittenEntry(entry: entry, block: place.block, transaction: place.transaction)])
        }
        // So does the file of the record, for whoever has the board.
        let file = try #require(try await field.boards.file("anchors", election: election.reference))
        let list = try AnchorList(file.bytes)
        #expect(!file.isFinal && list.chain == 31337 && list.contract == field.place.address && list.firstBlock == 1)
        #expect(list.anchors.map(\.size) == [1, 7] && list.anchors.map(\.transaction) == places.map(\.transaction))
        for anchor in list.anchors { try anchor.verify(election.context.election) }
        #expect(try await field.boards.anchorList(of: election.reference, upTo: 6)?.anchors.map(\.size) == [1])
        // All is said: the board leaves the tree, and nothing more is written.
        let count = try await field.written().count
        try await field.turn(anchors, 2, seconds: 700)
        #expect(try await field.written().count == count)
      }
    }

    /// What has ended is shown when all of it is on the chain, and not before: whoever looked meanwhile would take an honest record for a bad one.
    @Test(arguments: DatabaseKind.all, ElectionAnchoring.Mode.allCases)
    func theFileWaitsForTheEnd(kind: DatabaseKind, mode: ElectionAnchoring.Mode) async throws {
      try await AnchorField.with(kind) { field in
        let election = try await field.open(mode)
        let reference = election.reference
        let anchors = field.anchors()
        func isShown() async throws -> Bool {
          let file = try await field.boards.file("anchors", election: reference)
          #expect(try await field.archive(of: reference)["anchors"] == file?.bytes)
          #expect(try await field.elections.anchors(of: reference)?.isInRecord == (file != nil))
          return file != nil
        }
        #expect(try await !isShown())
        try await field.turn(anchors, 3)
        #expect(try await isShown())
        try await field.cast(0..<3, election)
        #expect(try await anchors.planner.step() == (mode != .checkpoint))
        if mode != .checkpoint {
          // Of one ballot gas is too dear.
          let leaf = try #require(try await field.boards.castLeaf(2, of: reference))
          try await field.set(
            "UPDATE chain_records SET state = 'queued', due = $1 WHERE hash = $2",
            [.integer(Int64(field.clock.now()) + 3_600_000), .bytes(leaf.bytes)])
        }
        try await field.turn(anchors, 3)
        // The board goes on: as far as it is.
        #expect(try await isShown())
        try await field.close(election)
        #expect(try await !isShown())
        // Of its beginning there was a record, which may be on its way to somebody.
        #expect(try await field.boards.anchorList(of: reference, upTo: 4)?.anchors.map(\.size) == [1])
        for _ in 0..<5 {
          try await field.turn(anchors, seconds: 16)
          let covered = try await field.elections.anchors(of: reference)?.coveredSize
          #expect(try await isShown() == (mode == .checkpoint && covered == 5))
        }
        #expect(try await field.elections.anchors(of: reference)?.coveredSize == 5)
        if mode != .checkpoint {
          let owner = Caller(proof: .session(id: "s", antiForgery: "a"), account: "ada", role: .owner)
          try await field.administration(anchors).retryQueued(by: owner)
          try await field.turn(anchors, 4, seconds: 16)
        }
        #expect(try await isShown())
        let list = try #require(try await field.boards.anchorList(of: reference))
        #expect(list.anchors.last?.size == 5)
      }
    }

    /// Elections that say none are not written, and are not in the tree.
    @Test func anElectionThatIsNotAnchoredStaysAway() async throws {
      try await AnchorField.with { field in
        let none = try await field.open(nil)
        try await field.cast(0..<2, none)
        try await field.turn(field.anchors(), 3)
        #expect(try await field.written().isEmpty)
        #expect(try await field.elections.anchors(of: none.reference) == nil)
        #expect(try await field.elections.anchor(ofEntry: 1, in: none.reference) == nil)
      }
    }

    /// One transaction for all elections; what opens or ends does not wait, what goes on does.
    @Test(arguments: DatabaseKind.all) func oneAnchorCoversAllElections(kind: DatabaseKind) async throws {
      try await AnchorField.with(kind) { field in
        let first = try await field.open(.checkpoint)
        let second = try await field.open(.checkpoint, "bbcdefghijkmnpqrstuv")
        let anchors = field.anchors()
        try await field.cast(0..<3, first)
        try await field.turn(anchors, 3)
        #expect(try await field.written().count == 1)
        #expect(try await field.elections.anchors(of: second.reference)?.anchors[0].leaves == 2)
        // Nothing new, though it is time.
        try await field.turn(anchors, 2, seconds: 700)
        #expect(try await field.written().count == 1)
        try await field.cast(3..<5, first)
        try await field.turn(anchors, 3)
        // It was time long ago.
        #expect(try await field.written().count == 2)
        try await field.cast(5..<6, first)
        try await field.turn(anchors, 3)
        #expect(try await field.written().count == 2)
        // What the other has not changed needs no second place.
        #expect(try await field.elections.anchors(of: second.reference)?.anchorCount == 1)
        try await field.close(second)
        try await field.turn(anchors, 4)
        #expect(try await field.written().count == 3)
        #expect(try await field.elections.anchors(of: second.reference)?.coveredSize == 2)
        #expect(try await field.elections.anchors(of: first.reference)?.coveredSize == 7)
        // It has left the tree.
        try await field.cast(6..<7, first)
        try await field.turn(anchors, 4, seconds: 700)
        let last = try #require(try await field.elections.anchors(of: first.reference)?.anchors.first)
        #expect(last.leaves == 1 && last.size == 8)
      }
    }

    /// Records of an election are looked for from what was known to be the latest block before its opening.
    @Test func theFirstBlockIsBeforeTheOpening() async throws {
      try await AnchorField.with { field in
        let anchors = field.anchors()
        try await anchors.turn()
        try await field.chain.mine(200)
        field.clock.advance(60_000)
        try await anchors.turn()
        field.clock.advance(30_000)
        let soon = try await field.open(.checkpoint)
        field.clock.advance(90_000)
        let later = try await field.open(.checkpoint, "bbcdefghijkmnpqrstuv")
        try await field.turn(anchors, 4)
        let first = try await field.number("SELECT first_block FROM chain_elections WHERE election = $1", [.text(soon.reference)])
        // A sample of the same minute may be of after the opening.
        #expect(first == 1)
        let second = try await field.number("SELECT first_block FROM chain_elections WHERE election = $1", [.text(later.reference)])
        #expect((100...150).contains(second))
        for election in [soon, later] {
          #expect(try await field.boards.anchorList(of: election.reference)?.anchors.map(\.size) == [1])
        }
      }
    }

    /// After a reorganisation the earlier state may stand in the later block: the file leaves it out.
    @Test func blocksOfTheFileDoNotFall() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.checkpoint)
        let anchors = field.anchors()
        try await field.turn(anchors, 3)
        try await field.cast(0..<1, election)
        try await field.turn(anchors, 4, seconds: 700)
        #expect(try await field.boards.anchorList(of: election.reference)?.anchors.map(\.size) == [1, 2])
        try await field.set(
          "UPDATE chain_anchors SET block = block + 100 WHERE root = (SELECT root FROM chain_places WHERE size = 1)")
        #expect(try await field.boards.anchorList(of: election.reference)?.anchors.map(\.size) == [2])
      }
    }

    /// Listeners hear of it when it is confirmed, and only then.
    @Test func listenersHear() async throws {
      try await AnchorField.with { field in
        let election = try await field.open(.batch)
        let anchors = field.anchors()
        try await field.turn(anchors, 3)
        let events = field.boards.events.subscribe()
        try await field.cast(0..<2, election)
        try await field.turn(anchors, 4)
        try await field.close(election)
        try await field.turn(anchors, 5)
        field.boards.events.close()
        var sizes: [UInt64] = []
        for await event in events {
          if case .anchored(election.reference, let size, let block) = event, block > 0 { sizes.append(size) }
        }
        // Of ballots, and of the anchor of the end.
        #expect(sizes == [1, 4])
      }
    }
  }
}
