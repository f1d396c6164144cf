import Sealing
import Testing

@testable import Curve25519
@testable import ThresholdCryptography

typealias Trustee = KeyCeremony<AES256GCM>
typealias PublicLog = CeremonyLog<AES256GCM>

/// Repeatable random bytes.
func seeded(_ seed: Int) -> SeededRandom {
  SeededRandom(seed: (0..<32).map { UInt8(truncatingIfNeeded: seed >> (8 * ($0 % 8))) &+ UInt8($0) })
}

extension SeededRandom {
  /// A number in `range`, uniform enough for a test.
  mutating func number(in range: Range<Int>) -> Int {
    let bytes = self.bytes(4)
    let value = bytes.reduce(0) { $0 << 8 | Int($1) }
    return range.lowerBound + value % range.count
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for index in result.indices.reversed() { result.swapAt(index, number(in: 0..<index + 1)) }
    return result
  }

  mutating func bytes32() -> Bytes32 { Bytes32(bytes(32).span) }
}

/// A ceremony's configuration with the private keys of all trustees.
struct Setting {
  let configuration: CeremonyConfiguration
  let keys: [Ed25519.PrivateKey]
  private let keySeeds: [Bytes32]
  private let seed: Int

  init(_ n: Int, _ t: Int, seed: Int = 1) throws {
    var random = seeded(seed)
    let keySeeds = (0..<n).map { _ in random.bytes32() }
    let keys = keySeeds.map { Ed25519.PrivateKey(seed: $0) }
    self.keySeeds = keySeeds
    self.keys = keys
    self.seed = seed
    configuration = try CeremonyConfiguration(ceremony: random.bytes32(), threshold: t, signingKeys: keys.map { $0.publicKey })
  }

  var parameters: CeremonyParameters { configuration.parameters }

  func trustee(_ index: Int) throws -> Trustee {
    var random = seeded(1000 * seed + index)
    return try Trustee(configuration, trustee: index, signingKey: keys[index - 1], using: &random)
  }

  func trustees() throws -> [Trustee] { try parameters.indices.map { try trustee($0) } }

  /// Signs any bytes as a message's header and body.
  func signed(_ bytes: [UInt8], by sender: Int) -> [UInt8] {
    bytes + keys[sender - 1].sign(CeremonyMessage.signedText(bytes, configuration))
  }

  /// A good signature with a nonce of its maker's choice, as no honest signer makes it.
  func signature(over text: [UInt8], by sender: Int, nonce: Scalar) -> [UInt8] {
    var digest = SHA512.hash(keySeeds[sender - 1].bytes)
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    let secret = Scalar(reducing: Bytes32(digest.span))
    let commitment = EdwardsPoint.generatorMultiple(nonce).encoded.bytes
    let challenge = Scalar(wide: SHA512.hash(commitment + keys[sender - 1].publicKey.bytes + text))
    return commitment + (nonce + challenge * secret).encoded.bytes
  }

  func message(_ body: CeremonyMessage.Body, by sender: Int) -> CeremonyMessage {
    CeremonyMessage(body, sender: sender, configuration, signingKey: keys[sender - 1])
  }

  /// Runs the ceremony with everyone honest; the trustees at its end, and all messages in the order of publication.
  func completed() throws -> (trustees: [Trustee], messages: [[UInt8]]) {
    var trustees = try trustees()
    var published = trustees.indices.flatMap { trustees[$0].start() }
    var next = 0
    while next < published.count {
      for index in trustees.indices { published += trustees[index].receive(published[next]).messages }
      next += 1
    }
    return (trustees, published)
  }

  func results() throws -> [KeyCeremonyResult] { try completed().trustees.map { try #require($0.result) } }
}

/// All subsets of `size` elements of `elements`.
func subsets(of elements: [Int], size: Int) -> [[Int]] {
  guard size > 0 else { return [[]] }
  guard let first = elements.first else { return [] }
  let rest = Array(elements.dropFirst())
  return subsets(of: rest, size: size - 1).map { [first] + $0 } + subsets(of: rest, size: size)
}
