import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

// Opening and cosigning (8.6, 8.7).
extension TrusteeAgent {
  /// Accepts the opening entry, once.
  func acceptOpening(_ state: TrusteeState) async throws {
    guard election.opening == nil else { return }
    try await finishCeremony(state)
    begin("opening")
    let entry = try await firstEntry(boardSize: state.boardSize)
    let opening = try checkOpening(entry, state)
    let manifest = try await boardFile("manifest", limit: 1 << 23)
    guard Bytes32(SHA256.hash(manifest).span) == opening.manifestHash else { throw TrusteeAgentError.foreignOpening("manifest") }
    let trustees = try await boardFile("trustees", limit: 1 << 20)
    guard trustees == election.ceremony?.roster else { throw TrusteeAgentError.foreignOpening("trustees") }
    dropReplay()
    try keep { election in
      election.opening = entry
      election.ceremony?.wipeSeed()
    }
    report(.opened(election: MerkleTree.leafHash(entry)))
    end("opening")
  }

  private func firstEntry(boardSize: UInt64) async throws -> [UInt8] {
    let width = Int(min(max(boardSize, 1), UInt64(LogLimits.tileWidth)))
    let path = TilePath(.entries, index: 0, width: width)
    let bundle = try await boardFile(path.bytes, limit: LogLimits.tileWidth * (2 + LogLimits.entryBytes))
    guard let entry = try? EntryBundle.decode(bundle, count: width).first else {
      throw TrusteeConnectionError.malformed("the first bundle of the board")
    }
    return entry
  }

  private func checkOpening(_ bytes: [UInt8], _ state: TrusteeState) throws(TrusteeAgentError) -> OpeningEntry {
    guard let ceremony = election.ceremony, let roster = ownRoster, let encoded = ceremony.roster else {
      throw .ceremonyIncomplete
    }
    guard let entry = try? BoardEntry(bytes), entry.kind == .opening, let opening = try? OpeningEntry(entry.body) else {
      throw .foreignOpening("form")
    }
    guard entry.leafHash == state.electionID else { throw .foreignOpening("election id") }
    guard opening.origin == election.origin else { throw .foreignOpening("name of the log") }
    guard opening.trusteesHash == Bytes32(SHA256.hash(encoded).span) else { throw .foreignOpening("trustees") }
    guard opening.jointKey == roster.jointKey.encoded else { throw .foreignOpening("joint key") }
    guard Int(opening.quorum) == state.quorum, (roster.threshold...roster.trustees.count).contains(state.quorum) else {
      throw .foreignOpening("quorum")
    }
    // Refuses a log key that is a trustee's.
    guard (try? LogPolicy(opening: opening, roster: roster)) != nil else { throw .foreignOpening("log key") }
    if ceremony.hasPassedDrill, opening.absent.contains(ceremony.number) { throw .wronglyAbsent }
    return opening
  }

  /// A small file of the board.
  func boardFile(_ name: StaticString, limit: Int) async throws -> [UInt8] {
    try await boardFile(Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)), limit: limit)
  }

  func boardFile(_ path: [UInt8], limit: Int) async throws -> [UInt8] {
    let pieces = Pieces()
    try await connection.read(path, limit: limit) { pieces.append($0) }
    return pieces.bytes
  }

  // MARK: Cosigning

  /// The opening entry that was accepted, and whose signatures checkpoints carry.
  func policy() throws(TrusteeAgentError) -> (opening: OpeningEntry, policy: LogPolicy) {
    guard let bytes = election.opening, let entry = try? BoardEntry(bytes), let opening = try? OpeningEntry(entry.body),
      let roster = ownRoster, let policy = try? LogPolicy(opening: opening, roster: roster)
    else { throw .ceremonyIncomplete }
    return (opening, policy)
  }

  /// The last checkpoint: at first that of the opening entry alone, whose leaf hash is the root.
  func lastCheckpoint() throws -> Checkpoint {
    if let cosigned = election.cosigned { return try SignedCheckpoint(parsing: cosigned.note).checkpoint }
    guard let election = election.electionID else { throw TrusteeAgentError.ceremonyIncomplete }
    return try Checkpoint(origin: self.election.origin.utf8, size: 1, root: election)
  }

  /// Cosigns the newest checkpoint, unless that is done.
  func cosign() async throws {
    let (opening, policy) = try policy()
    let last = try lastCheckpoint()
    let bytes: [UInt8]
    switch try await connection.witnessRequest(old: last.size) {
    case .request(let request): bytes = request
    case .behind: return try await showLastCheckpoint()
    }
    let request: WitnessRequest
    do { request = try WitnessRequest(parsing: bytes) } catch {
      throw TrusteeConnectionError.malformed("a witness request: \(error)")
    }
    guard request.oldSize == last.size else { throw TrusteeConnectionError.malformed("a witness request from another size") }
    let verified: VerifiedCheckpoint
    do throws(LogError) { verified = try policy.verify(request.checkpoint) } catch {
      throw TrusteeAgentError.badCheckpoint("\(error)", shown: bytes)
    }
    let held = election.cosigned?.note ?? election.opening ?? []
    do throws(LogError) { _ = try request.verify(policy: policy, last: last) } catch {
      // Also the service is to know, so that no ballot joins the wrong board; the alarm is raised even if it does not want to.
      if let note = election.cosigned?.note { try? await connection.show(note) }
      throw TrusteeAgentError.forked("\(error)", held: held, shown: bytes)
    }
    let next = verified.checkpoint
    if let decrypted = election.decrypted, decrypted.size != next.size || decrypted.root != next.root {
      throw TrusteeAgentError.closingChanged(held: held, shown: bytes)
    }
    if election.cosigned == nil || next.size > last.size {
      let time = max(platform.now() / 1000, election.cosigned?.time ?? 0)
      let note = try SignedNote(
        text: next.body,
        signatures: request.checkpoint.note.signatures.filter {
          $0.keyName == policy.logKey.name && $0.keyID == policy.logKey.keyID
        })
      try keep { election in election.cosigned = CosignedCheckpoint(note: note.bytes, time: time) }
      hasCosigned = false
    }
    try await sendCosignature(opening)
  }

  /// The cosignature that was kept: the same line each time.
  private func sendCosignature(_ opening: OpeningEntry) async throws {
    guard !hasCosigned, let cosigned = election.cosigned, let number = election.ceremony?.number else { return }
    let checkpoint = try lastCheckpoint()
    let signer = try NoteSigner(
      name: CosignerName.of(trustee: number, origin: opening.origin), type: .cosignature, privateKey: signingKey)
    try await connection.cosign(size: checkpoint.size, signer.cosign(checkpoint, timestamp: cosigned.time).line)
    hasCosigned = true
    report(.cosigned(size: checkpoint.size))
  }

  /// The board is smaller than what was cosigned: entries are lost, or hidden.
  private func showLastCheckpoint() async throws {
    guard let held = election.cosigned?.note else { throw TrusteeAgentError.boardBehind(held: election.opening ?? []) }
    try await connection.show(held)
    throw TrusteeAgentError.boardBehind(held: held)
  }
}
