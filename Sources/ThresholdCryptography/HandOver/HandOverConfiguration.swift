import Curve25519

/// What everybody knows before a hand-over begins (`docs/spec/04-trustees.md`, 4.6): who hands which keys over to whom.
public struct HandOverConfiguration: Equatable, Sendable {
  /// The random id of this attempt.
  public let id: Bytes32
  /// The digest of the list of new trustees, which the dealers' persons have approved.
  public let list: Bytes32
  /// How each key is dealt anew.
  public let resharing: PerKey<Resharing>
  /// The Ed25519 key of old trustee *i* at position *i* − 1: dealers sign with them.
  public let oldSigningKeys: [Bytes32]
  /// The Ed25519 key of new trustee *j* at position *j* − 1.
  public let newSigningKeys: [Bytes32]

  /// The threshold stays.
  ///
  /// - Parameters:
  ///   - keys: with the old public shares.
  ///   - dealers: exactly as many as the threshold, in any order.
  public init(
    id: Bytes32, list: Bytes32, keys: PerKey<ThresholdKey>, dealers: [Int], oldSigningKeys: [Bytes32], newSigningKeys: [Bytes32]
  ) throws(ResharingError) {
    self.id = id
    self.list = list
    self.oldSigningKeys = oldSigningKeys
    self.newSigningKeys = newSigningKeys
    resharing = try PerKey { purpose throws(ResharingError) in
      try Resharing(
        of: keys[purpose], by: dealers, trustees: newSigningKeys.count, threshold: keys[purpose].threshold)
    }
  }

  /// What signatures are for.
  public var subject: HandOverSubject { HandOverSubject(id: id, list: list) }
  /// The old trustees who deal, ascending.
  public var dealers: [Int] { resharing.election.dealers }
  /// *t*.
  public var threshold: Int { resharing.election.threshold }
  /// The numbers of the new trustees, 1 … *n*.
  public var indices: ClosedRange<Int> { 1...newSigningKeys.count }
}

/// What every signature in a hand-over is for. The list tells the election and what goes before: in another, words under the same id are others.
public struct HandOverSubject: Equatable, Sendable {
  /// The id of the attempt.
  public let id: Bytes32
  /// The digest of the list of new trustees.
  public let list: Bytes32

  /// What was received from elsewhere.
  public init(id: Bytes32, list: Bytes32) {
    self.id = id
    self.list = list
  }
}

/// What a new trustee brings: what dealers seal its shares to, and its new draw key.
public struct HandOverRecipient: Equatable, Sendable {
  /// *Eⱼ*.
  public let transport: RistrettoPoint
  /// *Vⱼ*, the key of its own verifiable random function.
  public let drawKey: Bytes32

  /// What was received from elsewhere; `isUsable` checks it.
  public init(transport: RistrettoPoint, drawKey: Bytes32) {
    self.transport = transport
    self.drawKey = drawKey
  }

  /// Whether the transport key is not the identity, and the draw key is a point of the prime-order subgroup other than its identity.
  public var isUsable: Bool {
    guard transport != .identity, let point = EdwardsPoint(drawKey) else { return false }
    return point.isTorsionFree && point != .identity
  }
}

/// What dealers deal on: the configuration, and what all new trustees brought.
public struct HandOverTerms: Equatable, Sendable {
  /// Who, to whom, which keys.
  public let configuration: HandOverConfiguration
  /// Of new trustee *j* at position *j* − 1.
  public let recipients: [HandOverRecipient]
  /// What every deal, and every confirmation, is bound to.
  public let digest: Bytes32

  /// - Precondition: as many recipients as there are new trustees.
  public init(_ configuration: HandOverConfiguration, _ recipients: [HandOverRecipient]) {
    precondition(recipients.count == configuration.newSigningKeys.count, "one recipient for each new trustee")
    self.configuration = configuration
    self.recipients = recipients
    var transcript = Transcript("hand-over")
    transcript.absorb("id", configuration.id)
    transcript.absorb("list", configuration.list)
    transcript.absorb("threshold", UInt64(configuration.threshold))
    transcript.absorb("dealers", configuration.dealers.map { UInt8($0) })
    var bytes: [UInt8] = []
    for recipient in recipients {
      recipient.transport.encoded.append(to: &bytes)
      recipient.drawKey.append(to: &bytes)
    }
    transcript.absorb("recipients", bytes)
    digest = transcript.digest("terms")
  }

  /// What every new trustee confirms.
  ///
  /// - Parameter deals: of all dealers, ascending.
  public func confirmation(of deals: [HandOverDeal]) -> Bytes32 {
    var transcript = Transcript("hand-over confirmation")
    transcript.absorb("terms", digest)
    for deal in deals { transcript.absorb("deal", deal.digest(configuration.subject)) }
    return transcript.digest("confirmation")
  }
}
