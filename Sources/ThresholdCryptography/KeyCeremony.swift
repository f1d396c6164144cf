import Curve25519

/// What a trustee has after a key ceremony.
public struct KeyCeremonyResult: Sendable {
  /// Ceremony, number of trustees, threshold.
  public let parameters: CeremonyParameters
  /// What all trustees dealt, of trustee *i* at position *i* − 1: this goes on the record.
  public let dealings: [Dealing]
  /// The joint keys and the public shares.
  public let keys: PerKey<ThresholdKey>
  /// This trustee's secrets.
  public let shares: SecretShares
}

/// What to do after a message: what to send, and what the message did.
public struct CeremonyOutcome: Equatable, Sendable {
  /// Messages to publish, in order.
  public let messages: [[UInt8]]
  /// What the message did.
  public let event: CeremonyEvent
}

/// One trustee of a key ceremony (`docs/spec/04-trustees.md`, 4.1).
///
/// A plain value that takes messages and gives messages: no input, output or clock. Messages may come late, early, in any order and more
/// than once. All its randomness follows from `seed`: to resume after a crash, make it again from the seed, give it all messages
/// published so far, its own included, then `start` it. What it had sent without anyone publishing it comes again, byte for byte.
/// **Keep the seed durably before sending the first message.**
///
/// A value cannot wipe itself when it goes: call `wipe` on the last copy. What the compiler spilled to the stack, or an earlier
/// copy, remains. Constant time in all secrets; whether a share received is good becomes public.
public struct KeyCeremony<Cipher: ShareCipher>: Sendable {
  /// This trustee's number.
  public let trustee: Int
  /// All that is public, with the messages received and sent.
  public private(set) var log: CeremonyLog<Cipher>
  private var signingKey: Ed25519.PrivateKey
  private var secretSeed: CeremonySeed
  private var polynomials: PerKey<Polynomial>
  /// *eᵢ*: opens the shares sealed for this trustee.
  private var transportSecret: Scalar
  /// From which the key of this trustee's own verifiable random function follows.
  private var drawSeed: Bytes32
  /// *fᵢ(j)* of each key for this *j* from every dealer *i*, at position *i* − 1, once they are found good.
  private var shares: [PerKey<Scalar>?]
  private var isStarted = false

  /// Enters a ceremony with a fresh seed.
  ///
  /// - Parameters:
  ///   - trustee: this trustee's number.
  ///   - signingKey: its key; the public one stands in `configuration`.
  public init<R: RandomSource>(
    _ configuration: CeremonyConfiguration, trustee: Int, signingKey: Ed25519.PrivateKey, using random: inout R
  ) throws(CeremonyParameterError) {
    var bytes = random.bytes(32)
    defer { bytes.wipe() }
    try self.init(configuration, trustee: trustee, signingKey: signingKey, seed: Bytes32(bytes.span))
  }

  /// Enters a ceremony again with the seed of before.
  ///
  /// - Parameter seed: 32 secret bytes from a secure generator, used in this ceremony only.
  public init(
    _ configuration: CeremonyConfiguration, trustee: Int, signingKey: Ed25519.PrivateKey, seed: Bytes32
  ) throws(CeremonyParameterError) {
    let parameters = configuration.parameters
    guard parameters.indices.contains(trustee) else { throw .unknownTrustee(trustee) }
    guard configuration.signingKeys[trustee - 1] == signingKey.publicKey else { throw .foreignSigningKey(trustee: trustee) }
    self.trustee = trustee
    self.signingKey = signingKey
    log = CeremonyLog(configuration)
    secretSeed = CeremonySeed(seed)
    polynomials = PerKey { [secretSeed] purpose in
      var random = secretSeed.random(for: .polynomial, peer: purpose.rawValue, trustee: trustee, parameters)
      return Polynomial(coefficients: (0..<parameters.threshold).map { _ in .random(using: &random) })
    }
    var random = secretSeed.random(for: .transport, trustee: trustee, parameters)
    transportSecret = .random(using: &random)
    random = secretSeed.random(for: .drawKey, trustee: trustee, parameters)
    drawSeed = Bytes32(random.bytes(32).span)
    shares = Array(repeating: nil, count: parameters.trustees)
    shares[trustee - 1] = dealt(to: trustee)
  }

  /// The secret from which this ceremony can be resumed. Whoever has it and the messages has this trustee's share.
  public var seed: Bytes32 { secretSeed.bytes }

  /// Overwrites all secrets, the copy of the signing key included. The ceremony is of no more use.
  public mutating func wipe() {
    signingKey.wipe()
    secretSeed.wipe()
    for purpose in KeyPurpose.allCases { polynomials[purpose].wipe() }
    transportSecret.wipe()
    drawSeed.wipe()
    for index in shares.indices { shares[index]?.wipe() }
  }
}

// MARK: - Messages in, messages out

extension KeyCeremony {
  /// Begins, or goes on after a restart: the messages to publish. A trustee that is alone is finished at once.
  public mutating func start() -> [[UInt8]] {
    isStarted = true
    return advance()
  }

  /// Takes a message that anyone published, this trustee included.
  public mutating func receive(_ bytes: [UInt8]) -> CeremonyOutcome {
    let failures = log.failures.count
    let wasFinished = round == .finished
    var event = log.receive(bytes)
    let messages = advance()
    if log.failures.count > failures {
      event = .failed(log.failures[failures])
    } else if round == .finished && !wasFinished {
      event = .finished
    } else if event == .finished {
      event = .accepted
    }
    return CeremonyOutcome(messages: messages, event: event)
  }

  /// Does all that can be done with the messages there are.
  private mutating func advance() -> [[UInt8]] {
    var sent: [[UInt8]] = []
    guard isStarted else { return sent }
    while log.failures.isEmpty, let body = nextMessage() {
      let message = CeremonyMessage(body, sender: trustee, log.configuration, signingKey: signingKey)
      _ = log.receive(message)
      sent.append(message.encoded)
    }
    return sent
  }

  /// The next thing that this trustee has to say, in the order of the protocol.
  private mutating func nextMessage() -> CeremonyMessage.Body? {
    if log.commit(of: trustee) == nil {
      return .commit(digest: ownReveal.digest(trustee: trustee, ceremony: parameters.ceremony))
    }
    // Nobody sees this trustee's commitments before all others are bound to theirs.
    guard log.confirmationDigest != nil else { return nil }
    if log.reveal(of: trustee) == nil { return .reveal(ownReveal) }
    guard log.thresholdKeys != nil else { return nil }
    if let recipient = others.first(where: { log.share(from: trustee, to: $0) == nil }) { return sealedShare(for: recipient) }
    if let complaint = openShares() { return complaint }
    guard shares.allSatisfy({ $0 != nil }), log.confirmation(of: trustee) == nil else { return nil }
    return log.confirmationDigest.map { .confirmation(digest: $0) }
  }
}

// MARK: - How far it is

extension KeyCeremony {
  /// Ceremony, number of trustees, threshold.
  public var parameters: CeremonyParameters { log.configuration.parameters }

  /// Whether this trustee has committed itself to another dealing than that of this seed: the seed is not the one it began with.
  public var hasForeignCommit: Bool {
    guard case .commit(let digest) = log.commit(of: trustee)?.body else { return false }
    return digest != ownReveal.digest(trustee: trustee, ceremony: parameters.ceremony)
  }

  /// Why the ceremony has failed, one entry a culprit.
  public var failures: [CeremonyFailure] { log.failures }

  /// Where the ceremony stands for this trustee.
  public var round: CeremonyRound {
    // Shares between others do not matter to this trustee, so the log's own answer serves only before and after that round.
    if log.thresholdKeys == nil || !log.failures.isEmpty { return log.round }
    if shares.contains(where: { $0 == nil }) { return .share }
    return log.isComplete ? .finished : .confirm
  }

  /// The trustees whose message is awaited in this round, ascending.
  public var missing: [Int] {
    switch round {
    case .commit, .reveal: log.missing
    case .share: dealersAwaited
    case .confirm: parameters.indices.filter { log.confirmation(of: $0) == nil }
    case .finished, .failed: []
    }
  }

  /// The result, once all confirmations agree.
  public var result: KeyCeremonyResult? {
    guard round == .finished, let dealings = log.dealings, let keys = log.keys else { return nil }
    guard let shares = secretShares else { return nil }
    return KeyCeremonyResult(parameters: parameters, dealings: dealings, keys: keys, shares: shares)
  }

  /// This trustee's secret shares, once every dealer's part of them has come and is good. The ceremony may still fail: they are of use only when the result is there.
  ///
  /// **Keep them durably before sending the confirmation**: whoever has confirmed may find the sealed shares deleted.
  public var secretShares: SecretShares? {
    guard shares.allSatisfy({ $0 != nil }) else { return nil }
    let values = PerKey { purpose in shares.reduce(Scalar.zero) { $0 + ($1?[purpose] ?? .zero) } }
    return SecretShares(trustee: trustee, values: values, drawSeed: drawSeed)
  }

  /// *fᵢ(j)* of each key.
  private func dealt(to index: Int) -> PerKey<Scalar> { PerKey { polynomials[$0].evaluated(at: index) } }

  private var others: [Int] { parameters.indices.filter { $0 != trustee } }

  private var dealersAwaited: [Int] { others.filter { shares[$0 - 1] == nil } }
}

// MARK: - Secrets

extension KeyCeremony {
  private var ownReveal: Reveal {
    let commitments = PerKey { purpose in
      var random = secretSeed.random(for: .dealerProof, peer: purpose.rawValue, trustee: trustee, parameters)
      return DealerCommitment(to: polynomials[purpose], by: trustee, for: purpose, parameters, using: &random)
    }
    var drawKey = Ed25519.PrivateKey(seed: drawSeed)
    defer { drawKey.wipe() }
    return Reveal(
      dealing: Dealing(commitments: commitments, drawKey: drawKey.publicKey), transport: .generatorMultiple(transportSecret))
  }

  private func sealedShare(for recipient: Int) -> CeremonyMessage.Body? {
    guard let transport = log.deals[recipient - 1]?.transport else { return nil }
    var random = secretSeed.random(for: .share, peer: UInt64(recipient), trustee: trustee, parameters)
    var shares = dealt(to: recipient)
    defer { shares.wipe() }
    return .share(
      SealedShare(
        shares, from: trustee, to: recipient, transport: transport, ceremony: parameters.ceremony, cipher: Cipher.self,
        using: &random))
  }

  /// Opens the shares that have come; a complaint about the first that is bad.
  private mutating func openShares() -> CeremonyMessage.Body? {
    for dealer in dealersAwaited {
      guard let message = log.share(from: dealer, to: trustee), case .share(let sealed) = message.body,
        let deal = log.deals[dealer - 1], sealed.transport == log.deals[trustee - 1]?.transport
      else { continue }
      let shared = transportSecret * sealed.ephemeral
      if let good = log.goodShares(sealed, from: dealer, shared: shared, dealing: deal.dealing) {
        shares[dealer - 1] = good
      } else if log.complaint(by: trustee, about: dealer) == nil, let commit = log.commit(of: dealer) {
        return complaint(about: dealer, sealed, shared: shared, [commit.encoded, message.encoded])
      }
    }
    return nil
  }

  private func complaint(
    about dealer: Int, _ sealed: SealedShare, shared: RistrettoPoint, _ evidence: [[UInt8]]
  ) -> CeremonyMessage.Body {
    var random = secretSeed.random(for: .complaint, peer: UInt64(dealer), trustee: trustee, parameters)
    let statement = Complaint.statement(
      accuser: trustee, accused: dealer, transport: sealed.transport, ephemeral: sealed.ephemeral, shared: shared,
      ceremony: parameters.ceremony)
    let proof = EqualityProof.prove(secret: transportSecret, base: sealed.ephemeral, statement: statement, using: &random)
    return .complaint(Complaint(accused: dealer, shared: shared, proof: proof, commit: evidence[0], share: evidence[1]))
  }
}

extension KeyCeremony: CustomStringConvertible {
  /// Nothing about secrets, so that a log line cannot give them away.
  public var description: String { "key ceremony" }
}
