import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog
import Verification

// Renewals on the board (8.13): which share counts, and who is a trustee.
extension TrusteeAgent {
  /// The roster with all renewals that this trustee has seen on the board.
  func amendedRoster() throws(TrusteeFault) -> AmendedRoster {
    if let amended, amended.terms.count == election.renewals.count + 1 { return amended }
    guard let roster = ownRoster, let id = election.electionID, var made = try? AmendedRoster(roster) else {
      throw .alarm(.ceremonyIncomplete)
    }
    let logKey = try openingEntry().logKey
    for (index, kept) in election.renewals.enumerated() {
      try take(kept.file, at: kept.position, number: index + 1, election: id, logKey, into: &made)
    }
    amended = made
    return made
  }

  /// Whether this trustee acts on a board of this size.
  func acts(at size: UInt64) throws(TrusteeFault) -> Bool {
    try amendedRoster().acting(at: size).number(signingWith: signingKey.publicKey) != nil
  }

  private func take(
    _ file: [UInt8], at position: UInt64, number: Int, election: Bytes32, _ logKey: Bytes32, into roster: inout AmendedRoster
  ) throws(TrusteeFault) {
    guard let renewal = try? Renewal(file) else { throw .alarm(.badRenewal(number: number, "malformed")) }
    do throws(RenewalError) { try roster.renew(renewal, at: position, election: election, logKey: logKey) } catch {
      throw .alarm(.badRenewal(number: number, error.text))
    }
  }

  /// Follows the renewals that are on the board as far as this trustee has verified it.
  ///
  /// What the state says is only where to look: the entry must be in the last checkpoint, and the renewal must hold.
  func followRenewals(_ state: TrusteeState) throws(TrusteeFault) {
    while election.ending != .replaced, election.renewals.count < state.renewals.count {
      let number = election.renewals.count + 1
      let position = state.renewals[number - 1]
      // What is there since: the next step has a checkpoint that holds it.
      guard position < (try lastCheckpoint()).size else { return }
      let roster = try amendedRoster()
      let entry = try renewalEntry(number: number, at: position)
      let file = try boardFile(RenewalEntry.path(number), limit: 1 << 19)
      guard Bytes32(SHA256.hash(file).span) == entry.hash else { throw .alarm(.badRenewal(number: number, "another file")) }
      guard let id = election.electionID else { throw .alarm(.ceremonyIncomplete) }
      var renewed = roster
      try take(file, at: position, number: number, election: id, try openingEntry().logKey, into: &renewed)
      try renew(KeptRenewal(position: position, file: file), number, renewed)
    }
  }

  /// From here on the new shares count. The old ones are wiped, and what else is left of hand-overs.
  private func renew(_ kept: KeptRenewal, _ number: Int, _ roster: AmendedRoster) throws(TrusteeFault) {
    let acting = roster.current.acting
    let own = acting.number(signingWith: signingKey.publicKey)
    let wasActing = try amendedRoster().current.acting.number(signingWith: signingKey.publicKey) != nil
    let id = try? Renewal(kept.file).handOver
    let shares = election.handOvers.first { $0.id == id }?.shares.flatMap { acting.own($0) ? $0 : nil }
    dropHandOver()
    dropSigner()
    try keep { election in
      election.renewals.append(kept)
      election.approved = nil
      for handOver in election.handOvers { election.retired.append(handOver.id) }
      if own != nil || wasActing { election.ceremony?.wipeShares() }
      if own != nil { election.ceremony?.shares = shares }
      election.wipeHandOvers()
      if own == nil, wasActing { election.ending = .replaced }
    }
    amended = roster
    if own == nil {
      if wasActing { report(.replaced(number: number)) }
    } else {
      report(.renewed(number: number))
      // After an abort nobody needs any.
      guard shares != nil || election.ending == .aborted else { throw .alarm(.noShare) }
    }
  }

  /// The entry, proven to be in the last checkpoint.
  private func renewalEntry(number: Int, at position: UInt64) throws(TrusteeFault) -> RenewalEntry {
    let last = try lastCheckpoint()
    let width = UInt64(LogLimits.tileWidth)
    let index = position / width
    let path = TilePath(.entries, index: index, width: Int(min(width, last.size - index * width)))
    let bundle = try boardFile(path.bytes, limit: LogLimits.tileWidth * (2 + LogLimits.entryBytes))
    var failure: TrusteeFault?
    let proof = try? InclusionProof(index: position, size: last.size) { tile in
      do throws(TrusteeFault) { return try boardFile(tile.bytes, limit: LogLimits.tileWidth * 32) } catch {
        failure = error
        return nil
      }
    }
    if let failure { throw failure }
    guard let leaf = try? EntryBundle.decode(bundle, count: path.width)[Int(position % width)], let proof,
      (try? proof.verify(leafHash: MerkleTree.leafHash(leaf), root: last.root)) != nil, let entry = try? BoardEntry(leaf),
      entry.kind == .renewal, let renewal = try? RenewalEntry(entry.body), Int(renewal.number) == number
    else { throw .alarm(.badRenewal(number: number, "its entry is not on the board")) }
    return renewal
  }
}
