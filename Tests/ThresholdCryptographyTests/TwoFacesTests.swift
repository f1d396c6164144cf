import Curve25519
import Testing

@testable import ThresholdCryptography

/// Trustee 2 of four misbehaves; the three others and an auditor must all name it, for what it did, and nobody else.
@Suite("Two-faced and damaged messages of a key ceremony")
struct TwoFacesTests {
  let setting: Setting
  var scripted: ScriptedTrustee
  var board: Board

  init() throws {
    setting = try Setting(4, 3)
    scripted = ScriptedTrustee(setting, index: 2)
    board = try Board(setting, without: 2)
  }

  // MARK: Saying two things

  @Test("two commits")
  mutating func twoCommits() {
    board.publishDeal(of: scripted)
    board.publish(ScriptedTrustee(setting, index: 2, seed: 78).commit)
    board.expectCulprit(.equivocation)
  }

  @Test("two reveals")
  mutating func twoReveals() {
    board.publishDeal(of: scripted)
    board.publish(ScriptedTrustee(setting, index: 2, seed: 78).revealed)
    board.expectCulprit(.equivocation)
  }

  @Test("two shares for one trustee, both good")
  mutating func twoShares() {
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted, to: [1, 3, 4, 3])
    board.expectCulprit(.equivocation)
  }

  @Test("two confirmations")
  mutating func twoConfirmations() {
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted)
    board.publish(scripted.confirmation(in: board.auditor))
    #expect(board.honest.allSatisfy { $0.result != nil })
    board.publish(setting.message(.confirmation(digest: .zero), by: 2))
    board.expectCulprit(.equivocation)
  }

  @Test("the same words with another good signature are no second message")
  mutating func signedTwice() {
    board.publishDeal(of: scripted)
    let message = scripted.commit
    let again =
      message.signedPart
      + setting.signature(over: CeremonyMessage.signedText(message.signedPart, setting.configuration), by: 2, nonce: Scalar(5))
    #expect(again != message.encoded)
    board.publish(again)
    #expect(board.events.last == .duplicate)
    #expect(board.verdicts.allSatisfy { $0.isEmpty })
  }

  // MARK: Confirmations

  @Test("a confirmation of something else fails, and blames nobody without proof")
  mutating func disagreement() {
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted)
    board.publish(setting.message(.confirmation(digest: .zero), by: 2))
    for failures in board.verdicts {
      #expect(failures.map { $0.culprit } == [nil])
      #expect(failures.map { $0.fault } == [.disagreement(trustee: 2)])
    }
    var random = seeded(7)
    for _ in 0..<50 {
      var log = PublicLog(setting.configuration)
      for message in random.shuffled(board.published) { _ = log.receive(message) }
      #expect(log.failures.map { $0.fault } == [.disagreement(trustee: 2)])
    }
    #expect(board.honest.allSatisfy { $0.result == nil })
  }

  @Test("two views of one dealer end without a result; both commits together name it")
  func splitView() throws {
    var trustees = try [1, 3, 4].map { try setting.trustee($0) }
    let faces = [ScriptedTrustee(setting, index: 2, seed: 78), scripted, scripted]
    var queue = trustees.indices.flatMap { trustees[$0].start() }
    for index in trustees.indices {
      _ = trustees[index].receive(faces[index].commit.encoded)
      _ = trustees[index].receive(faces[index].revealed.encoded)
    }
    while !queue.isEmpty {
      let message = queue.removeFirst()
      for index in trustees.indices { queue += trustees[index].receive(message).messages }
    }
    for index in trustees.indices {
      var face = faces[index]
      queue += trustees[index].receive(face.share(to: trustees[index].trustee, in: trustees[index].log).encoded).messages
    }
    while !queue.isEmpty {
      let message = queue.removeFirst()
      for index in trustees.indices { queue += trustees[index].receive(message).messages }
    }
    #expect(trustees[0].failures.map { $0.fault } == [.disagreement(trustee: 3), .disagreement(trustee: 4)])
    #expect(trustees[1].failures.map { $0.fault } == [.disagreement(trustee: 1)])
    #expect(trustees.allSatisfy { $0.round == .failed && $0.result == nil && $0.failures[0].culprit == nil })
    for index in trustees.indices {
      _ = trustees[index].receive(faces[1 - min(index, 1)].commit.encoded)
      #expect(trustees[index].failures.compactMap { $0.culprit } == [2])
    }
  }

  // MARK: What nobody can be blamed for

  @Test("messages of another ceremony, of strangers, and damaged ones are refused and change nothing")
  mutating func refusals() throws {
    let elsewhere = ScriptedTrustee(try Setting(4, 3, seed: 2), index: 2)
    let good = scripted.commit.encoded
    var broken = good
    broken[40] ^= 1
    var signature = good
    signature[good.count - 1] ^= 0x40
    var other = good
    other[33] = 3
    var stranger = good
    stranger[33] = 5
    var nobody = good
    nobody[33] = 0
    let cases: [([UInt8], CeremonyMessageError)] = [
      (elsewhere.commit.encoded, .otherCeremony), (broken, .badSignature(claimedSender: 2)),
      (signature, .badSignature(claimedSender: 2)), (other, .badSignature(claimedSender: 3)), (stranger, .unknownSender(5)),
      (nobody, .unknownSender(0)), ([], .badLength(0)), (Array(good.prefix(97)), .badLength(97)),
      ([UInt8](repeating: 0, count: 5249), .badLength(5249)), (good + [0], .badSignature(claimedSender: 2)),
      (Array(good.dropLast()), .badSignature(claimedSender: 2)),
    ]
    for (bytes, error) in cases {
      board.publish(bytes)
      #expect(board.events.last == .refused(error))
      #expect(error.culprit == nil)
      #expect(board.verdicts.allSatisfy { $0.isEmpty })
    }
    board.publishDeal(of: scripted)
    board.publishShares(of: &scripted)
    board.publish(scripted.confirmation(in: board.auditor))
    #expect(board.honest.allSatisfy { $0.result != nil })
  }

  // MARK: Signed nonsense

  @Test("signed bytes that are no message, or that are about a trustee there is not", arguments: 0..<8)
  mutating func nonsense(variant: Int) {
    let ceremony = setting.parameters.ceremony.bytes
    let header = { (kind: UInt8) in [kind] + ceremony + [2] }
    let point = RistrettoPoint.generator.encoded.bytes
    let share = { (recipient: UInt8) in header(3) + [recipient] + point + [UInt8](repeating: 0, count: 48) }
    let bodies: [[UInt8]] = [
      header(0) + point, header(6) + point, header(1) + point + [0], header(1) + point.dropLast(),
      header(2) + [UInt8](repeating: 0xff, count: 32 * 3 + 96), share(0), share(2), share(5),
    ]
    board.publish(setting.signed(bodies[variant], by: 2))
    board.expectCulprit(.malformedMessage)
  }
}
