import Curve25519
import Foundation
import Testing

@testable import ThresholdCryptography

/// `Tests/Vectors/randomness.json`: the threshold verifiable random function and draws, for every build of this code and for other
/// implementations. `COMITIA_WRITE_VECTORS=1` writes the file anew.
struct RandomnessVectorTests {
  struct Beacon: Codable, Equatable {
    /// `opening` or `closing`, and what its seed is made of.
    let purpose, id, root: String
    let size: UInt64
    let seed: String
    let threshold: Int
    let key: String
    let shares: [String]
    /// P.
    let point: String
    /// By all trustees.
    let partials: [String]
    let output: String
  }
  struct Drawn: Codable, Equatable {
    let output, purpose: String
    let index, items: Int
    let permutation: [Int]?
    let sample: [Int]?
  }
  struct File: Codable, Equatable {
    let beacons: [Beacon]
    let draws: [Drawn]
  }

  private static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors/randomness.json")

  @Test("the beacon and all draws are the published ones")
  func published() throws {
    let beacons = try [(1, 1), (3, 2), (5, 3)].map { try Self.beacon($0, $1) }
    let made = File(beacons: beacons, draws: Self.draws())
    if ProcessInfo.processInfo.environment["COMITIA_WRITE_VECTORS"] == "1" {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try (encoder.encode(made) + Data("\n".utf8)).write(to: Self.file)
    }
    let published = try JSONDecoder().decode(File.self, from: Data(contentsOf: Self.file))
    #expect(published == made)
  }

  private static func beacon(_ n: Int, _ t: Int) throws -> Beacon {
    let beacon = try BeaconKey(n, t, seed: n)
    let id = repeated(UInt8(n))
    let root = repeated(0xa0 | UInt8(n))
    let size = UInt64(n) * 1_000_003
    let purpose = n == 3 ? "closing" : "opening"
    let seed =
      n == 3 ? DrawSeed.closing(election: id, size: size, root: root) : DrawSeed.opening(ceremony: id, size: size, root: root)
    let statement = BeaconStatement(seed: seed, key: beacon.key)
    let partials = (1...n).map { beacon.partial($0, of: statement) }
    let output = try BeaconOutput(of: statement, partials).value
    return Beacon(
      purpose: purpose, id: hex(id.bytes), root: hex(root.bytes), size: size, seed: hex(seed.value.bytes),
      threshold: t, key: hex(beacon.key.jointKey.encoded.bytes), shares: beacon.key.publicShares.map { hex($0.encoded.bytes) },
      point: hex(statement.point.encoded.bytes), partials: partials.map { hex($0.encoded) },
      output: hex(output.bytes))
  }

  private static func draws() -> [Drawn] {
    [Bytes32.zero, repeated(0x5a)].flatMap { Self.draws(from: $0) }
  }

  private static func draws(from output: Bytes32) -> [Drawn] {
    [
      permutation(output, "option order", .optionOrder(contest: 0), index: 0, of: 4),
      permutation(output, "option order", .optionOrder(contest: 1), index: 1, of: 12),
      permutation(output, "duty order", .dutyOrder, index: 0, of: 7),
      permutation(output, "lot order", .lotOrder(contest: 2), index: 2, of: 26),
      sample(output, of: 5, outOf: 20),
      sample(output, of: 12, outOf: 10_000_000),
    ]
  }

  private static func permutation(_ output: Bytes32, _ name: String, _ purpose: DrawPurpose, index: Int, of count: Int) -> Drawn {
    Drawn(
      output: hex(output.bytes), purpose: name, index: index, items: count,
      permutation: Draw(value: output).permutation(of: count, purpose: purpose), sample: nil)
  }

  private static func sample(_ output: Bytes32, of size: Int, outOf count: Int) -> Drawn {
    Drawn(
      output: hex(output.bytes), purpose: "audit sample", index: 0, items: count, permutation: nil,
      sample: Draw(value: output).sample(of: size, outOf: count, purpose: .auditSample))
  }
}
