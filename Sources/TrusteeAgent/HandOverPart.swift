import Curve25519
import Elections
import ThresholdCryptography
import Verification

// Handing shares over (8.13).
extension TrusteeAgent {
  /// The trustee's person has looked at this list, names and keys, and wants to hand over to it. Kept durably; the next step tells the service.
  ///
  /// - Parameter list: the digest of the list that `approvalDue` has shown.
  public func approveHandOver(_ list: Bytes32) throws(TrusteeFault) {
    try keep { election in election.approved = list }
    // The next step does not wait for news.
    version = 0
  }

  /// Does what a hand-over that is wanted asks of this trustee: nothing but to accept and to confirm, unless its person has approved.
  ///
  /// A restored key file neither approves nor deals: it may have forgotten what it has done, and a list that it is shown may be older than that.
  func takePartInHandOver(_ state: TrusteeState) throws(TrusteeFault) {
    guard election.ending == .none, let wanted = state.handOver, let list = try list(wanted) else { return dropHandOver() }
    let roster = try amendedRoster()
    let number = roster.current.acting.number(signingWith: signingKey.publicKey)
    let isApproved = !election.isRestored && election.approved == list.digest
    if number != nil, !election.isRestored, election.ceremony?.shares != nil { try approve(list, isApproved, roster) }
    guard let id = wanted.id else { return dropHandOver() }
    let deals = isApproved && election.ceremony?.shares != nil && number.map { wanted.dealers.contains($0) } ?? false
    guard deals || list.members.contains(where: { $0.signingKey == signingKey.publicKey }) else { return dropHandOver() }
    let kept = try enter(id, list, wanted.dealers)
    try advance(kept, list, roster, deals: deals)
  }

  /// The list that is wanted, if all on it have joined.
  private func list(_ wanted: TrusteeState.HandOver) throws(TrusteeFault) -> HandOverList? {
    guard let id = election.electionID else { return nil }
    var members: [HandOverList.Member] = []
    for (index, member) in wanted.members.enumerated() {
      guard member.number == index + 1 else { throw .alarm(.unusableList("their numbers are not 1 to n")) }
      guard let key = member.signingKey else { return nil }
      members.append(.init(name: member.name, signingKey: key))
    }
    let (roster, logKey) = (try amendedRoster(), try openingEntry().logKey)
    let list = HandOverList(election: id, after: roster, members: members)
    do throws(RenewalError) { try list.check(roster, logKey: logKey) } catch { throw .alarm(.unusableList(error.text)) }
    return list
  }

  private func approve(_ list: HandOverList, _ isApproved: Bool, _ roster: AmendedRoster) throws(TrusteeFault) {
    let digest = list.digest
    guard saidOfList != digest || isApproved != hasSaidApproval else { return }
    if isApproved {
      try asking { () throws(TrusteeConnectionError) in try connection.approve(digest) }
    } else {
      report(.approvalDue(list, replaced: list.replaced(in: roster.current.acting)))
    }
    (saidOfList, hasSaidApproval) = (digest, isApproved)
  }

  /// Enters an attempt that is new to this trustee, with a fresh seed; checks that a known one has not changed.
  private func enter(_ id: Bytes32, _ list: HandOverList, _ dealers: [Int]) throws(TrusteeFault) -> TrusteeHandOver {
    if let known = election.handOvers.first(where: { $0.id == id }) {
      guard known.members == list.members, known.dealers == dealers else { throw .alarm(.handOverChanged(id)) }
      return known
    }
    guard !election.retired.contains(id) else { throw .alarm(.ceremonyRepeated(id)) }
    guard election.handOvers.count < TrusteeElection.mostHandOvers, election.retired.count < TrusteeElection.mostRetiredByHandOvers
    else { throw .alarm(.unusableList("too many attempts")) }
    dropHandOver()
    var random = platform.random
    var bytes = random.bytes(32)
    defer { bytes.wipe() }
    let entered = TrusteeHandOver(id: id, members: list.members, dealers: dealers, seed: Bytes32(bytes.span))
    try keep { election in
      // An attempt that this trustee has not confirmed can come to nothing: it needs its word.
      for index in election.handOvers.indices.reversed() where election.handOvers[index].shares == nil {
        election.retired.append(election.handOvers[index].id)
        election.handOvers[index].wipe()
        election.handOvers.remove(at: index)
      }
      election.handOvers.append(entered)
    }
    report(.handOverBegins(id: id))
    return entered
  }

  /// Reads the log on, and says what there is to say, until the next word is somebody else's.
  private func advance(
    _ kept: TrusteeHandOver, _ list: HandOverList, _ roster: AmendedRoster, deals: Bool
  ) throws(TrusteeFault) {
    var replay: HandOverReplay<Platform.Cipher>
    if let known = handOver, known.id == kept.id, known.deals == deals {
      replay = known
    } else {
      dropHandOver()
      replay = try self.replay(of: kept, list, roster, deals: deals)
    }
    defer { handOver = replay }
    var said = 0
    while true {
      try readToEnd(&replay)
      guard !replay.party.hasForeignAcceptance else { throw .alarm(.spokenElsewhere) }
      guard let message = replay.next() else { break }
      // The new shares, and what was read: before anything that follows from it is said.
      try keepProgress(replay)
      // Whoever keeps a message off its log delays; nothing else comes of it.
      guard said < 4, !replay.isOnLog(message) else { break }
      said += 1
      try asking { () throws(TrusteeConnectionError) in try connection.send(message, handOver: kept.id) }
      if message[0] == 4 { report(.handOverConfirmed(id: kept.id)) }
    }
    try keepProgress(replay)
    if let failure = replay.party.log.failure { report(.handOverFails(failure)) }
  }

  private func replay(
    of kept: TrusteeHandOver, _ list: HandOverList, _ roster: AmendedRoster, deals: Bool
  ) throws(TrusteeFault) -> HandOverReplay<Platform.Cipher> {
    let acting = roster.current.acting
    do throws(ResharingError) {
      let configuration = try HandOverConfiguration(
        id: kept.id, list: list.digest, keys: acting.keys, dealers: kept.dealers, oldSigningKeys: acting.signingKeys,
        newSigningKeys: kept.members.map { $0.signingKey })
      let recipient = kept.members.firstIndex { $0.signingKey == signingKey.publicKey }.map { $0 + 1 }
      let party = try HandOver<Platform.Cipher>(
        configuration, recipient: recipient, oldShares: deals ? election.ceremony?.shares : nil, signingKey: signingKey,
        seed: kept.seed)
      return HandOverReplay(kept, party, deals: deals)
    } catch {
      throw .alarm(.unusableList("its dealers cannot deal"))
    }
  }

  private func readToEnd(_ replay: inout HandOverReplay<Platform.Cipher>) throws(TrusteeFault) {
    while true {
      let (id, start) = (replay.id, UInt32(truncatingIfNeeded: replay.root.size))
      let bytes = try asking { () throws(TrusteeConnectionError) in try connection.messages(handOver: id, after: start) }
      guard let page = try? HandOverPage(encoded: bytes) else { throw .connection(.malformed("a page of the hand-over's log")) }
      try replay.read(page)
      if page.messages.isEmpty { return }
    }
  }

  private func keepProgress(_ replay: HandOverReplay<Platform.Cipher>) throws(TrusteeFault) {
    let shares = replay.party.newShares
    try keep { election in
      guard let index = election.handOvers.firstIndex(where: { $0.id == replay.id }) else { return }
      election.handOvers[index].size = replay.root.size
      election.handOvers[index].root = replay.root.root
      if election.handOvers[index].shares == nil { election.handOvers[index].shares = shares }
    }
  }

  func dropHandOver() {
    handOver?.wipe()
    handOver = nil
  }
}
