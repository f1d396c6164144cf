import Curve25519
import Foundation
import HTTPClient
import Solana
import SolanaTransactions
import StrictJSON
import Testing
import TestChains

@testable import ThresholdCryptography

/// Five trustees, of whom three sign.
struct Trustees: Sendable {
  static let threshold = 3
  let shares: [SecretShare]
  let key: JointSigningKey
  private let secret: Scalar

  init(_ random: inout SeededRandom) {
    let coefficients = (0..<Self.threshold).map { _ in Scalar.random(using: &random) }
    let shares = (1...5).map { trustee in
      SecretShare(trustee: trustee, value: coefficients.reversed().reduce(Scalar.zero) { $0 * Scalar(UInt64(trustee)) + $1 })
    }
    self.shares = shares
    secret = coefficients[0]
    key = JointSigningKey(
      threshold: Self.threshold, jointKey: .generatorMultiple(coefficients[0]), publicShares: shares.map { $0.publicShare })
  }

  /// The key as those would have it who hold that another number is enough.
  private func key(threshold: Int) -> JointSigningKey {
    JointSigningKey(
      threshold: threshold, jointKey: .generatorMultiple(secret), publicShares: shares.map { $0.publicShare })
  }

  /// The signature of some trustees, each of whom has checked what it signs.
  func sign(
    _ message: [UInt8], of mark: ResultAnchor, by signers: [Int], _ random: inout SeededRandom
  ) throws -> [UInt8] {
    try mark.check(message)
    let (session, shares) = try self.session(message, by: signers, threshold: Self.threshold, &random)
    return try session.signature(from: shares)
  }

  /// What signers put together who hold that so many are enough, good or not.
  func joined(_ message: [UInt8], by signers: [Int], threshold: Int, _ random: inout SeededRandom) throws -> [UInt8] {
    let (session, shares) = try self.session(message, by: signers, threshold: threshold, &random)
    return session.commitment.bytes + shares.reduce(Scalar.zero) { $0 + $1.value }.encoded.bytes
  }

  private func session(
    _ message: [UInt8], by signers: [Int], threshold: Int, _ random: inout SeededRandom
  ) throws -> (SigningSession, [SignatureShare]) {
    let key = key(threshold: threshold)
    let boxes = try signers.map { try SignerBox(key, message, shares[$0 - 1], &random) }
    let commitments = boxes.map { $0.signer.commitment }
    let session = try SigningSession(key: key, message: message, commitments: commitments)
    return (session, try boxes.map { try $0.signer.respond(to: commitments, using: &random).share })
  }

  /// An array holds nothing that cannot be copied.
  private final class SignerBox {
    var signer: JointSigner
    init(_ key: JointSigningKey, _ message: [UInt8], _ share: SecretShare, _ random: inout SeededRandom) throws {
      signer = try JointSigner(key: key, message: message, share: share, using: &random)
    }
  }
}

/// An election whose result is to be marked, on a chain of its own.
struct AnchoringCase: Sendable {
  let chain: SolanaChain
  let client: SolanaClient
  let trustees: Trustees
  let payerKey: Ed25519.PrivateKey
  let election: Bytes32
  let certificate: [UInt8]
  let anchoring: ResultAnchoring

  var payer: SolanaAddress { SolanaAddress(payerKey.publicKey) }
  var joint: SolanaAddress { SolanaAddress(trustees.key.publicKey) }
  var mark: ResultAnchor { anchoring.mark }

  init(_ chain: SolanaChain, seed: Int, lamports: UInt64, timeout: Double, tries: Int) async throws {
    var random = seeded(seed)
    self.chain = chain
    client = SolanaClient(chain.rpc())
    trustees = Trustees(&random)
    payerKey = Ed25519.PrivateKey(seed: random.bytes32())
    election = random.bytes32()
    certificate = random.bytes(242)
    anchoring = try ResultAnchoring(
      SolanaClient(chain.rpc(timeout: timeout)), election: election, certificate: certificate, jointKey: trustees.key.publicKey,
      payer: SolanaAddress(payerKey.publicKey), tries: tries
    ) { await Task.yield() }
    if lamports > 0 { _ = try await client.requestAirdrop(to: SolanaAddress(payerKey.publicKey), lamports: lamports) }
  }

  /// The service's part before the trustees sign.
  func prepare(price: UInt64 = 1000) async throws(SolanaError) -> Bytes32 {
    try await anchoring.prepare(price: price) { [payerKey] (message) throws(SolanaError) in payerKey.sign(message) }
  }

  /// As a service does that tries again later. Where a short time-out is a test's matter, a busy machine may miss it at any call.
  func patiently<Value: Sendable>(_ body: () async throws(SolanaError) -> Value) async throws -> Value {
    var last = SolanaError.badSignature
    for _ in 0..<20 {
      do throws(SolanaError) { return try await body() } catch { last = error }
      guard case .connectionLost = last else { break }
    }
    throw last
  }

  /// The same until the result is marked.
  func untilAnchored(_ message: SolanaMessage, _ signature: [UInt8]) async throws -> ResultAnchorPlace {
    for _ in 0..<20 {
      let outcome = try await patiently { () throws(SolanaError) in try await anchoring.submit(message, signature: signature) }
      if case .anchored(let place) = outcome { return place }
    }
    Issue.record("it was not marked")
    throw CancellationError()
  }

  /// Transactions of the ledger that are marks of this result and succeeded.
  func marks() async throws -> [SolanaTransaction] {
    var marks: [SolanaTransaction] = []
    for name in try await chain.executed() {
      let id = try #require(SolanaSignature(text: Array(name.utf8)))
      let entry = try #require(try await client.transaction(id))
      if entry.error == nil, mark.isAnchored(by: entry.transaction) { marks.append(entry.transaction) }
    }
    return marks
  }
}

/// Runs a test with a case, and ends its chain.
func withCase(
  _ seed: Int, lamports: UInt64 = 1_000_000_000, timeout: Double = 15, tries: Int = 6, _ body: (AnchoringCase) async throws -> Void
) async throws {
  let chain = try SolanaChain(python: try #require(python))
  defer { chain.stop() }
  try await body(AnchoringCase(chain, seed: seed, lamports: lamports, timeout: timeout, tries: tries))
}
