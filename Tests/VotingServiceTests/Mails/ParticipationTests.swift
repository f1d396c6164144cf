import Curve25519
import Elections
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("Mails about voting")
struct ParticipationTests {
  /// An open election whose voters have addresses, with the voters' links by mail.
  private func open(
    _ mails: MailField, _ settings: MailSettings = MailSettings(), revoting: Revoting = .refused, bits: Int = 0,
    anchoring: ElectionAnchoring? = nil
  ) async throws -> PreparedElection {
    let service = Service(mails.field)
    var election = try await PreparedElection(
      service, ElectionField.manifest(revoting: revoting, bits: bits, anchoring: anchoring), voters: 3)
    let organiser = mails.field.organiser
    for voter in try await mails.field.rolls.voters(of: election.reference, for: organiser, limit: 10) {
      var details = voter.details
      details.email = "\(details.voterID)@example.org"
      _ = try await mails.field.rolls.update(voter.id, to: details, state: .admitted, in: election.reference, by: organiser)
    }
    try await mails.store.set(settings, of: election.reference, by: organiser)
    try await election.makeReady()
    _ = try await service.lives.open(election.reference, by: organiser)
    return election
  }

  /// The address of the voter with a secret.
  private func address(_ secret: VotingSecret, _ mails: MailField, _ reference: String) async throws -> String {
    let voters = try await mails.field.rolls.voters(of: reference, for: mails.field.organiser, limit: 10)
    return try need(voters.first { $0.credential == secret.publicKey }, "voter").details.email
  }

  /// Has a closed election counted and its result signed.
  private func tally(_ election: inout PreparedElection) async throws {
    let (service, reference) = (election.service, election.reference)
    let closed = try await election.election()
    for number in [0, 1] { try await election.trustees[number].cosign(closed, service) }
    for number in [0, 1] { try await election.trustees[number].decrypt(reference, service, random: &election.random) }
    try await service.work()
    try await election.sign([1, 2])
    #expect(try await election.election().state == .tallied)
  }

  @Test("reminders go to those who have not voted, not twice in a row, and nobody sees who they are", arguments: DatabaseKind.all)
  func reminders(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      var election = try await open(mails, revoting: .lastCounts)
      let organiser = mails.field.organiser
      try await election.cast(1, by: election.secrets[0])
      let voted = try await address(election.secrets[0], mails, election.reference)
      #expect(try await mails.store.reminderPlan(election.reference, for: organiser) == 2)
      #expect(try await mails.store.remind(election.reference, by: organiser) == 2)
      #expect(try await mails.store.reminderPlan(election.reference, for: organiser) == 0)
      #expect(try await mails.store.remind(election.reference, by: organiser) == 0)
      // Numbers are for whoever may send, and for nobody else.
      let other = Organiser(account: "somebody", readsAll: true)
      await #expect(throws: ElectionError.notOrganiser) {
        _ = try await mails.store.reminderPlan(election.reference, for: other)
      }
      // Who votes before the mail is sent gets none.
      try await election.cast(2, by: election.secrets[1])
      let late = try await address(election.secrets[1], mails, election.reference)
      try await mails.work()
      #expect(mails.transport.taken.count == 1)
      #expect(!mails.transport.taken.contains { $0.address == voted || $0.address == late })
      #expect(try await mails.store.mails(of: election.reference, for: organiser, limit: 10).isEmpty)
      #expect(try await mails.count(.reminder, .sent, election.reference) == 1)
      #expect(try await mails.count(.reminder, .givenUp, election.reference) == 1)
      mails.field.clock.advance(24 * 3_600_000 + 1)
      #expect(try await mails.store.remind(election.reference, by: organiser) == 1)
    }
  }

  @Test(
    "confirmations hold the tracker, come once for each ballot, and only where chosen; of ballots of several leaves, too",
    arguments: DatabaseKind.all, [0, 700])
  func confirmations(kind: DatabaseKind, bits: Int) async throws {
    try await withMails(kind) { mails in
      var election = try await open(mails, bits: bits)
      let organiser = mails.field.organiser
      try await election.cast(1, by: election.secrets[0])
      #expect(try await !mails.nudge())
      try await mails.store.set(MailSettings(confirmation: true), of: election.reference, by: organiser)
      #expect(try await !mails.nudge())
      try await election.cast(2, by: election.secrets[1])
      #expect(try await mails.nudge())
      try await mails.work()
      try await mails.work()
      #expect(mails.transport.taken.map(\.kind) == [.confirmation])
      let mail = try need(mails.transport.taken.first, "mail")
      #expect(mail.address == (try await address(election.secrets[1], mails, election.reference)))
      let line = try need(
        mail.text.split(separator: "\n").first { $0.split(separator: " ").count == 12 && !$0.contains(".") }, "tracker")
      #expect(line.allSatisfy { $0.isLowercase || $0 == " " })
      #expect(try await !mails.nudge())
      #expect(try await mails.store.mails(of: election.reference, for: organiser, limit: 10).isEmpty)
      #expect(try await mails.count(.confirmation, .sent, election.reference) == 1)
      let reference = try await mails.draft(.authority)
      await #expect(throws: ElectionError.self) {
        try await mails.store.set(MailSettings(confirmation: true), of: reference, by: organiser)
      }
    }
  }

  @Test("opening and result are told to everyone, once, and links go when voting ends", arguments: DatabaseKind.all)
  func notices(kind: DatabaseKind) async throws {
    try await withMails(kind) { mails in
      var election = try await open(mails, MailSettings(language: .french, opening: true, result: true))
      let (reference, organiser) = (election.reference, mails.field.organiser)
      #expect(try await mails.count(.opening, .queued, reference) == 3)
      #expect(try await mails.store.notify(.opening, of: reference, by: organiser) == 0)
      try await mails.work()
      #expect(mails.transport.taken.map(\.subject) == Array(repeating: "Le vote est ouvert : Board", count: 3))
      // A lost link is replaced by one that the service mails.
      let voter = try need(try await mails.field.rolls.voters(of: reference, for: organiser, limit: 1).first, "voter")
      await #expect(throws: MailError.noLink) { try await mails.store.resend(to: voter.id, in: reference, by: organiser) }
      mails.transport.forget()
      try await mails.store.replace(voter.id, reason: "Letter lost", in: reference, by: organiser)
      try await mails.work()
      let fresh = try need(mails.transport.taken.first?.fragment, "link")
      let secret = try need(Base64URL.decode(fresh).flatMap { Bytes32($0) }.flatMap { VotingSecret(secret: $0) }, "secret")
      let replaced = try await mails.field.rolls.voter(voter.id, in: reference, for: organiser)
      #expect(replaced.credential == secret.publicKey && secret.publicKey != voter.credential)
      #expect(mails.transport.taken.map(\.address) == [voter.details.email])
      try await election.cast(1, by: secret)
      _ = try await election.service.lives.close(reference, by: organiser)
      let links = try await mails.field.environment.database.read { session in try await session.query("SELECT 1 FROM voting_links")
      }
      #expect(links.isEmpty)
      try await tally(&election)
      mails.transport.forget()
      try await mails.work()
      #expect(mails.transport.taken.map(\.kind) == [.result, .result, .result])
      #expect(try await mails.store.notify(.result, of: reference, by: organiser) == 0)
    }
  }

  @Test(
    "the mail with the result names the anchor that covers the whole board, and no earlier one", arguments: DatabaseKind.all,
    [true, false])
  func anchors(kind: DatabaseKind, isWhole: Bool) async throws {
    let place = ChainPlace(network: "polygon", chain: 137, address: [UInt8](repeating: 1, count: 20))
    try await withMails(kind, chain: place) { mails in
      let anchoring = try need(ElectionAnchoring(mode: .checkpoint, chain: 137, contract: place.address), "anchoring")
      var election = try await open(mails, MailSettings(result: true), anchoring: anchoring)
      let reference = election.reference
      _ = try await election.service.lives.close(reference, by: mails.field.organiser)
      try await tally(&election)
      let (root, transaction) = ([UInt8](repeating: 7, count: 32), [UInt8](repeating: 0xab, count: 32))
      try await mails.field.environment.database.transaction { session in
        try await session.execute(
          "INSERT INTO chain_anchors (root, leaves, transaction_hash, block, time) VALUES ($1, 1, $2, 4711, 1)",
          [.bytes(root), .bytes(transaction)])
        try await session.execute(
          """
          INSERT INTO chain_places (election, size, root, board_root, position, path, ballots)
          SELECT election, size - $2, $3, root, 0, $4, 0 FROM boards WHERE election = $1
          """, [.text(reference), .integer(isWhole ? 0 : 1), .bytes(root), .bytes([])])
      }
      try await mails.work()
      #expect(mails.transport.taken.map(\.kind) == [.result, .result, .result])
      let audit = "https://vote.example/elections/\(reference)/audit#anchors"
      let said =
        isWhole
        ? "The whole board stands under an anchor on Polygon, in block 4711, so that nobody can change it unnoticed: transaction "
          + "0x\(String(repeating: "ab", count: 32)). All anchors: \(audit)"
        : "The board is anchored on Polygon, so that nobody can change it unnoticed. All anchors, and soon the last one: \(audit)"
      for mail in mails.transport.taken {
        #expect(mail.text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(said), "\(mail.text)")
        #expect(mail.html.contains("4711") == isWhole)
      }
    }
  }
}
