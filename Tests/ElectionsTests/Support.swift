import BallotCryptography
import Curve25519
import Testing
import ThresholdCryptography

@testable import Elections

/// Text that is known to be good.
func text(_ string: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Text {
  try #require(Text(string), sourceLocation: sourceLocation)
}

func options(_ count: Int) throws -> [ContestOption] { try (0..<count).map { ContestOption(name: try text("Option \($0)")) } }

func contest(_ rules: ContestRules?, title: String = "Question") throws -> Contest {
  let rules = try #require(rules)
  return try #require(Contest(title: text(title), rules: rules, options: options(rules.options)))
}

func manifest(_ contests: [Contest], opens: UInt64 = 0, closes: UInt64 = 0, small: Bool = true) throws -> Manifest {
  try #require(Manifest(title: text("Election"), opens: opens, closes: closes, smallAcknowledged: small, contests: contests))
}

/// A manifest of one question with three options.
func simpleManifest(small: Bool = true) throws -> Manifest {
  try manifest([contest(.single(options: 3, blankAllowed: true))], small: small)
}

extension SeededRandom {
  /// A number in 0 ..< bound.
  mutating func below(_ bound: Int) -> Int {
    Int(bytes(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % UInt64(bound))
  }

  mutating func b32() -> Bytes32 { Bytes32(bytes(32).span) }

  mutating func point() -> RistrettoPoint { .generatorMultiple(.random(using: &self)) }
}

extension SHA256 {
  static func digest(_ bytes: [UInt8]) -> Bytes32 { Bytes32(hash(bytes).span) }
}

/// What reading refuses, `nil` if it does not.
func codecError(_ read: () throws -> Void) -> CodecError? {
  do {
    try read()
    return nil
  } catch { return error as? CodecError }
}

func bigEndian(_ value: Int, _ bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
}

/// Changes bytes at random places in random ways and expects each outcome to be refused, or to be written as it was read.
///
/// - Parameter again: reads and writes; `nil` where it refuses.
/// - Returns: how many were read.
@discardableResult
func expectMutationsRefusedOrKept(
  _ encoded: [UInt8], rounds: Int, random: inout SeededRandom, again: ([UInt8]) -> [UInt8]?
) -> Int {
  var read = 0
  for _ in 0..<rounds {
    var bytes = encoded
    for _ in 0...random.below(3) where !bytes.isEmpty {
      switch random.below(6) {
      case 0: bytes[random.below(bytes.count)] = UInt8(random.below(256))
      case 1: bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
      case 2: bytes.remove(at: random.below(bytes.count))
      case 3: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count + 1))
      case 4: bytes = Array(bytes[..<random.below(bytes.count)])
      default: bytes += random.bytes(random.below(40))
      }
    }
    guard let written = again(bytes) else { continue }
    read += 1
    if written != bytes { Issue.record("reads other bytes than it writes: \(bytes)") }
  }
  return read
}

/// Dealers of a ceremony as a roster shows them; proofs are not looked at when a roster is read.
func roster(
  trustees: Int, threshold: Int, random: inout SeededRandom, names: (Int) -> String = { "Trustee \($0)" }
) throws -> TrusteeRoster {
  let parameters = try CeremonyParameters(ceremony: random.b32(), trustees: trustees, threshold: threshold)
  var entries: [RosterEntry] = []
  for number in 1...trustees {
    let commitments = PerKey { _ in
      let points = (0..<threshold).map { _ in random.point() }
      return DealerCommitment(
        commitments: points, proof: SchnorrProof(commitment: random.point(), response: .random(using: &random)))
    }
    entries.append(
      RosterEntry(
        name: try text(names(number)), signingKey: random.b32(),
        dealing: Dealing(commitments: commitments, drawKey: random.b32())))
  }
  return try #require(TrusteeRoster(parameters: parameters, trustees: entries))
}

/// Voters with fresh credentials.
func voters(_ count: Int, random: inout SeededRandom, weight: (Int) -> UInt32 = { _ in 1 }) -> [RollEntry] {
  var voters: [RollEntry] = []
  for index in 0..<count {
    voters.append(RollEntry(credential: random.point().encoded, weight: weight(index), identity: random.b32()))
  }
  return voters
}
