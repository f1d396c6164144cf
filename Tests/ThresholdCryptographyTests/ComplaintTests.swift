import Curve25519
import Testing

@testable import ThresholdCryptography

/// Trustee 2 of four complains without a reason; everyone must name it. (Complaints with a reason are in `MisbehaviourTests`.)
@Suite("Complaints in a key ceremony")
struct ComplaintTests {
  let setting: Setting
  var scripted: ScriptedTrustee
  var board: Board

  init() throws {
    setting = try Setting(4, 3)
    scripted = ScriptedTrustee(setting, index: 2)
    board = try Board(setting, without: 2)
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted)
  }

  @Test("about a share that is good")
  mutating func goodShare() throws {
    board.publish(try scripted.complaint(about: 3, in: board.auditor))
    board.expectCulprit(.unfoundedComplaint)
  }

  @Test("with a bad proof")
  mutating func badProof() throws {
    board.publish(try scripted.complaint(about: 3, in: board.auditor, secret: .one))
    board.expectCulprit(.unfoundedComplaint)
  }

  @Test("with another point than the one that opens the share")
  mutating func wrongPoint() throws {
    let message = try scripted.complaint(about: 3, in: board.auditor)
    guard case .complaint(let c) = message.body else { return }
    let complaint = Complaint(accused: 3, shared: c.shared + .generator, proof: c.proof, commit: c.commit, share: c.share)
    board.publish(setting.message(.complaint(complaint), by: 2))
    board.expectCulprit(.unfoundedComplaint)
  }

  @Test("with messages that are not the dealer's", arguments: 0..<9)
  mutating func foreignEvidence(variant: Int) throws {
    let log = board.auditor
    let commit = try #require(log.commit(of: 3)).encoded
    let share = try #require(log.share(from: 3, to: 2)).encoded
    var forged = share
    forged[100] ^= 1
    let shares: [[UInt8]?] = [
      forged, try #require(log.share(from: 4, to: 2)).encoded, try #require(log.share(from: 3, to: 1)).encoded, [], commit, nil,
      nil,
      nil, nil,
    ]
    let commits: [[UInt8]?] = [
      nil, nil, nil, nil, nil, try #require(log.commit(of: 4)).encoded, [], commit.reversed(),
      Array(share.prefix(130)),
    ]
    board.publish(try scripted.complaint(about: 3, in: log, commit: commits[variant], share: shares[variant]))
    board.expectCulprit(.unfoundedComplaint)
  }

  @Test("with evidence longer than it can be")
  mutating func longEvidence() throws {
    let commit = try #require(board.auditor.commit(of: 3)).encoded
    board.publish(try scripted.complaint(about: 3, in: board.auditor, commit: commit + [0]))
    board.expectCulprit(.malformedMessage)
  }

  @Test("about itself, or about a trustee there is not", arguments: [0, 2, 5])
  mutating func misaddressed(accused: Int) throws {
    let message = try scripted.complaint(about: 3, in: board.auditor)
    guard case .complaint(let c) = message.body else { return }
    let complaint = Complaint(accused: accused, shared: c.shared, proof: c.proof, commit: c.commit, share: c.share)
    board.publish(setting.message(.complaint(complaint), by: 2))
    board.expectCulprit(.malformedMessage)
  }

  @Test("after having confirmed, or before")
  mutating func contradiction() throws {
    let complaint = try scripted.complaint(about: 3, in: board.auditor)
    board.publish(scripted.confirmation(in: board.auditor))
    board.publish(complaint)
    board.expectCulprit(.contradiction)
  }

  @Test("with a reason, but having confirmed or confirming: then both are named")
  func founded() throws {
    let setting = try Setting(3, 2)
    var log = PublicLog(setting.configuration)
    let scripts = (1...3).map { ScriptedTrustee(setting, index: $0, seed: $0) }
    for script in scripts {
      _ = log.receive(script.commit.encoded)
      _ = log.receive(script.revealed.encoded)
    }
    var dealer = scripts[0]
    var accuser = scripts[1]
    _ = log.receive(dealer.share(to: 2, in: log, value: .one).encoded)
    let words = [try accuser.complaint(about: 1, in: log).encoded, accuser.confirmation(in: log).encoded]
    for order in [words, words.reversed()] {
      var log = log
      for message in order { _ = log.receive(message) }
      #expect(Set(log.failures.map { $0.culprit }) == [1, 2])
      #expect(log.failures.contains { $0.culprit == 1 && $0.fault == .badShare })
      #expect(log.failures.contains { $0.culprit == 2 && $0.fault == .contradiction })
    }
  }

  @Test("twice, differently")
  mutating func equivocation() throws {
    board.publish(try scripted.complaint(about: 3, in: board.auditor))
    board.publish(try scripted.complaint(about: 3, in: board.auditor))
    board.expectCulprit(.unfoundedComplaint)
  }

  /// The others, of whom trustee 1 was shown one face of trustee 2 and the rest another, and all that they have said. Shares only their recipient gets.
  private func parted(one: ScriptedTrustee, rest: ScriptedTrustee) throws -> (honest: [Trustee], messages: [[UInt8]]) {
    var honest = try setting.trustees()
    var messages: [[UInt8]] = []
    for index in [0, 2, 3] { messages += honest[index].start() }
    for (index, face) in [(0, one), (2, rest), (3, rest)] {
      _ = honest[index].receive(face.commit.encoded)
      _ = honest[index].receive(face.revealed.encoded)
    }
    var next = 0
    while next < messages.count {
      let message = messages[next]
      for index in [0, 2, 3] where message[0] != 3 || message[34] == UInt8(index + 1) {
        messages += honest[index].receive(message).messages
      }
      next += 1
    }
    return (honest, messages)
  }

  @Test("a dealer that shows two commits cannot have an honest accuser blamed")
  func splitView() throws {
    // The share is good by the face that trustee 3 saw, and bad by the one that trustee 1 saw.
    let other = ScriptedTrustee(setting, index: 2, seed: 78)
    var honest = try parted(one: scripted, rest: other).honest
    var dealer = other
    let bad = dealer.share(to: 1, in: honest[0].log)
    let outcome = honest[0].receive(bad.encoded)
    let complaint = try #require(outcome.messages.first)
    #expect(honest[0].failures.map { $0.fault } == [.badShare])
    guard case .failed(let failure) = honest[2].receive(complaint).event else {
      Issue.record("nothing proved")
      return
    }
    #expect(failure.culprit == 2)
    #expect(failure.fault == .equivocation)
    #expect(honest[2].failures.map { $0.culprit } == [2])
  }

  @Test(
    "a recipient that shows a dealer another transport key than everybody else cannot have it blamed", arguments: [false, true])
  func splitTransport(isFirst: Bool) throws {
    // Trustee 1 seals for a key that the others do not know.
    let other = ScriptedTrustee(setting, index: 2, seed: 78)
    let all = try parted(one: other, rest: scripted)
    var honest = all.honest
    let share = try #require(all.messages.first { $0[0] == 3 && $0[33] == 1 && $0[34] == 2 })
    // By either of its transport secrets: the share opens with one, and the other belongs to the key that is known here.
    var liar = isFirst ? other : scripted
    _ = honest[2].receive(try liar.complaint(about: 1, in: honest[0].log, share: share).encoded)
    #expect(honest[2].failures.map { $0.fault } == [.disagreement(trustee: 1)])
    #expect(honest[2].failures.map { $0.culprit } == [nil])
    // What the dealer was shown names the liar.
    _ = honest[2].receive(other.commit.encoded)
    #expect(honest[2].failures.compactMap { $0.culprit } == [2])
  }

  @Test("the share that a complaint brings counts as published")
  func evidenceIsReceived() throws {
    // Dealer 2 gives trustee 3 a bad share in private and publishes a good one.
    var privately = scripted
    let bad = privately.share(to: 3, in: board.auditor, value: .one)
    var accuser = try setting.trustee(3)
    _ = accuser.start()
    for message in board.published where !(message[0] == 3 && message[33] == 2) { _ = accuser.receive(message) }
    let complaint = try #require(accuser.receive(bad.encoded).messages.first { $0[0] == 4 })
    var log = PublicLog(setting.configuration)
    for message in board.published where !(message[0] == 5 && message[33] == 3) { _ = log.receive(message) }
    guard case .failed = log.receive(complaint) else {
      Issue.record("nothing proved")
      return
    }
    #expect(log.failures.map { $0.culprit } == [2])
    #expect(log.failures.map { $0.fault } == [.equivocation])
  }
}
