import Curve25519
import Testing

@testable import BallotCryptography

/// Encodings: what is written is read, and nothing else is.
struct BallotCodecTests {
  /// For each type a valid encoding and how it is read and written again; `nil` where it is refused.
  private struct Format {
    let name: String
    let encoded: [UInt8]
    let again: ([UInt8]) -> [UInt8]?
  }

  private func formats(_ rules: [ContestRules]) throws -> [Format] {
    var election = try TestElection(rules)
    let (ballot, opening) = try election.encrypt(election.randomValues())
    let challenge = BallotChallenge(ballot, credential: election.credential, random: &election.random)
    let opened = OpenedBallot(ballot, opening: opening, credential: election.credential, random: &election.random)
    return [
      Format(name: "ballot", encoded: ballot.encoded) { (try? EncryptedBallot($0))?.encoded },
      Format(name: "cast ballot", encoded: election.sign(ballot).encoded) { (try? CastBallot($0))?.encoded },
      Format(name: "challenge", encoded: challenge.encoded) { (try? BallotChallenge($0))?.encoded },
      Format(name: "opened ballot", encoded: opened.encoded) { (try? OpenedBallot($0))?.encoded },
    ]
  }

  @Test func readingWhatWasWritten() throws {
    for rules in try sampleLayouts() {
      for format in try formats(rules) { #expect(format.again(format.encoded) == format.encoded, "\(format.name)") }
    }
  }

  /// Any other length is refused: these formats say how long they are.
  @Test func otherLengthsAreRefused() throws {
    for format in try formats(sampleLayouts()[2]) {
      for count in 0..<format.encoded.count { #expect(format.again(Array(format.encoded[..<count])) == nil) }
      for extra in [1, 2, 32, 64, 192, 1000] {
        #expect(format.again(format.encoded + [UInt8](repeating: 0, count: extra)) == nil, "\(format.name) and \(extra) bytes")
      }
    }
  }

  /// Whatever is changed: refused, or read and written as it is.
  @Test func mutationsAreRefusedOrKept() throws {
    var random = SeededRandom(seed: [3])
    for rules in try [sampleLayouts()[0], sampleLayouts()[4]] {
      for format in try formats(rules) {
        for _ in 0..<1500 {
          var bytes = format.encoded
          for _ in 0...random.below(3) {
            switch random.below(6) {
            case 0: bytes[random.below(bytes.count)] = UInt8(random.below(256))
            case 1: bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
            case 2: bytes.remove(at: random.below(bytes.count))
            case 3: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count + 1))
            case 4: bytes[random.below(min(80, bytes.count))] = [0, 1, 0xff][random.below(3)]
            default: bytes += random.bytes(random.below(300))
            }
          }
          let again = format.again(bytes)
          if again != nil && again != bytes { Issue.record("\(format.name) reads other bytes than it writes: \(bytes)") }
        }
      }
    }
  }

  @Test func errorsNameTheField() throws {
    func error(_ read: () throws -> Void) -> CodecError? {
      do {
        try read()
        return nil
      } catch { return error as? CodecError }
    }
    let head = [UInt8](repeating: 0, count: 64)
    #expect(error { _ = try EncryptedBallot([]) } == .truncated(field: FieldName("election id")))
    #expect(error { _ = try EncryptedBallot(Array(head[..<40])) } == .truncated(field: FieldName("credential")))
    #expect(error { _ = try EncryptedBallot(head + [0, 0, 1]) } == .truncated(field: FieldName("ballot number")))
    #expect(error { _ = try EncryptedBallot(head + [0, 0, 0, 0, 0, 1]) } == .outOfRange(field: FieldName("ballot number")))
    let numbered = head + [0, 0, 0, 1]
    for count in [0, 1025, 0xffff] {
      #expect(error { _ = try EncryptedBallot(numbered + bigEndian(count, 2)) } == .outOfRange(field: FieldName("number of bits")))
    }
    #expect(error { _ = try EncryptedBallot(numbered + [0, 1]) } == .truncated(field: FieldName("ballot")))
    let longer = numbered + [0, 1] + [UInt8](repeating: 0, count: EncryptedBallot.length(bits: 1) - 70 + 3)
    #expect(error { _ = try EncryptedBallot(longer) } == .trailingBytes(count: 3))
    #expect(error { _ = try CastBallot(head) } == .truncated(field: FieldName("cast ballot")))
    #expect(error { _ = try OpenedBallot([0, 0]) } == .truncated(field: FieldName("election id")))

    var election = try TestElection(sampleLayouts()[0])
    let (ballot, opening) = try election.encrypt([[0, 1]])
    var opened = OpenedBallot(ballot, opening: opening, credential: election.credential, random: &election.random).encoded
    let firstBit = 2 + ballot.encoded.count
    opened[firstBit] = 2
    #expect(error { _ = try OpenedBallot(opened) } == .outOfRange(field: FieldName("bit")))
    opened[firstBit] = 1
    for index in 1...32 { opened[firstBit + index] = 0xff }
    #expect(error { _ = try OpenedBallot(opened) } == .invalidEncoding(field: FieldName("randomness")))
  }

  /// The count before an opened ballot has four bytes where two cannot hold it, and there is one way to write it.
  @Test(arguments: [339, 340, 341, 1024])
  func countOfOpenedBallots(bits: Int) throws {
    let sizes = stride(from: 0, to: bits, by: 250).map { min(250, bits - $0) }
    var election = try TestElection(sizes.map { try #require(ContestRules.approval(options: $0, maximum: $0)) })
    let (ballot, opening) = try election.encrypt(sizes.map { [UInt32](repeating: 1, count: $0) })
    #expect(ballot.bits == bits)
    let opened = OpenedBallot(ballot, opening: opening, credential: election.credential, random: &election.random)
    let encoded = opened.encoded
    #expect(encoded.count == OpenedBallot.length(bits: bits))
    #expect(try OpenedBallot(encoded) == opened)
    #expect(opened.isValid(election.context))
    let width = bits <= 340 ? 2 : 4
    #expect(encoded.count == width + 230 + 225 * bits)
    let other = (width == 2 ? [0, 0] + encoded : Array(encoded[2...]))
    for wrong in [other, encoded + [0], Array(encoded.dropLast())] { #expect((try? OpenedBallot(wrong)) == nil) }
  }
}
