import Curve25519

/// One trustee's part in a hand-over: as a dealer, as a new trustee, or both (`docs/spec/04-trustees.md`, 4.6).
///
/// A plain value that reads the log and says what to publish next. All its randomness follows from `seed`, and of a dealer's polynomials also from
/// the terms: after a crash it is made again from the seed and reads the log again. **Keep the seed, and how far the log was read, durably before
/// sending anything.** Whose person has not approved the list gives no old shares here, and deals nothing.
///
/// A value cannot wipe itself when it goes: call `wipe` on the last copy. Constant time in all secrets; whether a share is good becomes public.
public struct HandOver<Cipher: ShareCipher>: Sendable {
  /// All that is public.
  public private(set) var log: HandOverLog<Cipher>
  /// The number afterwards; `nil` for a dealer that goes.
  public let recipient: Int?
  private var oldShares: SecretShares?
  private var signingKey: Ed25519.PrivateKey
  private var seed: Bytes32
  /// *eⱼ*.
  private var transportSecret: Scalar
  private var drawSeed: Bytes32
  /// *gᵢ(j)* of each key by dealer, once they are found good.
  private var parts: [Int: PerKey<Scalar>] = [:]

  /// - Parameters:
  ///   - recipient: the new number, whose key stands in the configuration; `nil` for a dealer that goes.
  ///   - oldShares: of one of the dealers, whose person has approved the list; else `nil`.
  ///   - seed: 32 secret bytes from a secure generator, for this hand-over only.
  /// - Throws: `ResharingError`: a recipient, a dealer or a share that is not of this hand-over.
  public init(
    _ configuration: HandOverConfiguration, recipient: Int?, oldShares: SecretShares?, signingKey: Ed25519.PrivateKey, seed: Bytes32
  ) throws(ResharingError) {
    let key = signingKey.publicKey
    if let recipient {
      guard configuration.indices.contains(recipient), configuration.newSigningKeys[recipient - 1] == key else {
        throw .unknownTrustee(recipient)
      }
    }
    if let oldShares {
      guard configuration.dealers.contains(oldShares.trustee), configuration.oldSigningKeys[oldShares.trustee - 1] == key else {
        throw .unknownDealer(oldShares.trustee)
      }
    }
    log = HandOverLog(configuration)
    self.recipient = recipient
    self.oldShares = oldShares
    self.signingKey = signingKey
    self.seed = seed
    var random = Self.random(seed, "recipient", configuration.id)
    transportSecret = .random(using: &random)
    drawSeed = Bytes32(random.bytes(32).span)
  }

  /// Overwrites all secrets. The value is of no more use.
  public mutating func wipe() {
    oldShares?.wipe()
    signingKey.wipe()
    seed.wipe()
    transportSecret.wipe()
    drawSeed.wipe()
    for dealer in parts.keys { parts[dealer]?.wipe() }
  }

  /// Whether this trustee has brought other keys than those of this seed: the seed is not the one it began with.
  public var hasForeignAcceptance: Bool {
    guard let recipient, let own = log.acceptance(of: recipient) else { return false }
    return own.transport != .generatorMultiple(transportSecret)
  }

  /// Takes the next message of the log.
  public mutating func receive(_ bytes: [UInt8]) -> HandOverEvent { log.receive(bytes) }

  /// What to publish now that the log was read to its end; `nil` where others' messages are awaited.
  public mutating func next() -> [UInt8]? {
    guard log.failure == nil, let (body, number) = nextBody() else { return nil }
    return HandOverMessage(body, sender: number, log.configuration.subject, signingKey: signingKey).encoded
  }

  private mutating func nextBody() -> (HandOverMessage.Body, Int)? {
    if let recipient, log.acceptance(of: recipient) == nil {
      var key = Ed25519.PrivateKey(seed: drawSeed)
      defer { key.wipe() }
      return (
        .acceptance(HandOverRecipient(transport: .generatorMultiple(transportSecret), drawKey: key.publicKey)), recipient
      )
    }
    guard let terms = log.terms else { return nil }
    if let oldShares, !log.hasDealt(oldShares.trustee) {
      return deal(oldShares, terms).map { ($0, oldShares.trustee) }
    }
    guard let recipient else { return nil }
    if let complaint = open(terms, recipient) { return (.complaint(complaint), recipient) }
    guard newShares != nil, !log.hasConfirmed(recipient) else { return nil }
    return log.confirmationDigest.map { (.confirmation(digest: $0), recipient) }
  }

  /// This trustee's new shares, once every dealer's part is there and good. **Keep them durably before sending the confirmation.**
  ///
  /// The number is the new one. The hand-over may still fail: they are of use only when the board says so.
  public var newShares: SecretShares? {
    guard let recipient, parts.count == log.configuration.dealers.count else { return nil }
    let values = PerKey { purpose in parts.values.reduce(Scalar.zero) { $0 + $1[purpose] } }
    return SecretShares(trustee: recipient, values: values, drawSeed: drawSeed)
  }

  private static func random(_ seed: Bytes32, _ purpose: StaticString, _ context: Bytes32) -> SeededRandom {
    var transcript = Transcript("hand-over randomness")
    transcript.absorb("seed", seed)
    transcript.absorb(purpose, context)
    return SeededRandom(seed: transcript.digest("stream").bytes)
  }
}

// MARK: - Dealing and opening

extension HandOver {
  /// Polynomials and ephemeral key follow from the terms, too: on other terms they are others, and have nothing to do with these.
  private func deal(_ shares: SecretShares, _ terms: HandOverTerms) -> HandOverMessage.Body? {
    var random = Self.random(seed, "dealer", terms.digest)
    let resharing = log.configuration.resharing
    let secret = try? PerKey { purpose throws(ResharingError) in try resharing[purpose].deal(shares[purpose], using: &random) }
    guard var secret else { return nil }
    var ephemeralSecret = Scalar.random(using: &random)
    defer {
      ephemeralSecret.wipe()
      for purpose in KeyPurpose.allCases { secret[purpose].wipe() }
    }
    let ephemeral = RistrettoPoint.generatorMultiple(ephemeralSecret)
    var sealed: [UInt8] = []
    for recipient in log.configuration.indices {
      let channel = HandOverChannel(terms: terms, dealer: shares.trustee, recipient: recipient, ephemeral: ephemeral)
      var part = PerKey { secret[$0].part(for: recipient) }
      let shared = ephemeralSecret * terms.recipients[recipient - 1].transport
      sealed += channel.sealed(part, shared: shared, cipher: Cipher.self)
      part.wipe()
    }
    let commitments = PerKey { secret[$0].published.commitments }
    let statement = HandOverDeal.statement(shares.trustee, terms.digest, commitments, ephemeral)
    let proof = SchnorrProof.prove(secret: ephemeralSecret, statement: statement, using: &random)
    let deal = HandOverDeal(
      dealer: shares.trustee, terms: terms.digest, commitments: commitments, ephemeral: ephemeral, proof: proof,
      sharesHash: Bytes32(SHA256.hash(sealed).span))
    return .deal(deal, shares: sealed)
  }

  /// Opens what has come; a complaint about the first that is bad.
  private mutating func open(_ terms: HandOverTerms, _ recipient: Int) -> HandOverComplaint? {
    for dealer in log.configuration.dealers where parts[dealer] == nil {
      guard let (deal, shares) = log.deal(of: dealer) else { continue }
      let channel = HandOverChannel(terms: terms, dealer: dealer, recipient: recipient, ephemeral: deal.ephemeral)
      let shared = transportSecret * deal.ephemeral
      if let good = channel.goodShares(in: shares, of: deal, shared: shared, cipher: Cipher.self) {
        parts[dealer] = good
        continue
      }
      var random = Self.random(seed, "complaint", deal.digest(log.configuration.subject))
      let proof = EqualityProof.prove(
        secret: transportSecret, base: deal.ephemeral, statement: channel.statement(shared: shared), using: &random)
      return HandOverComplaint(
        accused: dealer, deal: deal.digest(log.configuration.subject), shared: shared, proof: proof)
    }
    return nil
  }
}

extension HandOver: CustomStringConvertible {
  /// Nothing about secrets, so that a log line cannot give them away.
  public var description: String { "hand-over" }
}
