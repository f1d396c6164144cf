import Curve25519
import Sealing

@testable import ThresholdCryptography

/// A trustee whose every word a test chooses. Left alone, it says what an honest one says.
struct ScriptedTrustee {
  let setting: Setting
  let index: Int
  var random: SeededRandom
  var polynomials: PerKey<Polynomial>
  var transportSecret: Scalar
  var reveal: Reveal

  init(_ setting: Setting, index: Int, seed: Int = 77) {
    self.setting = setting
    self.index = index
    var random = seeded(seed)
    polynomials = PerKey { _ in
      Polynomial(coefficients: (0..<setting.parameters.threshold).map { _ in .random(using: &random) })
    }
    transportSecret = .random(using: &random)
    let commitments = PerKey { [polynomials] in
      DealerCommitment(to: polynomials[$0], by: index, for: $0, setting.parameters, using: &random)
    }
    reveal = Reveal(
      dealing: Dealing(commitments: commitments, drawKey: Ed25519.PrivateKey(seed: .zero).publicKey),
      transport: .generatorMultiple(transportSecret))
    self.random = random
  }

  var ceremony: Bytes32 { setting.parameters.ceremony }

  var commit: CeremonyMessage { setting.message(.commit(digest: reveal.digest(trustee: index, ceremony: ceremony)), by: index) }

  var revealed: CeremonyMessage { setting.message(.reveal(reveal), by: index) }

  /// Its polynomial for the election's key.
  var polynomial: Polynomial { polynomials.election }

  /// What it deals another.
  func dealt(to recipient: Int) -> PerKey<Scalar> { PerKey { polynomials[$0].evaluated(at: recipient) } }

  /// Its share for another trustee, or any scalar instead for one of the keys.
  mutating func share(
    to recipient: Int, in log: PublicLog, value: Scalar? = nil, of purpose: KeyPurpose = .election
  ) -> CeremonyMessage {
    var shares = dealt(to: recipient)
    if let value { shares[purpose] = value }
    let transport = log.deals[recipient - 1]?.transport ?? .generator
    let sealed = SealedShare(
      shares, from: index, to: recipient, transport: transport, ceremony: ceremony,
      cipher: AES256GCM.self, using: &random)
    return setting.message(.share(sealed), by: index)
  }

  /// A complaint about the share that the log holds, with a good proof unless told otherwise.
  mutating func complaint(
    about dealer: Int, in log: PublicLog, secret: Scalar? = nil, commit: [UInt8]? = nil, share: [UInt8]? = nil
  ) throws -> CeremonyMessage {
    guard let commitMessage = log.commit(of: dealer), let shareMessage = log.share(from: dealer, to: index) else {
      throw NotYetPublished()
    }
    // The proof fits whatever share is brought, so that only what the share is can speak against the complaint.
    let brought = share.flatMap { try? CeremonyMessage($0, setting.configuration) } ?? shareMessage
    let original = if case .share = brought.body { brought } else { shareMessage }
    guard case .share(let sealed) = original.body else { throw NotYetPublished() }
    let shared = transportSecret * sealed.ephemeral
    let statement = Complaint.statement(
      accuser: index, accused: dealer, transport: reveal.transport, ephemeral: sealed.ephemeral, shared: shared, ceremony: ceremony)
    let proof = EqualityProof.prove(
      secret: secret ?? transportSecret, base: sealed.ephemeral, statement: statement, using: &random)
    let complaint = Complaint(
      accused: dealer, shared: shared, proof: proof, commit: commit ?? commitMessage.encoded, share: share ?? shareMessage.encoded)
    return setting.message(.complaint(complaint), by: index)
  }

  func confirmation(in log: PublicLog) -> CeremonyMessage {
    setting.message(.confirmation(digest: log.confirmationDigest ?? .zero), by: index)
  }
}

/// A message that a script needs is not in the log.
struct NotYetPublished: Error {}

extension Reveal {
  /// What is committed to for one key.
  func dealer(_ purpose: KeyPurpose = .election) -> DealerCommitment { dealing.commitments[purpose] }

  /// The same with another commitment for one key, or another draw key.
  func with(_ dealer: DealerCommitment? = nil, for purpose: KeyPurpose = .election, drawKey: Bytes32? = nil) -> Reveal {
    var commitments = dealing.commitments
    if let dealer { commitments[purpose] = dealer }
    return Reveal(dealing: Dealing(commitments: commitments, drawKey: drawKey ?? dealing.drawKey), transport: transport)
  }
}
