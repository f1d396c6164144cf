import Curve25519
import Elections
import TransparencyLog
import TrusteeCoordination

@testable import ThresholdCryptography
@testable import TrusteeAgent
@testable import TrusteeSupport

/// A rule broken deliberately: the simulation must notice each.
enum Mutation: String, CaseIterable {
  // What trustees keep before they speak.
  case forgetsSeed, forgetsShares, forgetsCheckpoint, forgetsDecryption, forgetsAbort
  // What trustees do.
  case repeatsRandomness, cosignsAnything, confirmsAnyShare
  // What the service takes and keeps.
  case believesAnyRequest, takesUnseen, answersBeforeWriting, forgetsSigning, believesReplaced, renewsAlone
  // What everybody keeps and does when shares are handed over, and of the certificate.
  case forgetsHandOver, forgetsNewShares, forgetsOldShares, keepsOldShares, approvesAnything, forgetsCertificate
  // What organisers and witnesses outside do.
  case castsInPause, forgetsWitnessed
  // What the service concludes.
  case blamesAccusers, blamesTheMisled, blamesTheSilent, decryptsWithFewer, closesWithoutQuorum, opensWithoutSomebody, abortsLate

  /// Whether the broken rule can matter in an election of this plan at all.
  func concerns(_ plan: Plan) -> Bool {
    switch self {
    case .forgetsSeed, .forgetsShares: plan.crashing > 0 && !plan.isReady
    case .forgetsCheckpoint: plan.crashing > 0
    case .forgetsDecryption: plan.crashing > 0 && !plan.endsAtOpening
    case .forgetsAbort: plan.crashing > 0 && plan.service == .reviving
    case .repeatsRandomness: !plan.endsAtOpening
    case .cosignsAnything: plan.service != .honest
    case .confirmsAnyShare, .blamesAccusers, .blamesTheMisled: !plan.liars.isEmpty && !plan.isReady
    case .believesAnyRequest: plan.corrupted > 0 && !plan.endsAtOpening
    case .takesUnseen: !plan.liars.isEmpty
    case .answersBeforeWriting: plan.crashing > 0 && !plan.isReady
    case .forgetsSigning, .blamesTheSilent, .decryptsWithFewer, .closesWithoutQuorum: !plan.endsAtOpening
    case .opensWithoutSomebody: true
    case .abortsLate: plan.abortion != nil
    case .believesReplaced: !plan.endsAtOpening && plan.handOver.replaced.contains { !$0.isEmpty }
    case .renewsAlone: !plan.endsAtOpening && !plan.handOver.replaced.isEmpty
    case .forgetsHandOver, .forgetsNewShares, .forgetsOldShares:
      plan.crashing > 0 && !plan.endsAtOpening && !plan.handOver.replaced.isEmpty
    case .keepsOldShares: !plan.endsAtOpening && !plan.handOver.replaced.isEmpty
    case .approvesAnything: plan.handOver.strangerAt != nil
    case .forgetsCertificate: plan.turnsLate && plan.trustees > plan.threshold
    case .castsInPause: plan.pausing > 0 && !plan.endsAtOpening
    case .forgetsWitnessed: plan.service == .forking && plan.crashing > 0
    }
  }

  /// What reaches the disk.
  func forgetting(_ new: TrusteeElection, on old: TrusteeElection) -> TrusteeElection {
    var kept = new
    switch self {
    case .forgetsSeed: if new.ceremony?.shares == nil { kept.ceremony = old.ceremony }
    case .forgetsShares: if new.ceremony?.roster == nil { kept.ceremony?.shares = nil }
    case .forgetsCheckpoint: kept.cosigned = old.cosigned
    case .forgetsDecryption: kept.decrypted = old.decrypted
    case .forgetsHandOver: if new.handOvers.contains(where: { $0.shares == nil }) { kept.handOvers = old.handOvers }
    case .forgetsNewShares:
      kept.handOvers = new.handOvers.map { handOver in
        var forgotten = handOver
        forgotten.shares = nil
        return forgotten
      }
    case .forgetsOldShares: if !new.handOvers.isEmpty { kept.ceremony?.shares = nil }
    case .keepsOldShares: if new.renewals.count > old.renewals.count { kept.ceremony?.shares = old.ceremony?.shares }
    case .forgetsCertificate: kept.signed = nil
    case .forgetsAbort: if new.ending == .aborted { kept = old }
    default: break
    }
    return kept
  }

  /// What an honest trustee says by a broken rule.
  func broken(_ word: Word, _ body: [UInt8], by machine: Machine) -> [UInt8]? {
    guard self == .confirmsAnyShare, word == .messages, let batch = try? CeremonyBatch(encoded: body) else { return nil }
    return CeremonyBatch(batch.messages.compactMap { $0[0] == 4 ? BrokenTrustee.confirmation(machine) : $0 }).encoded
  }
}

/// What honest trustees never do.
enum BrokenTrustee {
  /// Confirms, whatever share it got.
  static func confirmation(_ machine: Machine) -> [UInt8]? {
    guard let configuration = try? machine.election.ceremony?.configuration,
      let digest = machine.service.peek({ $0.judge?.log.confirmationDigest })
    else { return nil }
    return CeremonyMessage(
      .confirmation(digest: digest), sender: machine.number, configuration, signingKey: machine.signingKey
    ).encoded
  }

  /// Cosigns the newest checkpoint without asking what it follows.
  static func cosign(_ machine: Machine) {
    let service = machine.service
    guard !machine.isLiar, machine.agent?.election.opening != nil, let board = service.peek({ $0.board }),
      let checkpoint = board.checkpoint(of: board.size)?.checkpoint,
      let signer = try? NoteSigner(
        name: CosignerName.of(trustee: machine.number, origin: service.origin), type: .cosignature, privateKey: machine.signingKey),
      let line = try? signer.cosign(checkpoint, timestamp: 1_700_000_100).line
    else { return }
    try? SimulatedConnection(machine: machine).cosign(size: board.size, line)
  }
}

extension World {
  /// Brings renewals into force as if nobody before them had to: with their keys, not with their words.
  func bringIntoForceAlone(_ face: Int) {
    let origin = faces[face].origin
    faces[face].with { state in
      for renewal in state.board?.pending ?? [] {
        guard let asked = try? state.board?.inForce(renewal), let before = state.board?.amended.terms[renewal - 1].acting else {
          continue
        }
        var lines: [Int: NoteSignature] = [:]
        for (index, key) in before.signingKeys.enumerated() where lines.count < asked.threshold {
          guard let machine = machines.first(where: { $0.key == key }) else { continue }
          let name = CosignerName.of(trustee: index + 1, origin: origin)
          let signer = try? NoteSigner(name: name, type: .cosignature, privateKey: machine.signingKey)
          lines[index + 1] = try? signer?.cosign(asked.checkpoint.checkpoint, timestamp: 1_700_000_100)
        }
        if let file = try? asked.file(lines) { state.board?.bringIntoForce(renewal, file) }
      }
    }
  }
}

extension CeremonyFailure {
  /// The same, where somebody complained, with that one as the culprit.
  func blamingAccuser(_ configuration: CeremonyConfiguration) -> CeremonyFailure {
    for bytes in evidence {
      guard let message = try? CeremonyMessage(bytes, configuration), case .complaint = message.body else { continue }
      return CeremonyFailure(culprit: message.sender, fault: fault, evidence: evidence)
    }
    return self
  }
}

extension CeremonyFailure {
  /// The same, as if who has seen another log were proved faulty.
  var blamingMisled: CeremonyFailure {
    guard case .disagreement(let trustee) = fault else { return self }
    return CeremonyFailure(culprit: trustee, fault: fault, evidence: evidence)
  }
}

extension TestService {
  /// Takes silence in the first session for a wrong share.
  func blameTheSilent() {
    let (asked, answered) = peek { state in
      (
        state.coordinator.flatMap { $0.sessionCount > 0 ? $0.session(number: 0) : nil },
        Set(state.signingMessages.filter { $0.bytes[0] == 2 }.map { $0.number })
      )
    }
    for commitment in asked?.commitments ?? [] where !answered.contains(commitment.trustee) {
      // Of a commitment its two parts exchanged: one that nobody has used.
      guard let session = asked?.id,
        let next = try? SigningCommitment(commitment.binding.bytes + commitment.hiding.bytes, trustee: commitment.trustee)
      else { continue }
      let share = SignatureShare(trustee: commitment.trustee, value: .zero)
      let answer = SigningAnswer.response(SigningResponse(session: session, share: share, next: next))
      try? takeSigning(answer.encoded, from: commitment.trustee)
    }
  }

  /// Makes up totals from the parts that are there, however few.
  func finishWithFewer() {
    with { state in
      guard state.phase == .decrypting, !state.partials.isEmpty, state.partials.count < state.threshold,
        let roster = state.board?.roster, let closed = try? state.closedBoard(),
        let key = try? roster.thresholdKey(.signing)
      else { return }
      let parts = state.partials.sorted { $0.key < $1.key }.map { $0.value }
      let statement = closed.statement
      let tally = TallyRecord(
        size: statement.size, root: statement.root, totals: statement.totals, partials: parts.map { $0.decryption }
      ).encoded
      let cast = UInt32(statement.size - 2)
      let result = ElectionResult(
        cast: cast, counted: cast, countedWeight: UInt64(cast), challenged: 0, replaced: 0,
        totals: statement.totals.map { _ in 1 }
      ).encoded
      let draw = DrawRecord(size: statement.size, root: statement.root, parts: parts.map { $0.draw }).encoded
      let certificate = ResultCertificate(
        election: statement.election, size: statement.size, root: statement.root, tally: tally, result: result, draw: draw)
      state.board?.publish(tally: tally, result: result, draw: draw)
      state.certificate = certificate
      state.coordinator = SigningCoordinator(key: JointSigningKey(key), message: certificate.message)
      state.phase = .signing
    }
  }
}
