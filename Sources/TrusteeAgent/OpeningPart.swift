import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

// Opening and cosigning (8.6, 8.7).
extension TrusteeAgent {
  /// Accepts the opening entry, once.
  func acceptOpening(_ state: TrusteeState) throws(TrusteeFault) {
    guard election.opening == nil else { return }
    if election.ceremony?.seed != nil { try finishCeremony(state) }
    begin(.opening)
    let ceremony: TrusteeCeremony
    if let own = election.ceremony { ceremony = own } else { ceremony = try lateCeremony(state) }
    guard let encoded = ceremony.roster, let roster = try? TrusteeRoster(encoded) else { throw .alarm(.ceremonyIncomplete) }
    let entry = try firstEntry(boardSize: state.boardSize)
    let opening = try checkOpening(entry, state, ceremony, roster)
    let manifest = try boardFile("manifest", limit: 1 << 23)
    guard Bytes32(SHA256.hash(manifest).span) == opening.manifestHash else { throw .alarm(.foreignOpening("manifest")) }
    let trustees = try boardFile("trustees", limit: 1 << 20)
    guard trustees == encoded else { throw .alarm(.foreignOpening("trustees")) }
    try checkDraw(opening, ceremony, roster)
    dropReplay()
    try keep { election in
      election.ceremony = ceremony
      election.opening = entry
      election.ceremony?.wipeSeed()
    }
    report(.opened(election: MerkleTree.leafHash(entry)))
    end(.opening)
  }

  private func firstEntry(boardSize: UInt64) throws(TrusteeFault) -> [UInt8] {
    let width = Int(min(max(boardSize, 1), UInt64(LogLimits.tileWidth)))
    let path = TilePath(.entries, index: 0, width: width)
    let bundle = try boardFile(path.bytes, limit: LogLimits.tileWidth * (2 + LogLimits.entryBytes))
    guard let entry = try? EntryBundle.decode(bundle, count: width).first else {
      throw .connection(.malformed("the first bundle of the board"))
    }
    return entry
  }

  private func checkOpening(
    _ bytes: [UInt8], _ state: TrusteeState, _ ceremony: TrusteeCeremony, _ roster: TrusteeRoster
  ) throws(TrusteeFault) -> OpeningEntry {
    guard let entry = try? BoardEntry(bytes), entry.kind == .opening, let opening = try? OpeningEntry(entry.body) else {
      throw .alarm(.foreignOpening("form"))
    }
    guard entry.leafHash == state.electionID else { throw .alarm(.foreignOpening("election id")) }
    guard opening.origin == election.origin else { throw .alarm(.foreignOpening("name of the log")) }
    guard opening.trusteesHash == Bytes32(SHA256.hash(ceremony.roster ?? []).span) else {
      throw .alarm(.foreignOpening("trustees"))
    }
    guard opening.jointKey == roster.jointKey(.election).encoded else { throw .alarm(.foreignOpening("joint key")) }
    guard Int(opening.quorum) == state.quorum, (roster.threshold...roster.trustees.count).contains(state.quorum) else {
      throw .alarm(.foreignOpening("quorum"))
    }
    // Refuses a log key that is a trustee's.
    guard (try? LogPolicy(opening: opening, roster: roster)) != nil else { throw .alarm(.foreignOpening("log key")) }
    if ceremony.hasPassedDrill, opening.absent.contains(ceremony.number) { throw .alarm(.wronglyAbsent) }
    return opening
  }

  /// The opening draw is that of this ceremony's log, as check 14 wants it.
  private func checkDraw(
    _ opening: OpeningEntry, _ ceremony: TrusteeCeremony, _ roster: TrusteeRoster
  ) throws(TrusteeFault) {
    guard let key = try? roster.thresholdKey(.beacon) else { throw .alarm(.ceremonyIncomplete) }
    let file = try boardFile("draw-opening", limit: 1 << 16)
    let seed = DrawSeed.opening(ceremony: ceremony.id, size: ceremony.size, root: ceremony.root)
    guard let record = try? DrawRecord(file), record.hash == opening.draw.hash, record.size == ceremony.size,
      record.root == ceremony.root, record.trustees == roster.parameters.indices.filter({ !opening.absent.contains($0) }),
      let output = try? record.output(at: seed, key: key, drawKeys: roster.drawKeys), output.value == opening.draw.output
    else { throw .alarm(.foreignOpening("draw")) }
  }

  /// A small file of the board.
  func boardFile(_ name: StaticString, limit: Int) throws(TrusteeFault) -> [UInt8] {
    try boardFile(Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)), limit: limit)
  }

  func boardFile(_ path: [UInt8], limit: Int) throws(TrusteeFault) -> [UInt8] {
    try asking { () throws(TrusteeConnectionError) in try connection.file(path, limit: limit) }
  }

  // MARK: Cosigning

  /// The opening entry that was accepted.
  func openingEntry() throws(TrusteeFault) -> OpeningEntry {
    guard let bytes = election.opening, let entry = try? BoardEntry(bytes), let opening = try? OpeningEntry(entry.body) else {
      throw .alarm(.ceremonyIncomplete)
    }
    return opening
  }

  /// Whose signatures checkpoints carry now.
  private func policy() throws(TrusteeFault) -> LogPolicy {
    let (opening, acting) = (try openingEntry(), try amendedRoster().current.acting)
    guard let policy = try? LogPolicy(opening: opening, acting: acting) else { throw .alarm(.ceremonyIncomplete) }
    return policy
  }

  /// The last checkpoint: at first that of the opening entry alone, whose leaf hash is the root.
  func lastCheckpoint() throws(TrusteeFault) -> Checkpoint {
    guard let id = election.electionID else { throw .alarm(.ceremonyIncomplete) }
    do throws(LogError) {
      if let cosigned = election.cosigned { return try SignedCheckpoint(parsing: cosigned.note).checkpoint }
      return try Checkpoint(origin: election.origin.utf8, size: 1, root: id)
    } catch {
      throw .alarm(.notKept(error.text))
    }
  }

  /// Verifies the newest checkpoint, and keeps it to be cosigned.
  ///
  /// - Returns: whether it is the last one now; `false` where a restored key file must wait for others.
  func advanceCheckpoint() throws(TrusteeFault) -> Bool {
    let policy = try policy()
    let last = try lastCheckpoint()
    let bytes: [UInt8]
    switch try asking({ () throws(TrusteeConnectionError) in try connection.witnessRequest(old: last.size) }) {
    case .request(let request): bytes = request
    case .behind: try showLastCheckpoint()
    }
    let request: WitnessRequest
    do throws(LogError) { request = try WitnessRequest(parsing: bytes) } catch {
      throw .connection(.malformed("a witness request: \(error.text)"))
    }
    guard request.oldSize == last.size else { throw .connection(.malformed("a witness request from another size")) }
    let verified: VerifiedCheckpoint
    do throws(LogError) { verified = try policy.verify(request.checkpoint) } catch {
      throw .alarm(.badCheckpoint(error.text, shown: bytes))
    }
    let held = election.cosigned?.note ?? election.opening ?? []
    do throws(LogError) { _ = try request.verify(policy: policy, last: last) } catch {
      // Also the service is to know, so that no ballot joins the wrong board; the alarm is raised even if it does not want to.
      if let note = election.cosigned?.note { try? connection.show(note) }
      throw .alarm(.forked(error.text, held: held, shown: bytes))
    }
    let next = verified.checkpoint
    if let decrypted = election.decrypted, decrypted.size != next.size || decrypted.root != next.root {
      throw .alarm(.closingChanged(held: held, shown: bytes))
    }
    if election.cosigned == nil || next.size > last.size {
      var time = max(platform.now() / 1000, election.cosigned?.time ?? 0)
      if election.isRestored {
        switch try vouching(for: next, policy) {
        case .nobody:
          awaitOthers(policy)
          return false
        case .others: break
        case .itself(let earlier): time = earlier
        }
      }
      let note = try logNote(next, request, policy)
      try keep { election in election.cosigned = CosignedCheckpoint(note: note.bytes, time: time) }
      hasCosigned = false
    }
    return true
  }

  /// A checkpoint with the log's signature alone.
  private func logNote(
    _ checkpoint: Checkpoint, _ request: WitnessRequest, _ policy: LogPolicy
  ) throws(TrusteeFault) -> SignedNote {
    let signatures = request.checkpoint.note.signatures.filter {
      $0.keyName == policy.logKey.name && $0.keyID == policy.logKey.keyID
    }
    do throws(LogError) { return try SignedNote(text: checkpoint.body, signatures: signatures) } catch {
      throw .alarm(.badCheckpoint(error.text, shown: request.checkpoint.bytes))
    }
  }

  /// The cosignature that was kept, the same line each time; of one who is not a trustee of that size, none, but for the last of one who is replaced.
  func sendCosignature() throws(TrusteeFault) {
    guard !hasCosigned, let cosigned = election.cosigned else { return }
    let checkpoint = try lastCheckpoint()
    guard let number = try cosigningNumber(at: checkpoint.size) else { return }
    let opening = try openingEntry()
    let line: [UInt8]
    do throws(LogError) {
      let signer = try NoteSigner(
        name: CosignerName.of(trustee: number, origin: opening.origin), type: .cosignature, privateKey: signingKey)
      line = try signer.cosign(checkpoint, timestamp: cosigned.time).line
    } catch {
      throw .alarm(.badCheckpoint(error.text, shown: cosigned.note))
    }
    try asking { () throws(TrusteeConnectionError) in try connection.cosign(size: checkpoint.size, line) }
    hasCosigned = true
    report(.cosigned(size: checkpoint.size))
  }

  private func cosigningNumber(at size: UInt64) throws(TrusteeFault) -> Int? {
    let roster = try amendedRoster()
    guard election.ending == .replaced else { return roster.acting(at: size).number(signingWith: signingKey.publicKey) }
    return roster.terms.reversed().compactMap { $0.acting.number(signingWith: signingKey.publicKey) }.first
  }

  /// The board is smaller than what was cosigned: entries are lost, or hidden.
  private func showLastCheckpoint() throws(TrusteeFault) -> Never {
    guard let held = election.cosigned?.note else { throw .alarm(.boardBehind(held: election.opening ?? [])) }
    try asking { () throws(TrusteeConnectionError) in try connection.show(held) }
    throw .alarm(.boardBehind(held: held))
  }
}
