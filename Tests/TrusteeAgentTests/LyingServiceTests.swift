import Curve25519
import Elections
import Testing
import ThresholdCryptography
import TransparencyLog
import TrusteeAgent
import TrusteeSupport

/// Every lie is named, and nothing is promised upon it.
struct LyingServiceTests {
  private func id(_ byte: UInt8) -> Bytes32 { Bytes32([UInt8](repeating: byte, count: 32).span) }

  /// What trustee 1 says of its next step; expects that it has promised nothing.
  private func lie(_ trustees: Trustees, number: Int = 0, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> TrusteeAgentError?
  {
    let cosigned = trustees.agents[number].election.cosigned
    do {
      _ = try trustees.agents[number].step()
      return nil
    } catch let error as TrusteeAgentError {
      let after = trustees.vaults[number].keyring.elections[0]
      #expect(after.cosigned == cosigned, sourceLocation: sourceLocation)
      return error
    }
  }

  private func opened() throws -> Trustees {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.open()
    return trustees
  }

  private func ready() throws -> Trustees {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(5))
    try trustees.settle()
    return trustees
  }

  /// A closed board, with the closing checkpoint published.
  private func closed(_ last: (inout TestService.State) throws -> Void = { _ in }) throws -> Trustees {
    let trustees = try opened()
    try trustees.service.cast(0..<3)
    try trustees.service.with(last)
    try trustees.service.close()
    return trustees
  }

  // MARK: State

  @Test func anotherLogOrElection() throws {
    let trustees = try opened()
    let other = try #require(Text("other.example/x"))
    trustees.service.with { $0.alterState = { $0.origin = other } }
    #expect(try lie(trustees) == .otherLog(expected: trustees.service.origin.description, found: "other.example/x"))
    trustees.service.with { $0.alterState = { $0.electionID = .zero } }
    let electionID = try #require(trustees.agents[0].election.electionID)
    #expect(try lie(trustees) == .otherElection(expected: electionID, found: .zero))
  }

  // MARK: Ceremony

  @Test func trusteesThatMakeNoCeremony() throws {
    let changes: [@Sendable (inout TrusteeState) -> Void] = [
      { $0.trustees.reverse() }, { $0.trustees[1].signingKey = nil }, { $0.trustees[1].name = $0.trustees[2].name },
      { $0.number = 2 },
      { $0.number = 0 }, { $0.threshold = 1 }, { $0.threshold = 4 }, { $0.trustees[1].signingKey = $0.trustees[2].signingKey },
      { $0.trustees[0].name = Text("Somebody") ?? .empty },
    ]
    for change in changes {
      let trustees = try Trustees(3, threshold: 2)
      try trustees.service.beginCeremony(id(1))
      trustees.service.with { $0.alterState = change }
      guard case .unusableTrustees = try lie(trustees) else {
        Issue.record("entered a ceremony that is none")
        return
      }
      #expect(trustees.service.with { $0.messages.isEmpty })
    }
  }

  @Test func aCeremonyThatChanges() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(1))
    _ = try trustees.agents[0].step()
    let changes: [@Sendable (inout TrusteeState) -> Void] = [
      { $0.threshold = 3 },
      {
        $0.trustees.swapAt(1, 2); $0.trustees[1].number = 2; $0.trustees[2].number = 3
      },
      { $0.trustees[1].name = Text("Mallory") ?? .empty }, { $0.trustees[2].signingKey = .zero },
    ]
    for change in changes {
      trustees.service.with { $0.alterState = change }
      #expect(try lie(trustees) == .ceremonyChanged(id(1)))
      trustees.restart(0)
      #expect(try lie(trustees) == .ceremonyChanged(id(1)))
    }
  }

  @Test func aCeremonyThatComesBack() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(1))
    _ = try trustees.agents[0].step()
    try trustees.service.beginCeremony(id(2))
    _ = try trustees.agents[0].step()
    try trustees.service.beginCeremony(id(1))
    #expect(try lie(trustees) == .ceremonyRepeated(id(1)))
    trustees.vaults[0].addForeignCeremony(id(3))
    try trustees.service.beginCeremony(id(3))
    #expect(try lie(trustees) == .ceremonyRepeated(id(3)))
  }

  @Test func aCeremonyAfterTheOpening() throws {
    let trustees = try opened()
    try trustees.service.beginCeremony(id(9))
    #expect(try lie(trustees) == .ceremonyAfterOpening)
  }

  @Test func aLogThatIsRewritten() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(1))
    for number in 0..<3 { _ = try trustees.agents[number].step() }
    _ = try trustees.agents[0].step()
    let size = try #require(trustees.agents[0].election.ceremony?.size)
    try #require(size > 2)
    let honest = trustees.service.with { $0.messages }
    // As the running process sees it, and as the next one does.
    trustees.service.with { $0.messages.swapAt(0, 1) }
    trustees.restart(0)
    // It says nothing, and asks whether the ceremony is over, which would show less of it.
    _ = try trustees.agents[0].step()
    #expect(try lie(trustees) == .ceremonyLogRewritten(size: size))
    trustees.service.with { $0.messages = Array(honest.prefix(Int(size) - 1)) }
    trustees.restart(0)
    #expect(try lie(trustees) == .ceremonyLogRewritten(size: size))
  }

  /// What was shown whole is shown as a hash after a restart, and something else of the same sender behind it: what is said to that would contradict what
  /// was said before.
  @Test(arguments: 1...3 as ClosedRange<UInt8>) func aLogThatShowsLess(kind: UInt8) throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(1))
    for number in [0, 1, 2, 0, 1, 2, 0] { _ = try trustees.agents[number].step() }
    let kept = try #require(trustees.agents[0].election.ceremony)
    let messages = trustees.service.with { $0.messages }
    let hidden = messages.prefix(Int(kept.size)).count { $0[0] == kind && $0[33] != 1 && (kind != 3 || $0[34] == 1) }
    try #require(hidden > 0 && kept.roster == nil)
    trustees.service.with { state in
      state.alterPage = { page in
        CeremonyPage(
          start: page.start,
          entries: page.entries.map { entry in
            if case .message(let bytes) = entry, bytes[0] == kind, bytes[33] != 1 { .shareHash(entry.hash) } else { entry }
          })
      }
    }
    trustees.restart(0)
    _ = try trustees.agents[0].step()
    #expect(trustees.service.with { $0.messages } == messages)
    #expect(trustees.agents[0].election.ceremony == kept)
    #expect(try lie(trustees) == .ceremonyLogRewritten(size: kept.size))
    // Shown as it was, it is taken up where it was.
    trustees.service.with { $0.alterPage = nil }
    try trustees.settle()
    #expect(trustees.agents[0].election.ceremony?.roster != nil)
  }

  @Test func aLogThatGoesOn() throws {
    let trustees = try Trustees(3, threshold: 2)
    trustees.service.with { state in
      state.alterPage = { page in
        guard Int(page.start) + page.entries.count == 15, let last = page.entries.last else { return page }
        return CeremonyPage(start: page.start, entries: page.entries + [last])
      }
    }
    try trustees.service.beginCeremony(id(1))
    #expect(throws: TrusteeAgentError.ceremonyLogGoesOn) { try trustees.settle() }
  }

  @Test func messagesThatDisappear() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(1))
    trustees.service.with { $0.losesMessages = true }
    for _ in 0..<3 { #expect(try lie(trustees) == nil) }
    #expect(try lie(trustees) == .messagesSuppressed(1))
  }

  @Test func aDrillWithoutACeremony() throws {
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(id(1))
    _ = try trustees.agents[0].step()
    trustees.service.with { $0.phase = .drill }
    #expect(try lie(trustees) == .ceremonyIncomplete)
  }

  // MARK: Opening

  @Test func anotherRoster() throws {
    let trustees = try ready()
    try trustees.service.open()
    trustees.service.with {
      $0.alterFile = { name, bytes in name == "trustees" ? bytes.dropLast() + [bytes[bytes.count - 1] ^ 1] : bytes }
    }
    #expect(try lie(trustees) == .foreignOpening("trustees"))
    trustees.service.with { $0.alterFile = { name, bytes in name == "manifest" ? bytes + [0] : bytes } }
    #expect(try lie(trustees) == .foreignOpening("manifest"))
    trustees.service.with { $0.alterFile = { name, bytes in name.hasPrefix("tile/entries") ? [0, 0] : bytes } }
    #expect(try lie(trustees) == .foreignOpening("form"))
    #expect(trustees.vaults[0].keyring.elections[0].opening == nil)
  }

  /// A board that another ceremony's trustees opened.
  @Test func theBoardOfOthers() throws {
    let trustees = try ready()
    let others = try ready()
    let roster = try TrusteeRoster(try #require(others.agents[0].election.ceremony?.roster))
    try trustees.service.open()
    let draw = try #require(others.service.with { $0.openingDraw })
    try trustees.service.with { state in
      state.board = try TestBoard(
        origin: trustees.service.origin, title: trustees.service.title, roster: roster, quorum: 2, draw: draw)
    }
    #expect(try lie(trustees) == .foreignOpening("trustees"))
  }

  /// The opening entry with one of its fields changed, and the election id that goes with it.
  @Test func alteredOpenings() throws {
    let trustees = try ready()
    try trustees.service.open()
    let path = TilePath(.entries, index: 0, width: 1).description
    let honest = try #require(trustees.service.with { $0.board?.files[path] })
    let entry = try BoardEntry(Array(honest.dropFirst(2)))
    let key = try OpeningEntry(entry.body).jointKey.bytes
    let start = try #require((0..<honest.count - 32).first { Array(honest[$0..<$0 + 32]) == key })
    let other = RistrettoPoint.generator.encoded.bytes
    let altered = Array(honest[..<start]) + other + Array(honest[(start + 32)...])
    let electionID = MerkleTree.leafHash(Array(altered.dropFirst(2)))
    trustees.service.with { state in
      state.alterFile = { name, bytes in name == path ? altered : bytes }
    }
    #expect(try lie(trustees) == .foreignOpening("election id"))
    trustees.service.with { $0.alterState = { $0.electionID = electionID } }
    #expect(try lie(trustees) == .foreignOpening("joint key"))
    trustees.service.with { state in
      state.alterFile = nil
      state.alterState = { $0.quorum = 3 }
    }
    #expect(try lie(trustees) == .foreignOpening("quorum"))
  }

  /// The draw must be the one of this ceremony, by all who were there.
  @Test func anotherOpeningDraw() throws {
    let trustees = try ready()
    let others = try ready()
    try trustees.service.open()
    let foreign = try #require(others.service.with { $0.openingDraw })
    let honest = try #require(trustees.service.with { $0.openingDraw })
    let fewer = DrawRecord(size: honest.record.size, root: honest.record.root, parts: Array(honest.record.parts.dropLast()))
    for record in [foreign.record, fewer] {
      trustees.service.with { $0.alterFile = { name, bytes in name == "draw-opening" ? record.encoded : bytes } }
      #expect(try lie(trustees) == .foreignOpening("draw"))
    }
    // An opening entry that fits such a file is not accepted either.
    let roster = try TrusteeRoster(try #require(trustees.agents[0].election.ceremony?.roster))
    for (record, output) in [foreign, (fewer, honest.output), (honest.record, foreign.output)] {
      try trustees.service.with { state in
        state.alterFile = nil
        state.board = try TestBoard(
          origin: trustees.service.origin, title: trustees.service.title, roster: roster, quorum: 2, draw: (record, output))
      }
      #expect(try lie(trustees) == .foreignOpening("draw"))
    }
  }

  @Test func aTrusteeThatWasThereIsNotAbsent() throws {
    let trustees = try ready()
    trustees.service.with { $0.absent = [1] }
    try trustees.service.open()
    #expect(try lie(trustees) == .wronglyAbsent)
    // The others were not lied to about themselves.
    _ = try trustees.agents[1].step()
    #expect(trustees.agents[1].election.opening != nil)
  }

  // MARK: Signing

  @Test func sessionsThatNobodyMayAnswer() throws {
    let trustees = try closed()
    while trustees.service.with({ $0.phase }) != .decrypting { for agent in trustees.agents { _ = try agent.step() } }
    for agent in trustees.agents { _ = try agent.step() }
    try trustees.service.finish()
    // The first asks, and so commits.
    _ = try trustees.agents[0].step()
    let own = try #require(trustees.service.with { $0.coordinator?.readyCommitment(of: 1) })
    let key = JointSigningKey(try #require(trustees.service.with { try? $0.board?.roster.thresholdKey(.signing) }))
    var random = SeededRandom(seed: [77])
    let stranger = SigningNonce(for: SecretShare(trustee: 2, value: .random(using: &random)), using: &random).commitment
    for commitments in [[own], [stranger], [own, own], [own, stranger, stranger]] {
      trustees.service.with { $0.alterSigning = { _ in .session(commitments) } }
      #expect(throws: TrusteeConnectionError.self) { _ = try trustees.agents[0].step() }
    }
    // The nonce was not used for any of it: the honest sessions go on with it.
    trustees.service.with { $0.alterSigning = nil }
    #expect(trustees.service.with { $0.coordinator?.readyCommitment(of: 1) } == own)
    try trustees.settle()
    let certificate = try ResultCertificate.read(try #require(trustees.service.with { $0.board?.files["certificate"] }))
    #expect(key.verify(signature: certificate.signature, message: certificate.certificate.message))
    #expect(trustees.agents.allSatisfy { $0.election.ending == .tallied })
  }

  @Test func aResultThatDoesNotVerifyIsNotSigned() throws {
    let trustees = try closed()
    while trustees.service.with({ $0.phase }) != .decrypting { for agent in trustees.agents { _ = try agent.step() } }
    for agent in trustees.agents { _ = try agent.step() }
    try trustees.service.finish()
    for file in ["tally", "result", "draw-closing"] {
      trustees.service.with { state in
        state.alterFile = { name, bytes in name == file ? bytes.dropLast() + [bytes[bytes.count - 1] ^ 1] : bytes }
      }
      guard case .recordNotVerified = try lie(trustees) else {
        Issue.record("\(file) was altered")
        continue
      }
    }
    #expect(trustees.service.with { $0.coordinator?.readyCommitment(of: 1) } == nil)
  }

  /// Other partial decryptions give the same totals, and another certificate: nobody signs two, whatever was forgotten.
  @Test func oneCertificateIsSigned() throws {
    let trustees = try closed()
    while trustees.service.with({ $0.phase }) != .decrypting { for agent in trustees.agents { _ = try agent.step() } }
    for agent in trustees.agents { _ = try agent.step() }
    try trustees.service.finish()
    _ = try trustees.agents[0].step()
    let first = try #require(trustees.service.with { $0.certificate })
    #expect(trustees.service.with { $0.coordinator?.readyCommitment(of: 1) } != nil)
    trustees.service.with { state in
      state.partials[3] = nil
      state.phase = .decrypting
    }
    try trustees.service.finish()
    #expect(try #require(trustees.service.with { $0.certificate }).message != first.message)
    trustees.restart(0)
    guard case .recordNotVerified(check: 13, _) = try lie(trustees) else {
      Issue.record("two certificates were signed")
      return
    }
    #expect(trustees.service.with { $0.coordinator?.readyCommitment(of: 1) } == nil)
  }

  // MARK: Board

  @Test func aForkedBoard() throws {
    let trustees = try opened()
    let fork = try #require(trustees.service.with { $0.board })
    try trustees.service.cast(0..<2)
    try trustees.settle()
    let held = try #require(trustees.agents[0].election.cosigned)
    try trustees.service.with { state in
      state.board = fork
      try state.board?.cast(4..<8)
    }
    guard case .forked(_, let first, let second) = try lie(trustees) else {
      Issue.record("two boards were cosigned")
      return
    }
    #expect(first == held.note)
    #expect(try WitnessRequest(parsing: second).checkpoint.checkpoint.size == 5)
    trustees.restart(0)
    guard case .forked = try lie(trustees) else {
      Issue.record("two boards were cosigned after a restart")
      return
    }
  }

  /// The first checkpoint must begin with the opening entry that was accepted.
  @Test func aBoardThatBeginsOtherwise() throws {
    let trustees = try ready()
    try trustees.service.open()
    let roster = try TrusteeRoster(try #require(trustees.agents[0].election.ceremony?.roster))
    var other = try TestBoard(
      origin: trustees.service.origin, title: #require(Text("Another title")), roster: roster, quorum: 2,
      draw: #require(trustees.service.with { $0.openingDraw }))
    try other.cast(0..<2)
    let request = try other.witnessRequest(old: 1)
    trustees.service.with { $0.alterWitness = { _ in .request(request.bytes) } }
    guard case .forked = try lie(trustees) else {
      Issue.record("a board without the opening entry was cosigned")
      return
    }
  }

  @Test func aCheckpointThatTheLogDidNotSign() throws {
    let trustees = try opened()
    try trustees.service.cast(0..<1)
    let request = try #require(try trustees.service.with { try $0.board?.witnessRequest(old: 1) })
    let line = request.checkpoint.note.signatures[0]
    let last = try #require(line.signature.last)
    let forged = try SignedNote(
      text: request.checkpoint.note.text,
      signatures: [NoteSignature(keyName: line.keyName, keyID: line.keyID, signature: line.signature.dropLast() + [last ^ 1])])
    let bytes = try WitnessRequest(oldSize: 1, hashes: request.hashes, checkpoint: SignedCheckpoint(note: forged)).bytes
    trustees.service.with { $0.alterWitness = { _ in .request(bytes) } }
    guard case .badCheckpoint(_, let shown) = try lie(trustees) else {
      Issue.record("cosigned what the log did not sign")
      return
    }
    #expect(shown == bytes)
  }

  @Test func aBoardThatHasLostEntries() throws {
    let trustees = try opened()
    let older = trustees.service.with { $0.board }
    try trustees.service.cast(0..<3)
    try trustees.settle()
    let held = try #require(trustees.agents[0].election.cosigned?.note)
    trustees.service.with { $0.board = older }
    #expect(try lie(trustees) == .boardBehind(held: held))
    #expect(trustees.service.with { $0.shownCheckpoints } == [held])
  }

  // MARK: Decryption

  @Test func aClosingCheckpointOfAnotherBoard() throws {
    let trustees = try closed()
    let closed = try #require(trustees.service.with { $0.board })
    for number in 0..<3 { _ = try trustees.agents[number].step() }
    var other = try TestBoard(
      origin: trustees.service.origin, title: trustees.service.title, roster: closed.roster, quorum: 2,
      draw: #require(trustees.service.with { $0.openingDraw }))
    try other.cast(0..<2)
    try other.cast(5..<6)
    try other.close()
    let checkpoint = try #require(other.checkpoint(of: closed.size))
    trustees.service.with { state in
      state.phase = .decrypting
      state.alterFile = { name, bytes in name == "checkpoint" ? checkpoint.bytes : bytes }
    }
    guard case .forked("the closing checkpoint is not the last one", _, let shown) = try lie(trustees) else {
      Issue.record("another board was taken for the closed one")
      return
    }
    #expect(shown == checkpoint.bytes)
    #expect(trustees.vaults[0].keyring.elections[0].decrypted == nil)
  }

  @Test func aBoardThatGrowsAfterItsTallyWasDecrypted() throws {
    let trustees = try closed()
    try trustees.settle()
    let decrypted = try #require(trustees.agents[0].election.decrypted)
    try trustees.service.with { try $0.board?.cast(6..<7) }
    for _ in 0..<2 {
      guard case .closingChanged = try lie(trustees) else {
        Issue.record("cosigned beyond the closing")
        return
      }
      trustees.restart(0)
    }
    #expect(trustees.agents[0].election.decrypted == decrypted)
  }

  @Test(arguments: [7, 5]) func aBoardThatDoesNotVerify(check: Int) throws {
    let trustees = try closed { state in
      if check == 7 { try state.board?.cast(0..<1) }
      if check == 5 { try state.board?.close() }
    }
    #expect(throws: TrusteeAgentError.self) { try trustees.settle() }
    for number in 0..<3 {
      guard case .boardNotVerified(check, _) = try lie(trustees, number: number) else {
        Issue.record("trustee \(number + 1) decrypts what it could not verify")
        continue
      }
      #expect(trustees.vaults[number].keyring.elections[0].decrypted == nil)
      #expect(trustees.mirrors[number].timesSetAside.withLock { $0 } > 0)
    }
    #expect(trustees.service.with { $0.partials.isEmpty })
  }

  @Test func alteredFilesOfTheBoard() throws {
    for name in ["roll", "tile/0/000.p/5", "tile/entries/000.p/5"] {
      let trustees = try closed()
      trustees.service.with { state in
        state.alterFile = { path, bytes in path == name ? bytes.dropLast() + [bytes[bytes.count - 1] ^ 1] : bytes }
      }
      #expect(throws: TrusteeAgentError.self, "\(name)") { try trustees.settle() }
      // The honest files come instead, and the election goes on.
      trustees.service.with { $0.alterFile = nil }
      try trustees.settle()
      #expect(trustees.service.with { $0.partials.count } == 3)
    }
  }

  @Test func decryptionAfterAnAbort() throws {
    let trustees = try closed()
    try trustees.service.abort()
    for number in 0..<3 { _ = try trustees.agents[number].step() }
    trustees.service.with { $0.phase = .decrypting }
    #expect(try lie(trustees) == .decryptionAfterAbort)
    trustees.restart(0)
    #expect(try lie(trustees) == .decryptionAfterAbort)
    #expect(trustees.service.with { $0.partials.isEmpty })
  }

  /// The phase says decryption, the board says that there is none.
  @Test func decryptionOfAnAbortedBoard() throws {
    let trustees = try opened()
    try trustees.service.with { state in
      try state.board?.abort()
      state.phase = .closing
    }
    #expect(throws: TrusteeAgentError.decryptionAfterAbort) { try trustees.settle() }
    #expect(trustees.service.with { $0.partials.isEmpty })
  }

  @Test func aResultThatIsNotThatOfTheBoard() throws {
    let trustees = try closed()
    try trustees.settle()
    try trustees.service.finish()
    trustees.service.with { state in
      state.alterFile = { path, bytes in path == "result" ? bytes.dropLast() + [bytes[bytes.count - 1] ^ 1] : bytes }
    }
    guard case .recordNotVerified(check: 12, _) = try lie(trustees) else {
      Issue.record("a wrong result was taken")
      return
    }
    #expect(trustees.agents[0].election.ceremony?.shares != nil)
  }
}
