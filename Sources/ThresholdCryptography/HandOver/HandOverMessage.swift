import Curve25519

/// Why bytes are not a message of a hand-over. Only a good signature lets a trustee be blamed.
public enum HandOverMessageError: Error, Equatable, Sendable {
  /// Shorter or longer than any message.
  case badLength(Int)
  /// A message of another hand-over.
  case otherHandOver
  /// An unknown kind, or no trustee with this number that may say this.
  case unknownSender(Int)
  /// Not signed by the trustee that it names.
  case badSignature(claimedSender: Int)
  /// The sealed shares, which are not signed themselves, are not those that the dealer has signed the hash of.
  case otherShares
  /// Signed by its sender, but not the encoding of a message.
  case malformed(sender: HandOverParty, CodecError)
}

/// Who says something in a hand-over: a number alone may be another person before and after.
public enum HandOverParty: Equatable, Hashable, Sendable {
  /// A trustee of before.
  case old(Int)
  /// A trustee of afterwards.
  case new(Int)
}

/// A new trustee's claim that what a dealer sealed for it is bad, made so that everyone can judge it.
public struct HandOverComplaint: Equatable, Sendable {
  /// The dealer's old number.
  public let accused: Int
  /// The digest of the deal complained about.
  public let deal: Bytes32
  /// *P = eⱼ·Eᵢ*.
  public let shared: RistrettoPoint
  /// Proof that the accuser's transport secret made *P*.
  public let proof: EqualityProof

  /// A complaint received from elsewhere.
  public init(accused: Int, deal: Bytes32, shared: RistrettoPoint, proof: EqualityProof) {
    self.accused = accused
    self.deal = deal
    self.shared = shared
    self.proof = proof
  }
}

/// A signed message of a hand-over (`docs/spec/04-trustees.md`, 4.6): `kind ‖ id ‖ sender ‖ body ‖ signature`, and behind a deal its sealed shares.
public struct HandOverMessage: Equatable, Sendable {
  /// What a message says.
  public enum Body: Equatable, Sendable {
    /// Kind 1, by a new trustee: what it brings.
    case acceptance(HandOverRecipient)
    /// Kind 2, by a dealer: what is public, and the sealed shares of all new trustees, one after another.
    case deal(HandOverDeal, shares: [UInt8])
    /// Kind 3, by a new trustee.
    case complaint(HandOverComplaint)
    /// Kind 4, by a new trustee: its shares are good, and kept.
    case confirmation(digest: Bytes32)
  }

  private static let headerLength = 34
  private static let signatureLength = 64
  /// No message is shorter: a confirmation.
  public static let shortest = headerLength + 32 + signatureLength
  /// No message is longer: a deal at fifty trustees, all of them needed, has 10 658 bytes.
  public static let longest = 10_752

  /// Who signed.
  public let sender: HandOverParty
  /// What it says.
  public let body: Body
  /// The whole message.
  public let encoded: [UInt8]

  /// Signs a message. Constant time in the key.
  public init(_ body: Body, sender: Int, _ subject: HandOverSubject, signingKey: Ed25519.PrivateKey) {
    let text = Self.signedText(body, sender: sender, subject)
    self.body = body
    self.sender = Self.party(body, sender)
    var bytes = Array(text.dropFirst(Self.heading(subject.list).count)) + signingKey.sign(text)
    if case .deal(_, let shares) = body { bytes += shares }
    encoded = bytes
  }

  /// What is signed: `comitia hand-over message/v1`, a line feed, the list's digest, and the message before its signature. Messages are the same where this
  /// is.
  public static func signedText(_ body: Body, sender: Int, _ subject: HandOverSubject) -> [UInt8] {
    var writer = ByteWriter(capacity: 256)
    writer.raw(heading(subject.list))
    writer.u8(kind(body))
    writer.b32(subject.id)
    writer.u8(UInt8(sender))
    switch body {
    case .acceptance(let recipient):
      writer.b32(recipient.transport.encoded)
      writer.b32(recipient.drawKey)
    case .deal(let deal, _): deal.encode(to: &writer)
    case .complaint(let complaint):
      writer.u8(UInt8(complaint.accused))
      writer.b32(complaint.deal)
      writer.b32(complaint.shared.encoded)
      complaint.proof.encode(to: &writer)
    case .confirmation(let digest): writer.b32(digest)
    }
    return writer.bytes
  }

  private static func heading(_ list: Bytes32) -> [UInt8] {
    let text: StaticString = "comitia hand-over message/v1\n"
    return Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) + list.bytes
  }

  private static func kind(_ body: Body) -> UInt8 {
    switch body {
    case .acceptance: 1
    case .deal: 2
    case .complaint: 3
    case .confirmation: 4
    }
  }

  private static func party(_ body: Body, _ number: Int) -> HandOverParty {
    if case .deal = body { .old(number) } else { .new(number) }
  }

  /// The number of whoever signed.
  public var number: Int {
    switch sender {
    case .old(let number), .new(let number): number
    }
  }

  /// The signature.
  public var signature: [UInt8] {
    var end = encoded.count
    if case .deal(_, let shares) = body { end -= shares.count }
    return Array(encoded[end - Self.signatureLength..<end])
  }

  /// What is signed.
  func signedText(_ subject: HandOverSubject) -> [UInt8] { Self.signedText(body, sender: number, subject) }
}

// MARK: - Reading

extension HandOverMessage {
  /// Reads a message of this hand-over, checks its signature, then its body. Variable time: messages are public.
  public init(_ bytes: [UInt8], _ configuration: HandOverConfiguration) throws(HandOverMessageError) {
    guard bytes.count >= Self.shortest, bytes.count <= Self.longest else { throw .badLength(bytes.count) }
    let sender = try Self.claimedSender(bytes, configuration)
    let isDeal = bytes[0] == 2
    let shares = isDeal ? Array(bytes.suffix(configuration.newSigningKeys.count * SealedShare.sealedLength)) : []
    let end = bytes.count - shares.count
    guard end >= Self.shortest else { throw .badLength(bytes.count) }
    try Self.authenticate(bytes, end: end, sender, configuration)
    do throws(CodecError) {
      var reader = ByteReader(bytes, Self.headerLength..<end - Self.signatureLength)
      body = try Self.body(bytes[0], from: &reader, number: Int(bytes[33]), shares, configuration)
      try reader.finish()
    } catch { throw .malformed(sender: sender, error) }
    if case .deal(let deal, let shares) = body, Bytes32(SHA256.hash(shares).span) != deal.sharesHash { throw .otherShares }
    self.sender = sender
    encoded = bytes
  }

  private static func claimedSender(
    _ bytes: [UInt8], _ configuration: HandOverConfiguration
  ) throws(HandOverMessageError) -> HandOverParty {
    guard Bytes32(bytes.span, at: 1) == configuration.id else { throw .otherHandOver }
    let number = Int(bytes[headerLength - 1])
    if bytes[0] == 2 {
      guard configuration.dealers.contains(number) else { throw .unknownSender(number) }
      return .old(number)
    }
    guard (1...4).contains(bytes[0]), configuration.indices.contains(number) else { throw .unknownSender(number) }
    return .new(number)
  }

  private static func authenticate(
    _ bytes: [UInt8], end: Int, _ sender: HandOverParty, _ configuration: HandOverConfiguration
  ) throws(HandOverMessageError) {
    let number = Int(bytes[headerLength - 1])
    let key =
      switch sender {
      case .old(let number): configuration.oldSigningKeys[number - 1]
      case .new(let number): configuration.newSigningKeys[number - 1]
      }
    let text = heading(configuration.list) + bytes[..<(end - signatureLength)]
    guard Ed25519.verify(signature: Array(bytes[(end - signatureLength)..<end]), message: text, publicKey: key) else {
      throw .badSignature(claimedSender: number)
    }
  }

  private static func body(
    _ kind: UInt8, from reader: inout ByteReader, number: Int, _ shares: [UInt8], _ configuration: HandOverConfiguration
  ) throws(CodecError) -> Body {
    switch kind {
    case 1: return .acceptance(HandOverRecipient(transport: try reader.point("transport"), drawKey: try reader.b32("draw key")))
    case 2:
      return .deal(
        try HandOverDeal(from: &reader, dealer: number, threshold: configuration.threshold), shares: shares)
    case 3:
      let accused = Int(try reader.u8("accused"))
      // Who deals is the service's word, and not signed: a complaint about somebody who does not deal here proves nothing against its sender.
      guard configuration.oldSigningKeys.indices.contains(accused - 1) else { throw .outOfRange(field: FieldName("accused")) }
      let deal = try reader.b32("deal")
      let shared = try reader.point("shared")
      return .complaint(
        HandOverComplaint(accused: accused, deal: deal, shared: shared, proof: try EqualityProof(from: &reader)))
    default: return .confirmation(digest: try reader.b32("digest"))
    }
  }
}
