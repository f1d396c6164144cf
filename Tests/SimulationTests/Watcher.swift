import Curve25519
import Elections
import Sealing
import ThresholdCryptography
import TransparencyLog
import TrusteeAgent
import TrusteeCoordination
import TrusteeSupport
import Verification

/// Sees all that is said and kept, and knows the rules.
final class Watcher {
  weak var world: World!
  /// Cosignature lines of honest trustees by size, and the sizes of those of which a face has the checkpoint.
  private var lines: [Bytes32: [UInt64: [UInt8]]] = [:]
  private var found: [Bytes32: [Int: Set<UInt64>]] = [:]
  /// The one part of each honest trustee.
  private var parts: [Bytes32: [UInt8]] = [:]
  /// What honest trustees answered, by machine and the commitment that was asked for.
  private var responses: [Bytes32: [(commitment: SigningCommitment, response: [UInt8])]] = [:]
  /// In which life of which machine a commitment was sent.
  private var commitments: [[UInt8]: [Int]] = [:]
  /// Who has decrypted and who has signed, on each face.
  private var decrypted: [Int: Set<Bytes32>] = [:]
  private var signed: [Int: Set<Bytes32>] = [:]
  /// What each honest trustee has signed as the result's certificate.
  private var certificates: [Bytes32: Bytes32] = [:]
  /// The certificates that were published, or that honest trustees have found good.
  private var accepted: Set<[UInt8]> = []
  /// What witnesses outside have cosigned.
  private var witnessed: [Int: [Checkpoint]] = [:]
  /// Renewals and failures of hand-overs that were looked at, by face.
  var renewals: [Int: Int] = [:]
  var failedHandOvers: [Int: Int] = [:]
  /// Renewals that both faces have.
  private var renewalsBefore = 0
  private var judged: [Int: Int] = [:]
  /// Whether the faces came to different results.
  private(set) var hasTwoResults = false
  /// How often somebody outside has shown that there are two boards.
  private(set) var convictions = 0

  // MARK: What honest trustees say

  /// An honest trustee says something, whether or not it arrives.
  func said(_ word: Word, _ body: [UInt8], by machine: Machine) {
    switch word {
    case .partial: decrypts(body, machine)
    case .signing: signs(body, machine)
    case .handOver: deals(body, machine)
    case .messages, .drill, .cosignature, .checkpoint, .approval: break
    }
  }

  private func decrypts(_ body: [UInt8], _ machine: Machine) {
    let number = machine.number
    if let part = parts[machine.key], part != body { world.violate("trustee \(number) decrypts a second time") }
    parts[machine.key] = body
    decrypted[machine.face, default: []].insert(machine.key)
    if machine.knowsAbort { world.violate("trustee \(number) decrypts an election that it knows to be aborted") }
    let board = machine.service.peek { $0.board }
    if board?.isAborted == true { world.violate("trustee \(number) decrypts a board with an abort entry") }
  }

  private func signs(_ body: [UInt8], _ machine: Machine) {
    let number = machine.number
    guard let answer = try? SigningAnswer(body, trustee: number) else { return }
    if case .commitment(let commitment) = answer {
      // A nonce lives in memory only.
      if let life = commitments[commitment.binding.bytes], life != [machine.index, machine.lives] {
        world.violate("trustee \(number) sends a commitment of an earlier life")
      }
      commitments[commitment.binding.bytes] = [machine.index, machine.lives]
      return
    }
    signed[machine.face, default: []].insert(machine.key)
    if let message = machine.agent?.election.signed {
      if let other = certificates[machine.key], other != message { world.violate("trustee \(number) signs two certificates") }
      certificates[machine.key] = message
    }
    if machine.knowsAbort { world.violate("trustee \(number) signs the result of an election that it knows to be aborted") }
    guard let own = machine.asked.first(where: { $0.trustee == number }) else {
      return world.violate("trustee \(number) answers a session that it is not in")
    }
    for earlier in responses[machine.key, default: []] where earlier.commitment == own && earlier.response != body {
      world.violate("trustee \(number) signs twice with one nonce")
    }
    responses[machine.key, default: []].append((own, body))
    if case .response(let response) = answer,
      responses[machine.key, default: []].contains(where: { $0.commitment == response.next })
    {
      world.violate("trustee \(number) promises a nonce that it has used")
    }
  }

  /// An honest trustee cosigns.
  func cosigned(_ size: UInt64, _ line: [UInt8], by machine: Machine) {
    let number = machine.number
    if let earlier = lines[machine.key]?[size] {
      if earlier != line { world.violate("trustee \(number) cosigns size \(size) a second time, otherwise") }
      return
    }
    lines[machine.key, default: [:]][size] = line
    checkLast(of: machine)
    // One board has all that it has cosigned, wherever it was shown that, and wherever it says it after it was started again.
    let all = lines[machine.key, default: [:]]
    let isOne = world.faces.indices.contains { face in all.allSatisfy { has(face, $0.value, $0.key, of: machine.key) } }
    if !isOne { world.violate("trustee \(number) has cosigned two boards that are not one") }
  }

  /// Whether a face's board has the checkpoint that a line is on. What it has it keeps.
  private func has(_ face: Int, _ line: [UInt8], _ size: UInt64, of key: Bytes32) -> Bool {
    if found[key]?[face]?.contains(size) == true { return true }
    guard let signature = try? WitnessRequest.parseAnswer(line).first else {
      world.violate("a trustee sends a cosignature that cannot be read")
      return true
    }
    guard let board = world.faces[face].peek({ $0.board }), let checkpoint = board.checkpoint(of: size) else { return false }
    // Who is replaced says one thing more under the old number.
    let isThere = board.amended.terms.filter { $0.size <= size }.contains { term in
      guard let seat = term.acting.number(signingWith: key), let policy = try? board.policy(at: term.size) else { return false }
      return policy.witnesses[seat - 1].verifies(signature.signature, text: checkpoint.checkpoint.body)
    }
    if isThere { found[key, default: [:]][face, default: []].insert(size) }
    return isThere
  }

  /// Whether an honest trustee has cosigned a board of this face that is larger.
  func hasCosigned(_ key: Bytes32, beyond size: UInt64, _ face: Int) -> Bool {
    lines[key, default: [:]].contains { $0.key > size && has(face, $0.value, $0.key, of: key) }
  }

  /// Who is replaced cosigns one checkpoint that shows it, and none after.
  private func checkLast(of machine: Machine) {
    guard let terms = machine.service.peek({ $0.board?.amended.terms }),
      let last = terms.lastIndex(where: { $0.acting.number(signingWith: machine.key) != nil }), last < terms.count - 1
    else { return }
    let after = lines[machine.key, default: [:]].keys.count { $0 >= terms[last + 1].size }
    if after > 1 { world.violate("replaced trustee \(machine.number) goes on cosigning") }
  }

  /// What stood on one board now stands on two, or is known of two logs of a ceremony.
  func forked() {
    found = found.mapValues { [0: $0[0, default: []], 1: $0[0, default: []]] }
    renewals[1] = renewals[0]
    failedHandOvers[1] = failedHandOvers[0]
    renewalsBefore = renewals[0] ?? 0
    decrypted[1] = decrypted[0]
    signed[1] = signed[0]
    judged[1] = judged[0]
  }

  // MARK: What honest trustees find

  /// An honest trustee calls for a person. Where the service behaves it never does.
  func alarm(_ alarm: TrusteeAgentError, of machine: Machine) {
    world.note("machine \(machine.index) is alarmed: \(alarm)")
    guard !machine.isLiar else { return }
    if world.plan.service == .honest { world.violate("false alarm of trustee \(machine.number): \(alarm)") }
    guard case .forked(_, let held, let shown) = alarm, world.plan.service != .garbling,
      let policy = machine.service.peek({ $0.board.flatMap { try? $0.policy(at: $0.size) } })
    else { return }
    let notes = [
      try? SignedCheckpoint(parsing: held),
      (try? WitnessRequest(parsing: shown))?.checkpoint ?? (try? SignedCheckpoint(parsing: shown)),
    ]
    // The opening entry stands for the first checkpoint, before one is cosigned.
    for note in notes.compactMap({ $0 }) where (try? policy.verify(note)) == nil {
      world.violate("the evidence of trustee \(machine.number) is not signed by the log")
    }
  }

  func look(at events: [TrusteeEvent], of machine: Machine) {
    for event in events {
      world.note("machine \(machine.index): \(event.word)")
      if case .approvalDue(let list, _) = event { machine.due = list }
      if machine.isLiar { continue }
      if case .recordVerified = event, let file = machine.disk.files["certificate"],
        let certificate = try? ResultCertificate.read(file).certificate
      {
        accepted.insert(certificate.message)
      }
      if case .handOverFails(let failure) = event { blames(failure, machine) }
      guard case .ceremonyFails(let failures) = event else { continue }
      for failure in failures {
        guard let culprit = failure.culprit, !world.plan.liars.contains(culprit) else { continue }
        world.violate("trustee \(machine.number) blames trustee \(culprit): \(failure.fault)")
      }
    }
  }

  // MARK: What the service concludes

  /// After every step.
  func lookAround() {
    for (face, service) in world.faces.enumerated() {
      let (failures, seconds) = service.peek { ($0.failures, $0.secondParts) }
      for (ceremony, failure) in failures.dropFirst(judged[face] ?? 0) { judge(failure, ceremony) }
      judged[face] = failures.count
      lookAtHandOvers(face, service)
      for number in seconds where !world.isLiar(number, on: service) {
        world.violate("trustee \(number) has sent two different parts")
      }
    }
  }

  private func judge(_ failure: CeremonyFailure, _ configuration: CeremonyConfiguration) {
    let named = failure.named
    world.note("the ceremony fails: \(failure.fault), by \(named.map { "\($0)" } ?? "nobody")")
    guard let named, world.plan.service != .forking || failure.culprit != nil else { return }
    if !world.plan.liars.contains(named) { world.violate("trustee \(named) is blamed: \(failure.fault)") }
    guard failure.culprit != nil else { return }
    var log = CeremonyLog<AES256GCM>(configuration)
    for message in failure.evidence { _ = log.receive(message) }
    if log.failures.first?.culprit != named { world.violate("the evidence against trustee \(named) shows nothing") }
  }

  /// The totals were published, or not.
  func tallied(_ face: Int) {
    guard let result = world.faces[face].peek({ $0.certificate }) else { return }
    world.note("face \(face) has totals, board of \(result.size)")
    if actors(decrypted[face, default: []], face) < world.plan.threshold {
      world.violate("fewer than \(world.plan.threshold) have decrypted")
    }
  }

  /// Those of the trustees in the end who have done something, as far as is known: of liars it is not.
  private func actors(_ honest: Set<Bytes32>, _ face: Int) -> Int {
    let acting = world.faces[face].peek { $0.board?.acting.signingKeys ?? [] }
    return acting.count { world.liars.contains($0) || honest.contains($0) }
  }

  // MARK: The end

  func conclude() {
    guard world.violation == nil else { return }
    var results: [ResultCertificate] = []
    for (face, service) in world.faces.enumerated() {
      checkSigners(service)
      let (phase, files) = service.peek { ($0.phase, $0.board?.files ?? [:]) }
      if phase == .aborted, files["result"] != nil { world.violate("an aborted election has a result") }
      guard phase == .tallied, let certificate = service.peek({ $0.certificate }) else { continue }
      results.append(certificate)
      accepted.insert(certificate.message)
      if actors(signed[face, default: []], face) < world.plan.threshold {
        world.violate("fewer than \(world.plan.threshold) have signed")
      }
      verify(service)
    }
    if results.count > 1, results[0].isOtherResult(than: results[1]) {
      hasTwoResults = true
      requireEvidence()
    }
    if accepted.count > 1 { requireSigners() }
    guard world.mustEnd, !world.hasMisledInCeremony, !world.isOver else { return }
    let phases = world.faces.map { "\($0.peek { $0.phase })" }
    let waiting = world.machines.filter { !$0.isLiar && $0.election.ending == .none }.map { $0.number }
    world.violate("the election does not end: it is \(phases.joined()), and \(waiting) wait")
  }

  private func verify(_ service: TestService) {
    var files = service.peek { $0.board?.files ?? [:] }
    files["checkpoint"] = try? service.file(Array("checkpoint".utf8))
    if world.verified.hasPassed(files) { return }
    let outcome = try? RecordVerifier(source: BoardFiles(files: files), runner: SequentialRunner()).verify().report
    if outcome?.passed != true {
      world.violate("the record does not verify: \(outcome?.firstFailure?.detail ?? "it cannot be read")")
    }
  }

  /// Who is excluded from signing is a liar, and the evidence shows it.
  private func checkSigners(_ service: TestService) {
    guard let coordinator = service.peek({ $0.coordinator }) else { return }
    for culprit in coordinator.culprits {
      if !world.isLiar(culprit.trustee, on: service) {
        world.violate("trustee \(culprit.trustee) is blamed for a wrong signature share")
      }
      if !culprit.isConclusive { world.violate("the evidence against signer \(culprit.trustee) shows nothing") }
    }
  }

  var hasTwoCertificates: Bool { accepted.count > 1 }

  /// Two results need 2t − n trustees who cosign both boards, and show themselves by that.
  private func requireEvidence() {
    let both = onBoth { state in
      state.cosignatures[state.board?.size ?? 0]?.keys.map { $0 } ?? []
    }
    world.note("two results, \(both.count) have cosigned both boards")
    if both.count < least { world.violate("two results, and too few have cosigned both boards") }
    if !both.isSubset(of: world.liars) { world.violate("an honest trustee has cosigned two boards") }
  }

  /// So do two certificates of one result: 2t − n who give good shares of the signatures on both.
  private func requireSigners() {
    guard accepted.count == 2, world.faces.count == 2 else { return world.violate("there are \(accepted.count) certificates") }
    let both = onBoth { $0.coordinator?.signers ?? [] }
    world.note("two certificates, \(both.count) have signed both")
    if both.count < least { world.violate("two certificates, and too few have signed both") }
    if !both.isSubset(of: world.liars) { world.violate("an honest trustee has signed two certificates") }
  }

  /// How many must have taken part on both faces where there are two outcomes.
  private var least: Int { 2 * world.plan.threshold - world.plan.trustees }

  /// The keys of those who have taken part on both faces, of the trustees when these parted: to the end, by these numbers, or by bringing into force the
  /// renewal that made others trustees.
  private func onBoth(_ numbers: (TestService.State) -> [Int]) -> Set<Bytes32> {
    let keys = world.faces.map { service in
      service.peek { state -> Set<Bytes32> in
        guard let board = state.board, board.amended.terms.indices.contains(renewalsBefore) else { return [] }
        let before = board.amended.terms[renewalsBefore].acting.signingKeys
        let isRenewed = board.renewals.count > renewalsBefore
        let took = isRenewed ? cosigners(ofRenewal: renewalsBefore + 1, board) : numbers(state)
        return Set(took.map { before[$0 - 1] })
      }
    }
    return keys[0].intersection(keys[1])
  }

  /// Who has brought a renewal into force, by the file that everybody sees.
  private func cosigners(ofRenewal renewal: Int, _ board: TestBoard) -> [Int] {
    guard let file = board.files["renewal-\(renewal)-checkpoint"], let signed = try? SignedCheckpoint(parsing: file),
      let asked = try? board.inForce(renewal)
    else { return [] }
    return signed.note.signatures.compactMap { asked.cosigner($0) }
  }

  // MARK: Witnesses outside

  /// A witness outside cosigns what a face shows it.
  func witnessed(_ checkpoint: Checkpoint, of face: Int, by witness: Int) {
    witnessed[witness, default: []].append(checkpoint)
    let isOne = world.faces[face].peek { state in
      witnessed[witness, default: []].allSatisfy { state.board?.checkpoint(of: $0.size)?.checkpoint == $0 }
    }
    if !isOne { world.violate("witness \(witness) has cosigned two boards that are not one") }
  }

  /// A witness outside shows two checkpoints: both are the log's, and there is no board that has both.
  func convicted(_ held: SignedCheckpoint, _ shown: SignedCheckpoint) {
    convictions += 1
    let isOne = world.faces.contains { service in
      service.peek { state in
        [held, shown].allSatisfy { state.board?.checkpoint(of: $0.checkpoint.size)?.checkpoint == $0.checkpoint }
      }
    }
    if isOne { world.violate("a witness convicts a board that is one") }
    guard let key = world.faces[0].peek({ $0.board?.logKey }),
      let policy = try? LogPolicy(logKey: key, witnesses: [], quorum: 0)
    else { return }
    for note in [held, shown] where (try? policy.verify(note)) == nil {
      world.violate("a witness's evidence is not signed by the log")
    }
  }
}

extension ResultCertificate {
  /// Whether it is about another board, or says something else of it. One result can be shown by the parts of other trustees, too.
  fileprivate func isOtherResult(than other: ResultCertificate) -> Bool {
    election != other.election || size != other.size || root != other.root || resultHash != other.resultHash
  }
}

extension TrusteeEvent {
  /// For the trace.
  fileprivate var word: String {
    switch self {
    case .ceremonyBegins(let ceremony): "enters a ceremony as number \(ceremony.number)"
    case .ceremonyFails(let failures): "sees the ceremony fail: \(failures.map { "\($0.fault)" })"
    case .ceremonyComplete(let size, _, _): "has a roster at \(size) messages"
    case .opened: "accepts the opening"
    default: "\(self)"
    }
  }
}
