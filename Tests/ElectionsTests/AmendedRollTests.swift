import Curve25519
import Testing

@testable import Elections

/// Reasons and replacements on the board, and the roll as they amend it (6.3).
struct AmendedRollTests {
  @Test func reasonsAreOneLine() throws {
    for reason in ["x", "Störung: ½ 🗳", String(repeating: "r", count: 500)] {
      let body = bigEndian(reason.utf8.count, 2) + Array(reason.utf8)
      let read = try PublicReason(body)
      #expect(read.text.description == reason && read.encoded == body)
    }
    func error(_ text: [UInt8]) -> CodecError? { codecError { _ = try PublicReason(bigEndian(text.count, 2) + text) } }
    for bad in [[], Array("a\nb".utf8), [0xff], [0x1b], [0xe2, 0x80, 0xae]] as [[UInt8]] {
      #expect(error(bad) == .invalidText(field: FieldName("reason")))
    }
    #expect(error([UInt8](repeating: 0x61, count: 501)) == .outOfRange(field: FieldName("reason")))
    #expect(codecError { _ = try PublicReason([0, 1, 0x61, 0]) } == .trailingBytes(count: 1))
    #expect(codecError { _ = try PublicReason([0, 2, 0x61]) } == .truncated(field: FieldName("reason")))
    #expect(PublicReason(.empty) == nil)
    #expect(try PublicReason(#require(Text("a\nb", lines: true))) == nil)
  }

  @Test func replacementsReadWhatTheyWrite() throws {
    var random = SeededRandom(seed: [1])
    for _ in 0..<20 {
      let bytes = random.bytes(CredentialReplacement.length)
      let read = try CredentialReplacement(bytes)
      #expect(read.encoded == bytes && read.revoked.bytes == Array(bytes[..<32]))
      #expect(read.voter.encoded == Array(bytes[32...]))
      #expect(codecError { _ = try CredentialReplacement(bytes + [0]) } == .trailingBytes(count: 1))
      for count in 0..<bytes.count { #expect((try? CredentialReplacement(Array(bytes[..<count]))) == nil) }
    }
  }

  /// Three voters of weights 1 to 3 in the order of the roll, and what is to take their place.
  private func example() throws -> (roll: AmendedRoll, fresh: [RollEntry]) {
    var random = SeededRandom(seed: [2])
    let roll = AmendedRoll(try Roll(voters(3, random: &random) { UInt32($0 + 1) }))
    return (roll, voters(5, random: &random))
  }

  private func replacement(of old: RollEntry, by new: RollEntry, weight: UInt32? = nil) -> CredentialReplacement {
    CredentialReplacement(
      revoked: old.credential,
      voter: RollEntry(credential: new.credential, weight: weight ?? old.weight, identity: new.identity))
  }

  @Test func aReplacementTakesThePlace() throws {
    var (roll, fresh) = try example()
    let old = roll[1]
    try roll.replace(replacement(of: old, by: fresh[0]), hasCast: false)
    #expect(roll.places == 4)
    #expect(roll.place(of: old.credential) == nil && roll.place(everHeldBy: old.credential) == 1)
    #expect(roll.place(of: fresh[0].credential) == 3)
    #expect(roll[3].weight == old.weight && roll[3].identity == fresh[0].identity)
    #expect([0, 2].map { roll.place(of: roll[$0].credential) } == [0, 2])
    // And again, what took the place.
    let second = roll[3]
    try roll.replace(replacement(of: second, by: fresh[1]), hasCast: false)
    #expect(roll.place(of: second.credential) == nil && roll.place(of: fresh[1].credential) == 4)
    #expect(roll.added.count == 2 && roll[4].weight == old.weight)
    #expect(roll.place(of: fresh[2].credential) == nil)
  }

  @Test func badReplacementsChangeNothing() throws {
    var (roll, fresh) = try example()
    try roll.replace(replacement(of: roll[0], by: fresh[0]), hasCast: false)
    func refused(_ replacement: CredentialReplacement, hasCast: Bool = false) -> ReplacementError? {
      do throws(ReplacementError) {
        try roll.replace(replacement, hasCast: hasCast)
        return nil
      } catch let error { return error }
    }
    #expect(refused(replacement(of: fresh[1], by: fresh[2])) == .unknownCredential)
    #expect(refused(replacement(of: roll[0], by: fresh[2])) == .alreadyRevoked)
    #expect(refused(replacement(of: roll[1], by: fresh[2]), hasCast: true) == .hasCast)
    let bad = [Bytes32.zero, Bytes32([UInt8](repeating: 0xff, count: 32).span)]
    for credential in bad {
      let voter = RollEntry(credential: credential, weight: 1, identity: .zero)
      #expect(refused(replacement(of: roll[1], by: voter)) == .invalidCredential)
    }
    for seen in [roll[0], roll[1], roll[2], roll[3]] {
      #expect(refused(replacement(of: roll[1], by: seen)) == .credentialSeen)
    }
    let weight = roll[1].weight
    #expect(refused(replacement(of: roll[1], by: fresh[2], weight: weight + 1)) == .otherWeight(expected: weight))
    #expect(roll.places == 4 && roll.place(of: roll[1].credential) == 1 && roll.place(of: fresh[2].credential) == nil)
  }
}
