import Curve25519
import Elections
import Testing
import TransparencyLog
import TrusteeAgent
import TrusteeSupport

/// A trustee from the ceremony to the result.
struct WholeElectionTests {
  @Test(arguments: [(1, 1), (3, 2), (5, 3)]) func everybodyTakesPart(count: Int, threshold: Int) throws {
    let trustees = try Trustees(count, threshold: threshold)
    try trustees.hold()
    for (number, agent) in trustees.agents.enumerated() {
      let election = agent.election
      #expect(election.ending == .tallied)
      #expect(election.ceremony?.seed == nil)
      #expect(election.ceremony?.shares == nil)
      #expect(election == trustees.vaults[number].keyring.elections[0])
      #expect(try agent.step() == .ended)
    }
    trustees.service.with { state in
      #expect(state.partials.count == count)
      #expect(state.cosignatures[state.board?.size ?? 0]?.count == count)
    }
    let seen = trustees.events.of(1)
    for work in TrusteeWork.allCases {
      #expect(seen.contains { if case .took(work, _) = $0 { true } else { false } }, "\(work.name) has no time")
    }
    #expect(seen.contains(.drillPassed))
    #expect(seen.contains(.recordVerified))
  }

  @Test(arguments: [(3, 2), (5, 3)]) func oneIsAwayAtTheTally(count: Int, threshold: Int) throws {
    let trustees = try Trustees(count, threshold: threshold)
    try trustees.hold(absentAtTally: [1])
    #expect(trustees.agents[0].election.ceremony?.shares != nil)
    #expect(trustees.agents[1].election.ending == .tallied)
    // It comes back to a finished election, and verifies it.
    _ = try trustees.agents[0].step()
    #expect(trustees.agents[0].election.ending == .tallied)
    #expect(trustees.agents[0].election.decrypted == nil)
  }

  @Test func aShareIsNotShownBeforeItIsCopied() throws {
    let trustees = try Trustees(3, threshold: 2)
    trustees.hasCopy.set(false)
    try trustees.service.beginCeremony(Bytes32([UInt8](repeating: 5, count: 32).span))
    try trustees.settle()
    #expect(trustees.phase() == .drill)
    #expect(trustees.agents[0].election.ceremony?.shares != nil)
    #expect(try trustees.agents[0].step() == .backupDue)
    #expect(trustees.service.with { $0.drillParts.keys.sorted() } == [2, 3])
    trustees.hasCopy.set(true)
    // Nothing new on the service: what waited is done all the same.
    #expect(try trustees.agents[0].step() == .waiting)
    #expect(trustees.phase() == .ready)
  }

  @Test func aCeremonyIsBegunAgain() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(Bytes32([UInt8](repeating: 1, count: 32).span))
    _ = try trustees.agents[0].step()
    _ = try trustees.agents[1].step()
    let first = try #require(trustees.agents[0].election.ceremony)
    try trustees.hold()
    let election = trustees.agents[0].election
    #expect(election.retired == [first.id])
    #expect(election.ending == .tallied)
  }

  @Test func anAbortedElectionIsOver() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    try trustees.service.abort()
    try trustees.settle()
    for agent in trustees.agents {
      #expect(agent.election.ending == .aborted)
      #expect(agent.election.ceremony?.shares == nil)
    }
    // The record of an abort is cosigned like any other.
    #expect(trustees.service.with { $0.cosignatures[2]?.count } == 3)
  }

  /// A service that says something else after an abort loses no cosignature of it by that.
  @Test func whoHoldsAnAbortCosignsItWhateverIsSaidInBetween() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    try trustees.service.abort()
    trustees.service.with { $0.refusesCosignatures = 401 }
    #expect(throws: TrusteeConnectionError.refused(status: 401, "refused")) { try trustees.agents[0].step() }
    #expect(trustees.agents[0].election.ending == .aborted)
    trustees.service.with { state in
      state.refusesCosignatures = nil
      state.alterState = { $0.phase = .failed }
    }
    #expect(try trustees.agents[0].step() == .waiting)
    trustees.service.with { $0.alterState = nil }
    #expect(try trustees.agents[0].step() == .ended)
    #expect(trustees.service.with { $0.cosignatures[2]?.keys.sorted() } == [1])
  }

  @Test func aCeremonyMayBeAborted() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(Bytes32([UInt8](repeating: 5, count: 32).span))
    _ = try trustees.agents[0].step()
    try trustees.service.abort()
    #expect(try trustees.agents[0].step() == .ended)
    #expect(trustees.agents[0].election.ceremony?.seed == nil)
  }

  @Test func theBoardIsCosignedAsItGrows() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    #expect(try SignedCheckpoint(parsing: #require(trustees.agents[0].election.cosigned).note).checkpoint.size == 1)
    for count in 0..<4 {
      try trustees.service.cast(count..<count + 1)
      try trustees.settle()
      let cosigned = try #require(trustees.agents[2].election.cosigned)
      #expect(try SignedCheckpoint(parsing: cosigned.note).checkpoint.size == UInt64(count + 2))
      #expect(trustees.service.with { $0.cosignatures[UInt64(count + 2)]?.count } == 3)
    }
  }

  /// The power goes at every act that another would notice or that is to outlast it: before it, and after it.
  @Test(arguments: [false, true]) func powerIsCutAnywhere(after: Bool) throws {
    let counter = PowerCut()
    let undisturbed = try Trustees(3, threshold: 2, power: counter)
    try undisturbed.hold()
    try #require(counter.count > 30)
    for cut in 0..<counter.count {
      let trustees = try Trustees(3, threshold: 2, power: PowerCut(at: cut, after: after))
      try trustees.hold()
      let election = trustees.agents[0].election
      #expect(election.ending == .tallied, "cut at \(cut)")
      #expect(trustees.service.with { $0.partials.count } == 3, "cut at \(cut)")
      #expect(trustees.service.with { $0.secondParts.isEmpty }, "cut at \(cut)")
      // Never a second board, and one cosignature of the closing checkpoint.
      #expect(trustees.vaults[0].decrypted.withLock { $0.count } == 1)
      for messages in trustees.service.with({ [$0.messages] }) { #expect(messages.count == 3 * 3 + 6, "cut at \(cut)") }
    }
  }
}
