import Curve25519
import Elections
import ThresholdCryptography

// Key ceremony and fire drill (8.4, 8.5).
extension TrusteeAgent {
  func takePartInCeremony(_ state: TrusteeState) throws(TrusteeFault) {
    guard let id = state.ceremony else { throw .alarm(.ceremonyIncomplete) }
    try enter(id, state)
    // A ceremony that is over shows as hashes what it showed whole; this one is not, for the state was asked again.
    if let replay, replay.isShownOtherwise, let ceremony = election.ceremony {
      dropReplay()
      throw .alarm(.ceremonyLogRewritten(size: ceremony.size))
    }
    try advanceCeremony()
  }

  /// In a later phase the ceremony must be complete on its log: what was missed is read now.
  func finishCeremony(_ state: TrusteeState) throws(TrusteeFault) {
    guard let ceremony = election.ceremony, ceremony.id == state.ceremony else { throw .alarm(.ceremonyIncomplete) }
    try advanceCeremony()
    guard election.ceremony?.roster != nil else { throw .alarm(.ceremonyIncomplete) }
  }

  /// Enters a ceremony that is new to this trustee, with a fresh seed; checks that a known one has not changed.
  private func enter(_ id: Bytes32, _ state: TrusteeState) throws(TrusteeFault) {
    let participants = try participants(state)
    if let ceremony = election.ceremony, ceremony.id == id {
      let isSame =
        ceremony.participants == participants && ceremony.threshold == state.threshold && ceremony.number == state.number
      guard isSame else { throw .alarm(.ceremonyChanged(id)) }
      return
    }
    guard election.opening == nil else { throw .alarm(.ceremonyAfterOpening) }
    guard !election.retired.contains(id), !vault.knowsCeremony(id, besides: election.reference) else {
      throw .alarm(.ceremonyRepeated(id))
    }
    guard election.retired.count < TrusteeElection.mostRetired else { throw .alarm(.unusableTrustees("too many ceremonies")) }
    dropReplay()
    suppressed = 0
    var random = platform.random
    var bytes = random.bytes(32)
    defer { bytes.wipe() }
    let ceremony = TrusteeCeremony(
      id: id, number: state.number, threshold: state.threshold, participants: participants, seed: Bytes32(bytes.span))
    try keep { election in
      if let old = election.ceremony { election.retired.append(old.id) }
      election.wipeSecrets()
      election.ceremony = ceremony
    }
    report(.ceremonyBegins(ceremony))
  }

  /// The trustees that the state names, this one in its place.
  private func participants(_ state: TrusteeState) throws(TrusteeFault) -> [TrusteeCeremony.Participant] {
    var participants: [TrusteeCeremony.Participant] = []
    for (index, member) in state.trustees.enumerated() {
      guard member.number == index + 1 else { throw .alarm(.unusableTrustees("their numbers are not 1 to n")) }
      guard let key = member.signingKey else { throw .alarm(.unusableTrustees("trustee \(member.number) has no key")) }
      guard !participants.contains(where: { $0.name == member.name }) else {
        throw .alarm(.unusableTrustees("two have the name \(member.name.description)"))
      }
      participants.append(TrusteeCeremony.Participant(name: member.name, signingKey: key))
    }
    guard participants.indices.contains(state.number - 1), participants[state.number - 1].signingKey == signingKey.publicKey,
      participants[state.number - 1].name == election.name
    else { throw .alarm(.unusableTrustees("number \(state.number) is not this trustee")) }
    do throws(CeremonyParameterError) {
      _ = try CeremonyConfiguration(
        ceremony: .zero, threshold: state.threshold, signingKeys: participants.map { $0.signingKey })
    } catch {
      throw .alarm(.unusableTrustees(error.text))
    }
    return participants
  }

  /// Reads the log on, and says what there is to say, until the next word is somebody else's.
  private func advanceCeremony() throws(TrusteeFault) {
    guard let ceremony = election.ceremony, ceremony.roster == nil, let seed = ceremony.seed else { return }
    begin(.keyCeremony)
    var replay: CeremonyReplay<Platform.Cipher>
    if let known = self.replay {
      replay = known
    } else {
      replay = try CeremonyReplay(of: ceremony, seed: seed, signingKey: signingKey)
    }
    repeat {
      try readToEnd(&replay, ceremony.id)
      self.replay = replay
      if replay.log.round == .finished { return try complete(replay) }
      guard !replay.isShownOtherwise else { return }
      try keepProgress(replay)
      // Whoever has failed somebody says nothing more but its evidence, which stands in the messages.
      let unsent = replay.unsent
      guard !unsent.isEmpty else { break }
      // Taken before, and not on the log though it was read again since.
      guard suppressed < 3 else { throw .alarm(.messagesSuppressed(unsent.count)) }
      try asking { () throws(TrusteeConnectionError) in
        try connection.send(CeremonyBatch(unsent).encoded, ceremony: ceremony.id)
      }
      report(.messagesSent(unsent.count, logSize: replay.root.size))
      let before = replay.root.size
      try readToEnd(&replay, ceremony.id)
      self.replay = replay
      suppressed = replay.unsent.contains { unsent.contains($0) } ? suppressed + 1 : 0
      if replay.log.round == .finished { return try complete(replay) }
      if replay.root.size == before { break }
    } while !replay.unsent.isEmpty
    try keepProgress(replay)
    if !replay.failures.isEmpty { report(.ceremonyFails(replay.failures)) }
  }

  private func readToEnd(_ replay: inout CeremonyReplay<Platform.Cipher>, _ id: Bytes32) throws(TrusteeFault) {
    while true {
      let start = UInt32(truncatingIfNeeded: replay.root.size)
      let bytes = try asking { () throws(TrusteeConnectionError) in try connection.messages(ceremony: id, after: start) }
      guard let page = try? CeremonyPage(bytes, start: start) else {
        throw .connection(.malformed("a page of the ceremony's log"))
      }
      try replay.read(page)
      if page.entries.isEmpty { return try replay.reachedEnd() }
    }
  }

  /// What was read, as it was shown, and the shares as soon as they are there: before the confirmation goes out.
  private func keepProgress(_ replay: CeremonyReplay<Platform.Cipher>) throws(TrusteeFault) {
    try keep { election in
      election.ceremony?.size = replay.view.size
      election.ceremony?.root = replay.view.root
      if let shares = replay.shares, election.ceremony?.shares == nil { election.ceremony?.shares = shares }
    }
  }

  /// Keeps the roster that all have confirmed.
  private func complete(_ replay: CeremonyReplay<Platform.Cipher>) throws(TrusteeFault) {
    guard let ceremony = election.ceremony, let dealings = replay.log.dealings, let keys = replay.log.keys else {
      throw .alarm(.ceremonyIncomplete)
    }
    guard let shares = ceremony.shares ?? replay.shares, shares.belong(to: keys, dealings[ceremony.number - 1]) else {
      throw .alarm(.noShare)
    }
    let entries = zip(ceremony.participants, dealings).map { participant, dealing in
      RosterEntry(name: participant.name, signingKey: participant.signingKey, dealing: dealing)
    }
    guard let roster = TrusteeRoster(parameters: replay.log.configuration.parameters, trustees: entries) else {
      throw .alarm(.unusableTrustees("their names or keys cannot stand on a record"))
    }
    try keep { election in
      election.ceremony?.size = replay.root.size
      election.ceremony?.root = replay.root.root
      election.ceremony?.shares = shares
      election.ceremony?.roster = roster.encoded
    }
    dropReplay()
    report(.ceremonyComplete(size: replay.root.size, root: replay.root.root, jointKey: keys.election.jointKey.encoded))
    end(.keyCeremony)
  }

  func reportFailures() {
    if let replay, !replay.failures.isEmpty { report(.ceremonyFails(replay.failures)) }
  }

  // MARK: Fire drill

  func takePartInDrill() throws(TrusteeFault) -> TrusteeStep {
    guard let ceremony = election.ceremony, !ceremony.hasPassedDrill else { return .waiting }
    guard let roster = ownRoster, let keys = try? roster.keys, var shares = ceremony.shares else {
      throw .alarm(.noShare)
    }
    defer { shares.wipe() }
    guard platform.mayShowShare(of: election.reference) else { return .backupDue }
    begin(.fireDrill)
    let drill = FireDrill(ceremony: ceremony.id, size: ceremony.size, root: ceremony.root, keys: keys, drawKeys: roster.drawKeys)
    var random = platform.random
    let part = drill.part(with: shares, using: &random).encoded
    try asking { () throws(TrusteeConnectionError) in try connection.sendDrill(part, ceremony: ceremony.id) }
    try keep { election in election.ceremony?.hasPassedDrill = true }
    report(.drillPassed)
    end(.fireDrill)
    return .waiting
  }

  /// The roster of the trustee's own ceremony.
  var ownRoster: TrusteeRoster? {
    guard let encoded = election.ceremony?.roster else { return nil }
    if let rosterRead, rosterRead.encoded == encoded { return rosterRead.roster }
    guard let roster = try? TrusteeRoster(encoded) else { return nil }
    rosterRead = (encoded, roster)
    return roster
  }
}
