import Curve25519
import Elections
import Sealing
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

// What must never happen when shares are handed over.
extension Watcher {
  /// An honest trustee deals.
  func deals(_ body: [UInt8], _ machine: Machine) {
    guard body.first == 2, let attempt = machine.election.handOvers.first(where: { $0.id.bytes == Array(body[1..<33]) }) else {
      return
    }
    if !machine.approved.contains(attempt.members) {
      world.violate("trustee \(machine.number) deals to a list that its person has not approved")
    }
  }

  /// Something is about to be kept on an honest trustee's disk.
  func kept(_ new: TrusteeElection, after old: TrusteeElection, by machine: Machine) {
    guard !machine.isLiar, new.renewals.count > old.renewals.count, let share = old.ceremony?.shares else { return }
    if new.ceremony?.shares == share { world.violate("trustee \(machine.number) keeps its old share") }
    if !new.handOvers.isEmpty { world.violate("trustee \(machine.number) keeps secrets of a hand-over that is over") }
  }

  /// Whether a failure speaks against its culprit: where a log forks, only what is proved.
  private func convicts(_ failure: HandOverFailure) -> Bool { failure.fault.isProof || world.plan.service != .forking }

  /// An honest trustee sees a hand-over fail.
  func blames(_ failure: HandOverFailure, _ machine: Machine) {
    guard convicts(failure),
      let key = machine.election.handOvers.last.flatMap({ attempt -> Bytes32? in
        switch failure.culprit {
        case .new(let number): attempt.members[number - 1].signingKey
        case .old(let number):
          machine.service.peek { state in
            guard let terms = state.board?.amended.terms, terms.indices.contains(machine.election.renewals.count) else {
              return nil
            }
            return terms[machine.election.renewals.count].acting.signingKeys[number - 1]
          }
        }
      })
    else { return }
    if !world.liars.contains(key) {
      world.violate("trustee \(machine.number) blames \(failure.culprit) in a hand-over: \(failure.fault)")
    }
  }

  /// What the service concludes.
  func lookAtHandOvers(_ face: Int, _ service: TestService) {
    let (board, failures) = service.peek { ($0.board, $0.failedHandOvers) }
    for failed in failures.dropFirst(failedHandOvers[face] ?? 0) { judge(failed.failure, failed.configuration, failed.messages) }
    failedHandOvers[face] = failures.count
    if let board { lookAtForce(board, face) }
    guard let board, board.renewals.count > renewals[face] ?? 0 else { return }
    renewals[face] = board.renewals.count
    world.note("face \(face) has renewal \(board.renewals.count)")
    let terms = board.amended.terms
    guard let file = board.files["renewal-\(board.renewals.count)"], let renewal = try? Renewal(file) else {
      return world.violate("a renewal cannot be read")
    }
    let members = renewal.members.map { HandOverList.Member(name: $0.name, signingKey: $0.signingKey) }
    for signed in renewal.deals {
      let key = terms[terms.count - 2].acting.signingKeys[signed.deal.dealer - 1]
      if world.liars.contains(key) { continue }
      if !world.machines.contains(where: { $0.key == key && $0.approved.contains(members) }) {
        world.violate("trustee \(signed.deal.dealer) has dealt, and its person has not approved")
      }
    }
  }

  /// A renewal is in force only when enough of those before it have cosigned what shows it: of liars it is not known.
  private func lookAtForce(_ board: TestBoard, _ face: Int) {
    for (index, position) in board.renewals.enumerated() where !board.pending.contains(index + 1) {
      let cosigned = board.amended.terms[index].acting.signingKeys.count {
        world.liars.contains($0) || hasCosigned($0, beyond: position, face)
      }
      if cosigned < world.plan.threshold {
        world.violate("renewal \(index + 1) is in force, and only \(cosigned) of those before it have cosigned")
      }
    }
  }

  private func judge(_ failure: HandOverFailure, _ configuration: HandOverConfiguration, _ messages: [[UInt8]]) {
    world.note("the hand-over fails: \(failure.fault), by \(failure.culprit)")
    let key =
      switch failure.culprit {
      case .old(let number): configuration.oldSigningKeys[number - 1]
      case .new(let number): configuration.newSigningKeys[number - 1]
      }
    if convicts(failure), !world.liars.contains(key) {
      world.violate("\(failure.culprit) is blamed in a hand-over: \(failure.fault)")
    }
    var log = HandOverLog<AES256GCM>(configuration)
    for message in messages { _ = log.receive(message) }
    if log.failure != failure { world.violate("the evidence against \(failure.culprit) of a hand-over shows nothing") }
  }
}
