// Runs what handles secrets with the secrets marked undefined: under valgrind's memcheck every branch and every address that depends on them is
// reported. Prints a line an operation: its name and the number of reports. `ConstantTimeTests` reads them.

import BallotCryptography
import CMemcheck
import Curve25519
import Glibc

guard memcheck_is_running() != 0 else {
  print("not under valgrind")
  exit(2)
}

/// 64 bytes that memcheck takes for secret.
func secretBytes(_ count: Int = 64) -> [UInt8] {
  let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 41) }
  bytes.withUnsafeBytes { memcheck_mark_secret($0.baseAddress, $0.count) }
  return bytes
}

/// Keeps results alive without looking at them.
@inline(never) func keep<T>(_ value: T) { withUnsafeBytes(of: value) { memcheck_mark_public($0.baseAddress, $0.count) } }

/// - Parameter allowed: reports that are meant; with fewer, one is missing.
func probe(_ name: String, allowed: Int = 0, _ body: () -> Void) {
  let before = memcheck_reports()
  body()
  print(name, abs(Int(memcheck_reports() - before) - allowed))
}

// Tables and constants are made when first used: before any secret.
let publicScalar = Scalar(wide: (0..<64).map { UInt8($0) })
let publicPoint = RistrettoPoint.generatorMultiple(publicScalar)
let table = FixedBaseTable(publicPoint)
_ = Ed25519.PrivateKey(seed: .zero).sign([1])
_ = RistrettoPoint(uniform: SHA512.hash([]))

let secret = Scalar(wide: secretBytes())
let other = Scalar(wide: secretBytes())
let secretPoint = secret * publicPoint

probe("scalar reduction") { keep(Scalar(wide: secretBytes())) }
probe("scalar addition") { keep(secret + other) }
probe("scalar subtraction") { keep(secret - other) }
probe("scalar negation") { keep(-secret) }
probe("scalar multiplication") { keep(secret * other) }
probe("scalar inversion") { keep(secret.inverted()) }
probe("scalar halving") { keep(secret.halved) }
probe("scalar encoding") { keep(secret.encoded) }
probe("scalar equality") { keep(secret == other) }
probe("scalar from a generator") {
  var random = SeededRandom(seed: secretBytes(32))
  keep(Scalar.random(using: &random))
}
probe("generator multiplication") { keep(RistrettoPoint.generatorMultiple(secret)) }
probe("table multiplication") { keep(table.multiplied(by: secret)) }
probe("table multiplication by a small number") {
  var small: UInt64 = 1_000_003
  withUnsafeBytes(of: &small) { memcheck_mark_secret($0.baseAddress, $0.count) }
  keep(table.multiplied(bySmall: small, bits: 40))
}
probe("variable-base multiplication") { keep(secret * secretPoint) }
probe("point addition") { keep(secretPoint + publicPoint) }
probe("point subtraction") { keep(secretPoint - publicPoint) }
probe("point negation") { keep(-secretPoint) }
probe("point doubling") { keep(secretPoint.doubled()) }
probe("point equality") { keep(secretPoint == publicPoint) }
probe("point encoding") { keep(secretPoint.encoded) }
probe("point without torsion") { keep(secretPoint.torsionFree) }
probe("batch encoding of doubles") {
  for encoding in RistrettoPoint.doubledEncodings([secretPoint, publicPoint, .identity, secret * publicPoint]) { keep(encoding) }
}
probe("element derivation") { keep(RistrettoPoint(uniform: secretBytes())) }
probe("Edwards multiplication and encoding") { keep(EdwardsPoint.generatorMultiple(secret).encoded) }
probe("Ed25519 key and signature") {
  let key = Ed25519.PrivateKey(seed: Bytes32(secretBytes(32).span))
  let signature = key.sign([1, 2, 3])
  signature.withUnsafeBytes { memcheck_mark_public($0.baseAddress, $0.count) }
}
probe("SHA-512") { keep(Bytes32(SHA512.hash(secretBytes(300)).span)) }
probe("SHA-256") { keep(Bytes32(SHA256.hash(secretBytes(300)).span)) }
probe("transcript") {
  var transcript = Transcript("probe")
  transcript.absorb("secret", secretBytes(50))
  keep(transcript.challenge("challenge"))
}
probe("wiping") {
  var scalar = secret
  var point = secretPoint
  scalar.wipe()
  point.wipe()
  keep(scalar)
  keep(point)
}

let secretScalar = [UInt8](repeating: 3, count: 31) + [0]
secretScalar.withUnsafeBytes { memcheck_mark_secret($0.baseAddress, $0.count) }
// Ballots: contests of every form, with and without limits and slack.
let rules: [ContestRules?] = [
  .single(options: 3, blankAllowed: true), .approval(options: 4, minimum: 2, maximum: 2),
  .approval(options: 5, minimum: 1, maximum: 4), .score(options: 2, range: 5, blankAllowed: true),
]
let choices: [[UInt32]] = [[0, 1, 0], [1, 0, 0, 1], [1, 1, 0, 1, 0], [5, 2]]
guard let layout = BallotLayout(rules.compactMap { $0 }), let voter = Credential(secret: Bytes32(secretScalar.span)) else {
  preconditionFailure("good rules, a good secret")
}
let context = BallotContext(election: .zero, jointKey: publicPoint, layout: layout)
let encryptor = BallotEncryptor(context)

/// Random bytes that memcheck takes for secret.
struct SecretRandom: RandomSource {
  var expanded = SeededRandom(seed: [1])
  mutating func bytes(_ count: Int) -> [UInt8] {
    let bytes = expanded.bytes(count)
    bytes.withUnsafeBytes { memcheck_mark_secret($0.baseAddress, $0.count) }
    return bytes
  }
}

func encrypt(_ choices: [[UInt32]]) {
  var random = SecretRandom()
  guard let result = try? encryptor.encrypt(choices, credential: .zero, number: 1, random: &random) else {
    preconditionFailure("valid choices")
  }
  result.ballot.encoded.withUnsafeBytes { memcheck_mark_public($0.baseAddress, $0.count) }
}
encrypt(choices)

probe("ballot encryption, its randomness") { encrypt(choices) }
// One report is meant: that the choices keep the rules.
probe("ballot encryption, its choices", allowed: 1) {
  let secret = choices
  for values in secret { values.withUnsafeBytes { memcheck_mark_secret($0.baseAddress, $0.count) } }
  encrypt(secret)
  for values in secret { values.withUnsafeBytes { memcheck_mark_public($0.baseAddress, $0.count) } }
}
probe("ballot signature") {
  var random = SecretRandom()
  keep(voter.sign(.zero, for: .cast, election: .zero, random: &random))
}

// What must be reported, or the method is blind.
probe("control: variable-time multiplication") { keep(publicPoint.vartimeMultiplied(by: secret)) }
probe("control: a branch") { if secret.encoded[0] & 1 == 1 { keep(publicPoint.doubled()) } }
probe("control: an address") { keep([UInt8](repeating: 7, count: 256)[Int(secret.encoded[0])]) }
