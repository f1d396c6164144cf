import Curve25519
import Elections
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import Verification
import VotingService

@Suite("The life of elections")
struct LifeCycleTests {
  @Test("from draft to a record that verifies, by the clock, with one trustee away at the end", arguments: DatabaseKind.all)
  func whole(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let start = field.clock.now()
      let service = Service(field)
      let manifest = try ElectionField.manifest(opens: start + 60_000, closes: start + 3_600_000)
      var election = try await PreparedElection(service, manifest)
      #expect(try await election.phase() == .gathering)
      try await election.makeReady()
      #expect(try await election.phase() == .ready)
      #expect(try await service.lives.obstacles(election.reference, for: field.organiser).isEmpty)

      field.clock.advance(60_000)
      try await service.work()
      #expect(try await election.election().state == .active)
      #expect(try await election.phase() == .open)
      for (index, choice) in [1, 1, 2, 0, 3].enumerated() { try await election.cast(choice, by: election.secrets[index]) }

      let why = try need(PublicReason(text("The hall is on fire")), "reason")
      #expect(try await service.lives.pause(election.reference, reason: why, by: field.organiser).reason == why.text.description)
      let lost = try await field.rolls.voters(of: election.reference, for: field.organiser, limit: 20)
        .first { $0.credential == election.secrets[6].publicKey }
      let link = try await field.rolls.replace(
        lost?.id, by: .link(service: "s"), reason: "Letter lost", in: election.reference, organiser: field.organiser)
      #expect(try await service.lives.resume(election.reference, by: field.organiser).reason == nil)
      let fresh = try need(link?.link.split(separator: "#").last, "fragment")
      let secret = try need(Base64URL.decode(String(fresh)).flatMap { Bytes32($0) }.flatMap { VotingSecret(secret: $0) }, "secret")
      try await election.cast(3, by: secret)
      let voted = try await field.rolls.voters(of: election.reference, for: field.organiser, limit: 20)
        .first { $0.credential == election.secrets[1].publicKey }
      await #expect(throws: ElectionError.self) {
        try await field.rolls.replace(
          voted?.id, by: .link(service: "s"), reason: "Lost", in: election.reference, organiser: field.organiser)
      }

      field.clock.advance(3_600_000)
      try await service.work()
      let closed = try await election.election()
      #expect(closed.state == .closed && closed.closed == start + 3_660_000)
      #expect(try await election.phase() == .closing)
      // Nobody decrypts before the closing checkpoint has its quorum.
      try await election.trustees[0].cosign(closed, service)
      #expect(try await election.phase() == .closing)
      let first = election.trustees[0].key.publicKey
      let reference = election.reference
      await #expect(throws: CeremonyError.wrongPhase(.closing)) {
        try await service.ceremonies.addPartial([1], reference, by: first)
      }
      try await election.trustees[2].cosign(closed, service)
      #expect(try await election.phase() == .decrypting)
      try await election.trustees[0].decrypt(election.reference, service, random: &election.random)
      try await election.trustees[0].decrypt(election.reference, service, random: &election.random)
      try await service.work()
      #expect(try await election.election().state == .closed)
      // Trustee 2 has not cosigned: its part would make the record fail.
      let two = election.trustees[1]
      var other = election.random
      await #expect(throws: CeremonyError.notCosigned) { try await two.decrypt(election.reference, service, random: &other) }
      // Another server, which remembers nothing, takes the last part.
      let second = try service.restarted()
      try await election.trustees[2].decrypt(election.reference, second, random: &election.random)
      try await second.work()
      #expect(try await election.election().state == .closed)
      #expect(try await election.phase() == .signing)
      try await election.sign([2, 3], at: second)
      #expect(try await election.election().state == .tallied)
      #expect(try await election.phase() == .tallied)

      let (report, facts) = try RecordVerifier(
        source: try await mirror(election.reference, service), runner: SequentialRunner()
      ).verify()
      #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
      // The first voter, whose weight is 3, is one of the twelve; the totals are those of the weights of the secrets in order.
      let voters = try await field.rolls.voters(of: election.reference, for: field.organiser, limit: 20)
      func weight(_ secret: VotingSecret) -> UInt64 {
        UInt64(voters.first { $0.credential == secret.publicKey }?.details.weight ?? 0)
      }
      let secrets = election.secrets
      let expected = [
        weight(secrets[0]) + weight(secrets[1]), weight(secrets[2]), weight(secrets[4]) + weight(secret),
      ]
      #expect(facts?.result.totals == expected)
      #expect(facts?.result.cast == 6 && facts?.result.replaced == 1)
      #expect(try await service.lives.archive(election.reference, by: field.organiser).state == .archived)
      #expect(second.field.notes.actions == ["election.tally"])
      let expectedNotes = [
        "election.open", "election.pause", "credential.replace", "election.resume", "election.close", "election.archive",
      ]
      #expect(field.notes.actions.suffix(6) == expectedNotes[...])
    }
  }

  @Test("what is missing is told, and opening happens once nothing is", arguments: DatabaseKind.all)
  func obstacles(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let service = Service(field)
      let start = field.clock.now()
      let draft = try await field.draft(ElectionField.manifest(opens: start + 1, closes: start + 1_000_000, small: false))
      func kinds(_ reference: String) async throws -> [OpeningProblem.Kind] {
        try await service.lives.obstacles(reference, for: field.organiser).map(\.kind)
      }
      #expect(try await kinds(draft.reference) == [.rollEmpty, .trustees])
      field.clock.advance(1)
      try await service.work()
      let overdue = try await field.elections.election(draft.reference, for: field.organiser)
      #expect(overdue.state == .draft && overdue.overdue?.contains("nobody is on the roll") == true)

      var few = try await PreparedElection(service, ElectionField.manifest(small: false), voters: 4)
      #expect(try await kinds(few.reference) == [.smallGroup, .trustees])
      try await few.holdCeremony()
      #expect(try await few.phase() == .drill)
      #expect(try await kinds(few.reference) == [.smallGroup, .trustees])
      try await few.drill([1, 3])
      _ = try await field.elections.update(
        few.reference, to: ElectionDefinition(manifest: ElectionField.manifest(), threshold: 2), version: nil, by: field.organiser)
      let reference = few.reference
      await #expect(throws: ElectionError.self) {
        try await field.elections.update(
          reference, to: ElectionDefinition(manifest: ElectionField.manifest("Another title"), threshold: 2), version: nil,
          by: field.organiser)
      }
      try await service.ceremonies.acknowledge(absent: ["Trustee B"], of: few.reference)
      #expect(try await few.phase() == .ready)
      #expect(try await kinds(few.reference).isEmpty)
      var all = try await PreparedElection(service, voters: 4, quorum: 3)
      try await all.holdCeremony()
      try await all.drill([1, 3])
      try await service.ceremonies.acknowledge(absent: ["Trustee B"], of: all.reference)
      #expect(try await kinds(all.reference) == [.quorum])
      #expect(try await service.lives.open(few.reference, by: field.organiser).state == .active)
      #expect(try await field.environment.boards.opening(of: few.reference).entry.absent == [2])
      _ = try await field.rolls.counts(of: few.reference, for: field.organiser)
      await #expect(throws: ElectionError.wrongState(.edit, .active)) {
        try await field.rolls.add(VoterDetails(voterID: "late"), to: reference, by: field.organiser)
      }
    }
  }

  @Test("every action that a state does not allow is refused, and changes nothing", arguments: DatabaseKind.all)
  func refusals(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let service = Service(field)
      for state in ElectionState.allCases {
        var election = try await PreparedElection(service, voters: 2)
        try await election.reach(state)
        for action in ElectionAction.allCases where action.next(from: state) == nil {
          let before = try await election.election()
          #expect(before.state == state)
          try await election.refuse(action, in: state)
          let after = try await election.election()
          #expect(after.state == state && after.version == before.version, "\(action) in \(state)")
        }
      }
    }
  }

  @Test("after a crash between any two steps the tally goes on", arguments: DatabaseKind.all)
  func crashes(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let service = Service(field)
      var election = try await PreparedElection(service, voters: 3)
      try await election.reach(.closed)
      let closed = try await election.election()
      for number in [1, 2] {
        try await election.trustees[number - 1].cosign(closed, service.restarted())
        try await service.restarted().work()
      }
      for number in [1, 2] {
        // The part is stored, and the server dies before it does anything with it.
        try await election.trustees[number - 1].decrypt(election.reference, service.restarted(), random: &election.random)
        #expect(try await election.election().state == .closed)
      }
      for _ in 0..<2 { try await service.restarted().work() }
      #expect(try await election.election().state == .closed)
      try await election.sign([1, 2])
      #expect(try await election.election().state == .tallied)
      let (report, _) = try RecordVerifier(source: try await mirror(election.reference, service), runner: SequentialRunner())
        .verify()
      #expect(report.passed, "\(report.firstFailure?.detail ?? "")")
    }
  }

  @Test("what is overdue after a restart is done at once, and not undone when the clock steps back", arguments: DatabaseKind.all)
  func overdue(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let start = field.clock.now()
      let service = Service(field)
      var election = try await PreparedElection(
        service, ElectionField.manifest(opens: start + 1000, closes: start + 2000), voters: 2)
      try await election.makeReady()
      field.clock.advance(1000)
      try await service.work()
      let (secret, other) = (election.secrets[0], election.secrets[1])
      try await election.cast(1, by: secret)
      field.clock.advance(5_000_000)
      do throws(any Error) {
        try await election.cast(1, by: other)
        Issue.record("a ballot was taken after the hours")
      } catch { #expect(error as? CastRefusal == .closed) }
      try await service.restarted().work()
      #expect(try await election.election().state == .closed)
      field.clock.advance(-6_000_000)
      try await service.restarted().work()
      #expect(try await election.election().state == .closed)
    }
  }
}

extension PreparedElection {
  /// Brings a draft to a state.
  mutating func reach(_ state: ElectionState) async throws {
    let organiser = service.field.organiser
    let reason = try need(PublicReason(text("Because")), "reason")
    if state == .draft { return }
    try await makeReady()
    _ = try await service.lives.open(reference, by: organiser)
    switch state {
    case .draft, .active: break
    case .paused: _ = try await service.lives.pause(reference, reason: reason, by: organiser)
    case .aborted: _ = try await service.lives.abort(reference, reason: reason, by: organiser)
    case .closed, .tallied, .archived:
      try await cast(1, by: secrets[0])
      let closed = try await service.lives.close(reference, by: organiser)
      if state == .closed { return }
      for number in [1, 2] { try await trustees[number - 1].cosign(closed, service) }
      for number in [1, 2] { try await trustees[number - 1].decrypt(reference, service, random: &random) }
      try await service.work()
      try await sign([1, 2])
      if state == .archived { _ = try await service.lives.archive(reference, by: organiser) }
    }
  }

  /// Expects an action to be refused because of the state.
  func refuse(_ action: ElectionAction, in state: ElectionState) async throws {
    let field = service.field
    let organiser = field.organiser
    let reason = try need(PublicReason(text("Because")), "reason")
    let definition = try await election().definition
    let voter = try await field.rolls.voters(of: reference, for: organiser, limit: 1)[0].id
    do {
      switch action {
      case .edit: _ = try await field.elections.update(reference, to: definition, version: nil, by: organiser)
      case .delete: try await field.elections.delete(reference, version: nil, by: organiser)
      case .open: _ = try await service.lives.open(reference, by: organiser)
      case .pause: _ = try await service.lives.pause(reference, reason: reason, by: organiser)
      case .resume: _ = try await service.lives.resume(reference, by: organiser)
      case .abort: _ = try await service.lives.abort(reference, reason: reason, by: organiser)
      case .close: _ = try await service.lives.close(reference, by: organiser)
      case .archive: _ = try await service.lives.archive(reference, by: organiser)
      case .replaceCredential:
        _ = try await field.rolls.replace(voter, by: .link(service: "s"), reason: "Lost", in: reference, organiser: organiser)
      case .tally:
        do { try await service.ceremonies.addPartial([1], reference, by: trustees[0].key.publicKey) } catch CeremonyError.wrongPhase
        {
          return
        }
      }
      Issue.record("\(action) was done in \(state)")
    } catch ElectionError.wrongState(let refused, _) { #expect(refused == action) }
  }
}
