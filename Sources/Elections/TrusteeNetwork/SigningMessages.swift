import Curve25519
import ThresholdCryptography

/// What the coordinator of a joint signature asks of one trustee (`docs/spec/08-trustee-network.md`, 8.9).
public enum SigningRequest: Equatable, Sendable {
  /// A commitment.
  case commitment
  /// Nothing now.
  case nothing
  /// An answer in the session of these commitments.
  case session([SigningCommitment])

  /// Reads a request.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    switch (encoded.first, encoded.count) {
    case (0, 1): self = .commitment
    case (1, 1): self = .nothing
    case (2, _):
      self = .session(
        try SigningCommitmentList.decode(Array(encoded.dropFirst()), maximum: CeremonyParameters.maximumTrustees))
    default: throw .outOfRange(field: FieldName("kind of request"))
    }
  }

  /// The bytes that are sent.
  public var encoded: [UInt8] {
    switch self {
    case .commitment: [0]
    case .nothing: [1]
    case .session(let commitments): [2] + SigningCommitmentList.encode(commitments)
    }
  }
}

/// What the coordinator of a mark's signature asks of one trustee (`docs/spec/08-trustee-network.md`, 8.14): unlike for the certificate, with the message, of which
/// a trustee cannot know all (`docs/spec/13-anchors-on-solana.md`, 13.2).
public struct MarkingRequest: Equatable, Sendable {
  /// Bytes of the longest message that is read.
  public static let longestMessage = 1232

  /// What is to be signed; empty as long as there is nothing.
  public let message: [UInt8]
  /// What is asked for it.
  public let asked: SigningRequest

  /// A request from its parts.
  public init(message: [UInt8], asked: SigningRequest) {
    self.message = message
    self.asked = asked
  }

  /// Reads a request. Whether its message may be signed is for the trustee to check.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    message = try reader.counted("message", maximum: Self.longestMessage)
    asked = try SigningRequest(try reader.raw(reader.remaining, "request"))
  }

  /// The bytes that are sent.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 1024)
    writer.counted(message)
    writer.raw(asked.encoded)
    return writer.bytes
  }
}

/// What a trustee answers.
public enum SigningAnswer: Equatable, Sendable {
  /// The commitment of a nonce that it holds.
  case commitment(SigningCommitment)
  /// Its share in a session.
  case response(SigningResponse)

  /// Reads an answer of a trustee known otherwise.
  public init(_ encoded: [UInt8], trustee: Int) throws(CodecError) {
    switch encoded.first {
    case 1: self = .commitment(try SigningCommitment(Array(encoded.dropFirst()), trustee: trustee))
    case 2: self = .response(try SigningResponse(Array(encoded.dropFirst()), trustee: trustee))
    default: throw .outOfRange(field: FieldName("kind of answer"))
    }
  }

  /// The bytes that are sent.
  public var encoded: [UInt8] {
    switch self {
    case .commitment(let commitment): [1] + commitment.encoded
    case .response(let response): [2] + response.encoded
    }
  }
}
