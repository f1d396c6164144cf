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
  /// Cosignature lines of honest trustees by size, and on which faces their checkpoints are.
  private var lines: [Int: [UInt64: [UInt8]]] = [:]
  private var faces: [Int: Set<Int>] = [:]
  /// The one part of each honest trustee.
  private var parts: [Int: [UInt8]] = [:]
  /// What honest trustees answered, by machine and the commitment that was asked for.
  private var responses: [Int: [(commitment: SigningCommitment, response: [UInt8])]] = [:]
  /// In which life of which machine a commitment was sent.
  private var commitments: [[UInt8]: [Int]] = [:]
  /// Who has decrypted and who has signed, on each face.
  private var decrypted: [Int: Set<Int>] = [:]
  private var signed: [Int: Set<Int>] = [:]
  private var judged: [Int: Int] = [:]
  /// Whether the faces came to different results.
  private(set) var hasTwoResults = false

  // MARK: What honest trustees say

  /// An honest trustee says something, whether or not it arrives.
  func said(_ word: Word, _ body: [UInt8], by machine: Machine) {
    switch word {
    case .partial: decrypts(body, machine)
    case .signing: signs(body, machine)
    case .messages, .drill, .cosignature, .checkpoint, .approval, .handOver: break
    }
  }

  private func decrypts(_ body: [UInt8], _ machine: Machine) {
    let number = machine.number
    if let part = parts[number], part != body { world.violate("trustee \(number) decrypts a second time") }
    parts[number] = body
    decrypted[machine.face, default: []].insert(number)
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
    signed[machine.face, default: []].insert(number)
    if machine.knowsAbort { world.violate("trustee \(number) signs the result of an election that it knows to be aborted") }
    guard let own = machine.asked.first(where: { $0.trustee == number }) else {
      return world.violate("trustee \(number) answers a session that it is not in")
    }
    for earlier in responses[number, default: []] where earlier.commitment == own && earlier.response != body {
      world.violate("trustee \(number) signs twice with one nonce")
    }
    responses[number, default: []].append((own, body))
    if case .response(let response) = answer, responses[number, default: []].contains(where: { $0.commitment == response.next }) {
      world.violate("trustee \(number) promises a nonce that it has used")
    }
  }

  /// An honest trustee cosigns.
  func cosigned(_ size: UInt64, _ line: [UInt8], by machine: Machine) {
    let number = machine.number
    if let earlier = lines[number]?[size] {
      if earlier != line { world.violate("trustee \(number) cosigns size \(size) a second time, otherwise") }
      return
    }
    lines[number, default: [:]][size] = line
    guard let signature = try? WitnessRequest.parseAnswer(line).first else {
      return world.violate("trustee \(number) sends a cosignature that cannot be read")
    }
    let on = world.faces.indices.filter { face in
      guard let board = world.faces[face].peek({ $0.board }), let checkpoint = board.checkpoint(of: size) else { return false }
      guard let policy = try? board.policy(at: size) else { return false }
      return policy.witnesses[number - 1].verifies(signature.signature, text: checkpoint.checkpoint.body)
    }
    faces[number] = faces[number].map { $0.intersection(on) } ?? Set(on)
    if faces[number]?.isEmpty == true { world.violate("trustee \(number) has cosigned two boards that are not one") }
  }

  /// What stood on one board now stands on two, or is known of two logs of a ceremony.
  func forked() {
    for number in faces.keys { faces[number]?.insert(1) }
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
      guard !machine.isLiar, case .ceremonyFails(let failures) = event else { continue }
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
      for number in seconds where !world.plan.liars.contains(number) {
        world.violate("trustee \(number) has sent two different parts")
      }
    }
  }

  private func judge(_ failure: CeremonyFailure, _ configuration: CeremonyConfiguration) {
    var named = failure.named
    if world.mutation == .blamesAccusers { named = named.map { $0 % world.plan.trustees + 1 } }
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
    let liars = Set(world.plan.liars)
    if decrypted[face, default: []].union(liars).count < world.plan.threshold {
      world.violate("fewer than \(world.plan.threshold) have decrypted")
    }
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
      if signed[face, default: []].union(world.plan.liars).count < world.plan.threshold {
        world.violate("fewer than \(world.plan.threshold) have signed")
      }
      verify(service)
    }
    if results.count > 1, results[0].isOtherResult(than: results[1]) {
      hasTwoResults = true
      requireEvidence()
    }
    guard world.plan.mustEnd, !world.hasMisledInCeremony, !world.isOver else { return }
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
      if !world.plan.liars.contains(culprit.trustee) {
        world.violate("trustee \(culprit.trustee) is blamed for a wrong signature share")
      }
      if !culprit.isConclusive { world.violate("the evidence against signer \(culprit.trustee) shows nothing") }
    }
    guard world.mutation == .blamesTheSilent, coordinator.sessionCount > 0 else { return }
    for signer in coordinator.session(number: 0).signers
    where !service.peek({ $0.signingMessages.contains { $0.number == signer && $0.bytes[0] == 2 } })
      && !world.plan.liars.contains(signer)
    {
      world.violate("trustee \(signer) is blamed for a signature share that is missing")
    }
  }

  /// Two results need 2t − n trustees who cosign both boards, and show themselves by that.
  private func requireEvidence() {
    let cosigners = world.faces.map { service in
      service.peek { state in Set(state.cosignatures[state.board?.size ?? 0]?.keys ?? [:].keys) }
    }
    let both = cosigners[0].intersection(cosigners[1])
    world.note("two results, \(both.sorted()) have cosigned both boards")
    if both.count < 2 * world.plan.threshold - world.plan.trustees {
      world.violate("two results, and too few have cosigned both boards")
    }
    if !both.isSubset(of: world.plan.liars) { world.violate("an honest trustee has cosigned two boards") }
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
