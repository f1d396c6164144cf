import Curve25519

/// Why bytes are not a message of a ceremony.
///
/// Anyone can make bytes that nobody signed: only a good signature lets a trustee be blamed.
public enum CeremonyMessageError: Error, Equatable, Sendable {
  /// Shorter or longer than any message.
  case badLength(Int)
  /// A message of another ceremony.
  case otherCeremony
  /// There is no trustee with this number.
  case unknownSender(Int)
  /// Not signed by the trustee that it names, or for another threshold or other trustees.
  case badSignature(claimedSender: Int)
  /// Signed by its sender, but not the encoding of a message.
  case malformed(sender: Int, CodecError)
  /// Signed by its sender, but about itself or about a trustee that there is not.
  case misaddressed(sender: Int)

  /// The trustee that signed what it must not.
  public var culprit: Int? {
    switch self {
    case .malformed(let sender, _), .misaddressed(let sender): sender
    case .badLength, .otherCeremony, .unknownSender, .badSignature: nil
    }
  }
}

/// A signed message of a key ceremony (`docs/spec/04-trustees.md`, 4.2): `kind ‖ ceremony ‖ sender ‖ body ‖ signature`.
public struct CeremonyMessage: Equatable, Sendable {
  /// What a message says.
  public enum Body: Equatable, Sendable {
    /// Kind 1: the digest of the sender's reveal.
    case commit(digest: Bytes32)
    /// Kind 2.
    case reveal(Reveal)
    /// Kind 3.
    case share(SealedShare)
    /// Kind 4.
    case complaint(Complaint)
    /// Kind 5: the digest of all dealers' commits.
    case confirmation(digest: Bytes32)
  }

  /// Bytes before the body.
  private static let headerLength = 34
  /// Bytes after the body.
  private static let signatureLength = 64
  /// Bytes of a commit message.
  static let commitLength = headerLength + 32 + signatureLength
  /// Bytes of a share message.
  static let shareLength = headerLength + 65 + SealedShare.sealedLength + signatureLength
  /// No message is longer: a reveal with a threshold of 50 has 5154 bytes.
  public static let maximumLength = 5248

  /// The trustee that signed.
  public let sender: Int
  /// What it says.
  public let body: Body
  /// The whole message, signature included.
  public let encoded: [UInt8]

  /// The bytes that are signed. Messages are the same where these are: a signer could sign the same words twice.
  public var signedPart: [UInt8] { Array(encoded.dropLast(Self.signatureLength)) }
}

// MARK: - Signing

extension CeremonyMessage {
  /// Signs a message. Constant time in the key.
  public init(_ body: Body, sender: Int, _ configuration: CeremonyConfiguration, signingKey: Ed25519.PrivateKey) {
    var writer = ByteWriter(capacity: 256)
    writer.u8(Self.kind(body))
    writer.b32(configuration.parameters.ceremony)
    writer.u8(UInt8(sender))
    Self.encode(body, to: &writer)
    let signature = signingKey.sign(Self.signedText(writer.bytes, configuration))
    self.sender = sender
    self.body = body
    encoded = writer.bytes + signature
  }

  /// `comitia ceremony message/v1`, a line feed, the configuration's digest, and the message before its signature.
  ///
  /// A trustee that was told of another threshold or of other keys signs nothing that counts here: it cannot be made to look faulty.
  static func signedText(_ message: some Sequence<UInt8>, _ configuration: CeremonyConfiguration) -> [UInt8] {
    let text: StaticString = "comitia ceremony message/v1\n"
    return Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) + configuration.digest.bytes + message
  }
}

// MARK: - Reading

extension CeremonyMessage {
  /// Reads a message of this ceremony, checks its signature, then its body.
  ///
  /// Variable time: messages are public.
  public init(_ bytes: [UInt8], _ configuration: CeremonyConfiguration) throws(CeremonyMessageError) {
    guard bytes.count >= Self.headerLength + Self.signatureLength, bytes.count <= Self.maximumLength else {
      throw .badLength(bytes.count)
    }
    let sender = try Self.authenticate(bytes, configuration)
    do throws(CodecError) {
      var reader = ByteReader(bytes, Self.headerLength..<bytes.count - Self.signatureLength)
      body = try Self.body(kind: bytes[0], from: &reader, threshold: configuration.parameters.threshold)
      try reader.finish()
    } catch { throw .malformed(sender: sender, error) }
    if let peer = Self.peer(body), peer == sender || !configuration.parameters.indices.contains(peer) {
      throw .misaddressed(sender: sender)
    }
    self.sender = sender
    encoded = bytes
  }

  /// The trustee that signed these bytes for this ceremony.
  private static func authenticate(
    _ bytes: [UInt8], _ configuration: CeremonyConfiguration
  ) throws(CeremonyMessageError) -> Int {
    guard Bytes32(bytes.span, at: 1) == configuration.parameters.ceremony else { throw .otherCeremony }
    let sender = Int(bytes[headerLength - 1])
    guard configuration.parameters.indices.contains(sender) else { throw .unknownSender(sender) }
    let text = signedText(bytes.dropLast(signatureLength), configuration)
    let signature = Array(bytes.suffix(signatureLength))
    guard Ed25519.verify(signature: signature, message: text, publicKey: configuration.signingKeys[sender - 1]) else {
      throw .badSignature(claimedSender: sender)
    }
    return sender
  }

  /// The other trustee that a share or a complaint is about.
  private static func peer(_ body: Body) -> Int? {
    switch body {
    case .share(let share): share.recipient
    case .complaint(let complaint): complaint.accused
    case .commit, .reveal, .confirmation: nil
    }
  }

  private static func kind(_ body: Body) -> UInt8 {
    switch body {
    case .commit: 1
    case .reveal: 2
    case .share: 3
    case .complaint: 4
    case .confirmation: 5
    }
  }

  private static func body(kind: UInt8, from reader: inout ByteReader, threshold: Int) throws(CodecError) -> Body {
    switch kind {
    case 1: .commit(digest: try reader.b32("digest"))
    case 2: .reveal(try Reveal(from: &reader, threshold: threshold))
    case 3: .share(try SealedShare(from: &reader))
    case 4: .complaint(try Complaint(from: &reader))
    case 5: .confirmation(digest: try reader.b32("digest"))
    default: throw .outOfRange(field: FieldName("kind"))
    }
  }

  private static func encode(_ body: Body, to writer: inout ByteWriter) {
    switch body {
    case .commit(let digest), .confirmation(let digest): writer.b32(digest)
    case .reveal(let reveal): reveal.encode(to: &writer)
    case .share(let share): share.encode(to: &writer)
    case .complaint(let complaint): complaint.encode(to: &writer)
    }
  }
}
