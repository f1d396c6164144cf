import Curve25519
import Elections
import Testing
import TransparencyLog
import TrusteeAgent
import TrusteeSupport

/// A key file that was restored from a copy, which is older than what was done with the key (8.12).
struct RestoredTests {
  private func copy(_ trustees: Trustees) -> TrusteeKeyring {
    var keyring = trustees.vaults[0].keyring
    keyring.markRestored()
    return keyring
  }

  /// Trustees of an open board with three ballots that all have cosigned, and a copy of the first one's file from before them.
  private func opened() throws -> (Trustees, copy: TrusteeKeyring) {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    let copy = copy(trustees)
    try trustees.service.cast(0..<3)
    try trustees.settle()
    return (trustees, copy)
  }

  /// The size that the first trustee's file says it has cosigned.
  private func size(_ trustees: Trustees) throws -> UInt64 {
    let cosigned = try #require(trustees.vaults[0].keyring.elections[0].cosigned)
    return try SignedCheckpoint(parsing: cosigned.note).checkpoint.size
  }

  /// Its cosignature of a size, as the service has it.
  private func line(_ trustees: Trustees, _ size: UInt64) -> NoteSignature? {
    trustees.service.with { $0.cosignatures[size]?[1] }
  }

  private func waits(_ trustees: Trustees) -> Bool { trustees.events.of(1).contains(.awaitsOthers(quorum: 2)) }

  @Test func itFollowsTheOthersToTheEnd() throws {
    let (trustees, copy) = try opened()
    trustees.replace(0, by: copy)
    try trustees.service.cast(3..<4)
    _ = try trustees.agents[0].step()
    #expect(try size(trustees) == 1)
    #expect(line(trustees, 5) == nil)
    #expect(waits(trustees))
    // One other is not the quorum.
    _ = try trustees.agents[1].step()
    _ = try trustees.agents[0].step()
    #expect(line(trustees, 5) == nil)
    _ = try trustees.agents[2].step()
    _ = try trustees.agents[0].step()
    #expect(line(trustees, 5) != nil)
    #expect(try size(trustees) == 5)
    try trustees.service.close()
    try trustees.settle()
    #expect(trustees.service.with { $0.partials.count } == 3)
    try trustees.service.finish()
    try trustees.settle()
    #expect(trustees.agents[0].election.ending == .tallied)
    #expect(trustees.agents[0].election.ceremony?.shares == nil)
  }

  /// The board begins anew after what the copy knows of it, with other ballots than the trustee has cosigned.
  @Test(arguments: [true, false]) func itCosignsNoSecondBoard(isMarked: Bool) throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    var copy = copy(trustees)
    if !isMarked { copy.markNewest() }
    let fork = try #require(trustees.service.with { $0.board })
    try trustees.service.cast(0..<3)
    try trustees.settle()
    let honest = try #require(line(trustees, 4))
    trustees.service.with { state in
      state.board = fork
      state.cosignatures = [:]
    }
    try trustees.service.cast(5..<8)
    trustees.replace(0, by: copy)
    _ = try trustees.agents[0].step()
    // What the mark is for.
    #expect((line(trustees, 4) == nil) == isMarked)
    #expect(line(trustees, 4) != honest)
  }

  @Test func itDecryptsNoSecondBoard() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    let copy = copy(trustees)
    let fork = try #require(trustees.service.with { $0.board })
    try trustees.service.cast(0..<3)
    try trustees.service.close()
    try trustees.settle()
    try #require(trustees.service.with { $0.partials[1] } != nil)
    trustees.service.with { state in
      state.board = fork
      (state.cosignatures, state.partials) = ([:], [:])
    }
    try trustees.service.cast(5..<8)
    try trustees.service.close()
    trustees.service.with { $0.phase = .decrypting }
    trustees.replace(0, by: copy)
    for _ in 0..<3 { #expect(try trustees.agents[0].step() == .waiting) }
    #expect(line(trustees, 5) == nil)
    #expect(trustees.vaults[0].decrypted.withLock { $0.isEmpty })
    #expect(trustees.service.with { $0.partials.isEmpty })
    // The others have cosigned the first board, and say so of this one.
    #expect(throws: TrusteeAgentError.self) { try trustees.agents[1].step() }
  }

  @Test func itTakesOverWhatItHasCosigned() throws {
    let trustees = try Trustees(3, threshold: 2, quorum: 3)
    try trustees.open()
    let copy = copy(trustees)
    try trustees.service.cast(0..<3)
    try trustees.service.close()
    try trustees.settle()
    let before = try #require(line(trustees, 5))
    try #require(trustees.phase() == .decrypting)
    let part = try #require(trustees.service.with { $0.partials[1] })
    trustees.replace(0, by: copy)
    _ = try trustees.agents[0].step()
    #expect(line(trustees, 5) == before)
    #expect(try size(trustees) == 5)
    #expect(trustees.service.with { $0.partials[1] } == part)
    try trustees.service.finish()
    try trustees.settle()
    #expect(trustees.agents[0].election.ending == .tallied)
  }

  @Test func aCosignatureThatIsNoneIsNoWord() throws {
    let (trustees, copy) = try opened()
    trustees.replace(0, by: copy)
    try trustees.service.cast(3..<4)
    trustees.service.with { state in
      // A line for another size, under the first one's name.
      state.cosignatures[5] = state.cosignatures[4]
    }
    #expect(throws: TrusteeAgentError.self) { try trustees.agents[0].step() }
    #expect(try size(trustees) == 1)
  }

  @Test func anAbortIsCosignedAfterTheOthers() throws {
    let (trustees, copy) = try opened()
    trustees.replace(0, by: copy)
    try trustees.service.abort()
    #expect(try trustees.agents[0].step() == .waiting)
    #expect(trustees.vaults[0].keyring.elections[0].ending == .aborted)
    #expect(trustees.vaults[0].keyring.elections[0].ceremony?.shares == nil)
    #expect(line(trustees, 5) == nil)
    trustees.restart(0)
    _ = try trustees.agents[1].step()
    _ = try trustees.agents[2].step()
    #expect(try trustees.agents[0].step() == .ended)
    #expect(line(trustees, 5) != nil)
  }

  @Test func aTrusteeThatIsAloneNeedsAPerson() throws {
    let trustees = try Trustees(1, threshold: 1)
    try trustees.open()
    var copy = copy(trustees)
    trustees.replace(0, by: copy)
    try trustees.service.cast(0..<1)
    _ = try trustees.agents[0].step()
    #expect(try size(trustees) == 1)
    copy.markNewest()
    trustees.replace(0, by: copy)
    _ = try trustees.agents[0].step()
    #expect(try size(trustees) == 2)
  }

  // MARK: Hand-over

  @Test func itNeitherApprovesNorDeals() throws {
    let (trustees, _) = try opened()
    trustees.service.beginHandOver()
    let list = try #require(trustees.service.with { $0.handOverList })
    try trustees.approve(1)
    let copy = copy(trustees)
    #expect(try TrusteeKeyring(copy.encoded) == copy && copy.elections[0].approved == list.digest)
    trustees.replace(0, by: copy)
    try trustees.settle()
    #expect(trustees.service.with { $0.handOver?.approvals.isEmpty } == true)
    #expect(!trustees.events.of(1).contains(.approvalDue(list, replaced: [])))
    // The service names it as a dealer all the same.
    trustees.service.with { $0.handOver?.approvals = [1, 2] }
    try trustees.service.beginHandOverAgain()
    try trustees.approve(2)
    try trustees.settle()
    #expect(trustees.service.with { $0.handOver?.messages.filter { $0[0] == 2 }.count } == 1)
    #expect(trustees.service.with { $0.board?.renewals } == [])
  }

  /// It gets a new share like all others, and goes on marked.
  @Test func itIsGivenAShareByTheOthers() throws {
    let (trustees, _) = try opened()
    trustees.replace(0, by: copy(trustees))
    trustees.service.beginHandOver()
    for number in [2, 3] { try trustees.approve(number) }
    try trustees.settle()
    #expect(trustees.service.with { $0.board?.renewals } == [4])
    let acting = try #require(trustees.service.with { $0.board?.acting })
    for agent in trustees.agents { #expect(acting.own(try #require(agent.election.ceremony?.shares))) }
    #expect(trustees.agents[0].election.isRestored)
    #expect(trustees.service.with { $0.cosignatures[5]?.keys.sorted() } == [1, 2, 3])
  }

  // MARK: Ceremony

  private let id = Bytes32([UInt8](repeating: 5, count: 32).span)

  @Test func aCopyFromBeforeTheCeremonySaysNothingElse() throws {
    let trustees = try Trustees(3, threshold: 2)
    let copy = copy(trustees)
    try trustees.service.beginCeremony(id)
    _ = try trustees.agents[0].step()
    let said = trustees.service.with { $0.messages }
    try #require(said.count == 1)
    trustees.replace(0, by: copy)
    #expect(throws: TrusteeAgentError.spokenElsewhere) { try trustees.agents[0].step() }
    #expect(trustees.service.with { $0.messages } == said)
  }

  @Test func aCopyFromWithinTheCeremonyGoesOn() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id)
    _ = try trustees.agents[0].step()
    let copy = copy(trustees)
    for number in 0..<3 { _ = try trustees.agents[number].step() }
    trustees.replace(0, by: copy)
    try trustees.settle()
    #expect(trustees.phase() == .ready)
    #expect(trustees.service.with { $0.messages.count } == 3 * 3 + 6)
  }

  @Test func aCopyWithoutTheShareSaysSo() throws {
    let (trustees, _) = try opened()
    let old = try Trustees(3, threshold: 2)
    trustees.replace(0, by: copy(old))
    #expect(throws: TrusteeAgentError.self) { try trustees.agents[0].step() }
    #expect(trustees.vaults[0].keyring.elections[0].cosigned == nil)
  }

  // MARK: Codec

  @Test func theMarkIsKept() throws {
    let (trustees, copy) = try opened()
    #expect(copy.elections[0].isRestored)
    #expect(try TrusteeKeyring(copy.encoded) == copy)
    #expect(copy != trustees.vaults[0].keyring)
    var bytes = copy.encoded
    #expect(bytes.last == 0x80)
    bytes[bytes.count - 1] = 0x84
    #expect(throws: CodecError.outOfRange(field: FieldName("ending"))) { try TrusteeKeyring(bytes) }
    // It outlasts what is kept later.
    trustees.replace(0, by: copy)
    try trustees.settle()
    #expect(trustees.vaults[0].keyring.elections[0].isRestored)
    #expect(trustees.vaults[0].keyring.elections[0].cosigned != copy.elections[0].cosigned)
  }

  @Test func whatIsOverIsNotMarked() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.hold()
    #expect(!copy(trustees).elections[0].isRestored)
  }
}
