// Runs what a trustee does with its secrets, with the secrets marked undefined: under valgrind's memcheck every branch and every address that
// depends on them is reported. Prints a line an operation: its name and the number of reports. `TrusteeConstantTimeTests` reads them.

import CMemcheck
import Curve25519
import Glibc
import ThresholdCryptography

guard memcheck_is_running() != 0 else {
  print("not under valgrind")
  exit(2)
}

/// Bytes that memcheck takes for secret.
func secretBytes(_ count: Int) -> [UInt8] {
  let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 41) }
  bytes.withUnsafeBytes { memcheck_mark_secret($0.baseAddress, $0.count) }
  return bytes
}

/// Keeps results alive without looking at them.
@inline(never) func keep<T>(_ value: T) { withUnsafeBytes(of: value) { memcheck_mark_public($0.baseAddress, $0.count) } }

func probe(_ name: String, _ body: () -> Void) {
  let before = memcheck_reports()
  body()
  print(name, memcheck_reports() - before)
}

/// A cipher is not what is looked at here.
enum NoCipher: ShareCipher {
  static func seal(key: Bytes32, plaintext: [UInt8]) -> [UInt8] { plaintext + key.bytes.prefix(16) }
  static func open(key: Bytes32, sealed: [UInt8]) -> [UInt8]? { nil }
}

// Tables and constants are made when first used: before any secret.
let point = RistrettoPoint.generatorMultiple(Scalar(7))
keep(Scalar(3) * point)
let keys = (0..<2).map { Ed25519.PrivateKey(seed: Bytes32([UInt8](repeating: UInt8($0), count: 32).span)) }
let statement = Transcript("probe")
guard let configuration = try? CeremonyConfiguration(ceremony: .zero, threshold: 2, signingKeys: keys.map { $0.publicKey }) else {
  exit(3)
}

let secret = Scalar(wide: secretBytes(64))
var random = SeededRandom(seed: secretBytes(32))

probe("hedged nonce") { keep(statement.hedgedNonce(secret: secret, using: &random)) }
probe("proof of knowledge") { keep(SchnorrProof.prove(secret: secret, statement: statement, using: &random)) }
probe("proof of equality") { keep(EqualityProof.prove(secret: secret, base: point, statement: statement, using: &random)) }
probe("public share") { keep(SecretShare(trustee: 1, value: secret).publicShare) }
probe("partial decryption") {
  let total = Ciphertext(alpha: point, beta: point)
  let decryption = DecryptionStatement(election: .zero, size: 1, root: .zero, totals: [total])
  keep(PartialDecryption(of: decryption, with: SecretShare(trustee: 1, value: secret), using: &random).proof)
}
let dealers = [UInt64(1), 2].map { number in
  let points = [RistrettoPoint.generatorMultiple(Scalar(number)), point]
  return DealerCommitment(commitments: points, proof: SchnorrProof(commitment: point, response: .one))
}
guard let beaconKey = try? ThresholdKey(dealers: dealers) else { exit(5) }
let evaluated = BeaconStatement(seed: .opening(ceremony: .zero, size: 1, root: .zero), key: beaconKey)
probe("partial evaluation of the beacon") {
  keep(PartialEvaluation(of: evaluated, with: SecretShare(trustee: 1, value: secret), using: &random).proof)
}
probe("polynomial, its commitments and the commit message") {
  let seed = Bytes32(secretBytes(32).span)
  var trustee = try? KeyCeremony<NoCipher>(configuration, trustee: 1, signingKey: keys[0], seed: seed)
  keep(trustee?.start().count)
}
probe("verifiable random function") {
  var key = ECVRF.PrivateKey(seed: Bytes32(secretBytes(32).span))
  // The public key is public, and so is H, which is made of it.
  guard let offset = MemoryLayout<ECVRF.PrivateKey>.offset(of: \.publicKey) else { exit(4) }
  withUnsafeMutableBytes(of: &key) { memcheck_mark_public($0.baseAddress.map { $0 + offset }, 32) }
  keep(key.prove([7]).output.count)
}
probe("nonce and share of a joint signature") {
  let share = SecretShare(trustee: 1, value: secret)
  var publicShare = share.publicShare
  withUnsafeBytes(of: &publicShare) { memcheck_mark_public($0.baseAddress, $0.count) }
  let key = JointSigningKey(threshold: 1, jointKey: publicShare, publicShares: [publicShare])
  var nonce = SigningNonce(for: share, using: &random)
  // Its commitment is published; its secrets lie elsewhere.
  withUnsafeBytes(of: &nonce) { memcheck_mark_public($0.baseAddress, $0.count) }
  guard let session = try? SigningSession(key: key, message: [1], commitments: [nonce.commitment]) else { exit(4) }
  guard let made = try? nonce.sign(session, with: share) else { exit(5) }
  keep(made.value)
}

// What must be reported, or the method is blind.
probe("control: variable-time multiplication") { keep(point.vartimeMultiplied(by: secret)) }
