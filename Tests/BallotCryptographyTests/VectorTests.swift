import Curve25519
import Foundation
import Testing

@testable import BallotCryptography

/// `Tests/Vectors/ballots.json`: ballots that follow from keys, choices and a seed, for every build of this code and for other
/// implementations. `COMITIA_WRITE_VECTORS=1` writes the file anew.
///
/// The random bytes of `SeededRandom(seed)` are drawn in the order: r of every bit, a, s, t, the nonce of the signature.
struct VectorTests {
  struct Contest: Codable, Equatable {
    let kind: UInt8
    let options, range, minimum, maximum: Int
  }
  struct Vector: Codable, Equatable {
    let contests: [Contest]
    let election, keySecret, key, credentialSecret, credential, seed: String
    let number: UInt32
    let values: [[UInt32]]
    /// The hash that is signed.
    let ballotHash: String
    let tracker: String
    /// Of the cast ballot.
    let sha256: String
    /// The cast ballot, if it is short.
    let castBallot: String?
  }

  private static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/ballots.json")

  @Test func ballotsAreThePublishedOnes() throws {
    let vectors = try sampleLayouts().enumerated().map { try Self.vector($1, number: UInt8($0)) }
    if ProcessInfo.processInfo.environment["COMITIA_WRITE_VECTORS"] == "1" {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try (encoder.encode(vectors) + Data("\n".utf8)).write(to: Self.file)
    }
    let published = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: Self.file))
    #expect(published.count == vectors.count)
    // Whole vectors would fill pages.
    for (number, pair) in zip(vectors, published).enumerated() where pair.0 != pair.1 {
      Issue.record("vector \(number): tracker \(pair.0.tracker), published \(pair.1.tracker)")
    }
  }

  /// The same seed makes the same bytes, another seed others.
  @Test func seedsDecide() throws {
    let rules = try sampleLayouts()[4]
    #expect(try Self.vector(rules, number: 4) == Self.vector(rules, number: 4))
    #expect(try Self.vector(rules, number: 4).tracker != Self.vector(rules, number: 5).tracker)
  }

  private static func vector(_ rules: [ContestRules], number: UInt8) throws -> Vector {
    let election = Bytes32(SHA256.hash(Array("election".utf8) + [number]).span)
    var keys = SeededRandom(seed: Array("keys".utf8) + [number])
    let secret = Scalar.random(using: &keys)
    let credential = Credential(random: &keys)
    let context = BallotContext(
      election: election, jointKey: .generatorMultiple(secret), layout: try #require(BallotLayout(rules)))
    let seed = SHA512.hash(Array("seed".utf8) + [number])
    let values = rules.map(choice)
    let ballotNumber = UInt32(truncatingIfNeeded: UInt64(number) * 1_000_000_007) | 1
    var random = SeededRandom(seed: seed)
    let (ballot, _) = try BallotEncryptor(context).encrypt(
      values, credential: credential.publicKey, number: ballotNumber, random: &random)
    let cast = CastBallot(ballot, credential: credential, random: &random)
    #expect(defect(cast, context) == nil)
    return Vector(
      contests: rules.map {
        Contest(kind: $0.kind.rawValue, options: $0.options, range: $0.range, minimum: $0.minimum, maximum: $0.maximum)
      },
      election: hex(election.bytes), keySecret: hex(secret.encoded.bytes), key: hex(context.jointKey.encoded.bytes),
      credentialSecret: hex(credential.secretBytes.bytes), credential: hex(credential.publicKey.bytes), seed: hex(seed),
      number: ballotNumber,
      values: values, ballotHash: hex(ballot.hash.bytes), tracker: hex(cast.tracker.bytes),
      sha256: hex(SHA256.hash(cast.encoded)), castBallot: ballot.bits <= 8 ? hex(cast.encoded) : nil)
  }

  /// Some valid choice: scores descend, otherwise the last options as far as the maximum goes.
  private static func choice(_ rules: ContestRules) -> [UInt32] {
    (0..<rules.options).map { option in
      rules.kind == .score ? UInt32(rules.range - option) : option >= rules.options - rules.maximum ? 1 : 0
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
  }
}
