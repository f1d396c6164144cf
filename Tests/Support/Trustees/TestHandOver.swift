import Curve25519
import Elections
import Sealing
import ThresholdCryptography
import TransparencyLog
import TrusteeAgent

/// A hand-over as the service within the process coordinates it.
public struct TestHandOver: Sendable {
  public var members: [TrusteeState.Member]
  public var approvals: Set<Int> = []
  /// Who is not asked to deal again.
  public var excluded: Set<Int> = []
  public var id: Bytes32?
  public var dealers: [Int] = []
  public var messages: [[UInt8]] = []
  public var log: HandOverLog<AES256GCM>?
  /// Whether the renewal is kept back when all have confirmed.
  public var keepsRenewalBack = false

  /// The log once more, from its messages.
  mutating func replay() {
    guard let configuration = log?.configuration else { return }
    var log = HandOverLog<AES256GCM>(configuration)
    for message in messages { _ = log.receive(message) }
    self.log = log
  }

  var shown: TrusteeState.HandOver { TrusteeState.HandOver(members: members, id: id, dealers: dealers) }
}

extension TestService {
  /// Wants the shares handed over: to the same trustees, but for those at these numbers.
  ///
  /// - Returns: whom the list names.
  @discardableResult
  public func beginHandOver(_ newcomers: [Int: (name: Text, key: Bytes32)] = [:]) -> [TrusteeState.Member] {
    with { state in
      let members = state.names.indices.map { index in
        let newcomer = newcomers[index + 1]
        return TrusteeState.Member(
          number: index + 1, name: newcomer?.name ?? state.names[index], signingKey: newcomer?.key ?? state.keys[index])
      }
      state.handOver = TestHandOver(members: members)
      return members
    }
  }

  /// Begins again, without these as dealers, as soon as enough others have approved.
  public func beginHandOverAgain(without excluded: Set<Int> = []) throws {
    try with { state in
      state.handOver?.excluded.formUnion(excluded)
      try state.startHandOver()
    }
  }

  public func takeApproval(_ list: Bytes32, from number: Int) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      guard let digest = state.handOverList?.digest, digest == list else { throw .refused(status: 409, "another list") }
      state.handOver?.approvals.insert(number)
      guard state.handOver?.id == nil else { return }
      do { try state.startHandOver() } catch { throw .refused(status: 500, "\(error)") }
    }
  }

  public func handOverPage(of id: Bytes32, after: UInt32) throws(TrusteeConnectionError) -> [UInt8] {
    try look { (state) throws(TrusteeConnectionError) in
      let messages = state.handOver?.id == id ? state.handOver?.messages : state.handedOver[id]
      guard let messages else { throw .refused(status: 404, "no such hand-over") }
      return HandOverPage(Array(messages.dropFirst(Int(after)).prefix(2))).encoded
    }
  }

  public func takeHandOver(_ message: [UInt8], of id: Bytes32) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      if state.handedOver[id] != nil { return }
      guard var log = state.handOver?.log, let list = state.handOverList else { throw .refused(status: 409, "no hand-over") }
      let event = log.receive(message)
      if case .refused = event { throw .refused(status: 422, "of no use") }
      state.handOver?.log = log
      if event != .duplicate { state.handOver?.messages.append(message) }
      if let failure = log.failure {
        do { try state.fail(failure, log.configuration) } catch { throw .refused(status: 500, "\(error)") }
      }
      if log.round == .finished, state.handOver?.keepsRenewalBack == false, let outcome = log.outcome {
        do { try state.renew(Renewal(list, outcome)) } catch { throw .refused(status: 500, "\(error)") }
      }
    }
  }
}

extension TestService.State {
  /// The list that is wanted, once all have joined.
  public var handOverList: HandOverList? {
    guard let board, let handOver else { return nil }
    let members = handOver.members.compactMap { member in
      member.signingKey.map { HandOverList.Member(name: member.name, signingKey: $0) }
    }
    guard members.count == handOver.members.count else { return nil }
    return HandOverList(election: board.electionID, after: board.amended, members: members)
  }

  /// Puts the renewal on the board.
  public mutating func renew(_ renewal: Renewal) throws {
    try board?.renew(renewal)
    names = renewal.members.map { $0.name }
    keys = renewal.members.map { $0.signingKey }
    if let id = handOver?.id { handedOver[id] = handOver?.messages }
    handOver = nil
  }

  /// Keeps the cosignature of a trustee before a renewal on the checkpoint that shows it. Enough of them bring it into force.
  ///
  /// - Returns: whether it is one.
  mutating func takeForRenewal(_ line: NoteSignature, from number: Int, size: UInt64) throws(TrusteeConnectionError) -> Bool {
    guard let renewal = board?.renewals.firstIndex(of: size - 1).map({ $0 + 1 }), let asked = try? board?.inForce(renewal),
      asked.cosigner(line) == number
    else { return false }
    renewalCosignatures[renewal, default: [:]][number] = line
    if let file = try? asked.file(renewalCosignatures[renewal, default: [:]]) { board?.bringIntoForce(renewal, file) }
    return true
  }

  /// A dealer that is proved faulty is not asked again: others take its part at once.
  mutating func fail(_ failure: HandOverFailure, _ configuration: HandOverConfiguration) throws {
    failedHandOvers.append((configuration, failure, handOver?.messages ?? []))
    handOver?.id = nil
    handOver?.log = nil
    guard case .old(let dealer) = failure.culprit else { return }
    handOver?.excluded.insert(dealer)
    try startHandOver()
  }

  mutating func startHandOver() throws {
    guard let board, let list = handOverList, var handOver else { return }
    let willing = handOver.approvals.subtracting(handOver.excluded).sorted()
    guard willing.count >= threshold else { return }
    handOverAttempts += 1
    var transcript = Transcript("test hand-over")
    transcript.absorb("list", list.digest)
    transcript.absorb("attempt", handOverAttempts)
    let id = transcript.digest("id")
    (handOver.id, handOver.dealers, handOver.messages) = (id, Array(willing.prefix(threshold)), [])
    handOver.log = HandOverLog(
      try HandOverConfiguration(
        id: id, list: list.digest, keys: board.acting.keys, dealers: handOver.dealers, oldSigningKeys: board.acting.signingKeys,
        newSigningKeys: list.members.map { $0.signingKey }))
    self.handOver = handOver
  }
}
