import Curve25519

/// What a signer publishes of a nonce that it holds: *D = d·B* and *E = e·B* (RFC 9591, 5.1).
///
/// Variable time: public.
public struct SigningCommitment: Sendable {
  /// Bytes in a commitment.
  public static let encodedLength = 64

  /// Whose it is.
  public let trustee: Int
  /// The encoding of the hiding commitment *D*.
  public let hiding: Bytes32
  /// The encoding of the binding commitment *E*.
  public let binding: Bytes32
  // The points of these encodings.
  let hidingPoint: EdwardsPoint
  let bindingPoint: EdwardsPoint

  /// Commits to a nonce of one's own.
  init(trustee: Int, hidingPoint: EdwardsPoint, bindingPoint: EdwardsPoint) {
    self.trustee = trustee
    self.hidingPoint = hidingPoint
    self.bindingPoint = bindingPoint
    hiding = hidingPoint.encoded
    binding = bindingPoint.encoded
  }
}

extension SigningCommitment: Equatable {
  /// Whether signer and points are the same.
  public static func == (a: SigningCommitment, b: SigningCommitment) -> Bool {
    a.trustee == b.trustee && a.hiding == b.hiding && a.binding == b.binding
  }
}

// MARK: - Codec

extension SigningCommitment {
  /// Reads `hiding ‖ binding` of a signer known otherwise. Refused where a point is not canonical, is the identity or has torsion.
  public init(from reader: inout ByteReader, trustee: Int) throws(CodecError) {
    let hiding = try reader.b32("hiding commitment")
    guard let hidingPoint = Self.point(hiding) else { throw .invalidEncoding(field: FieldName("hiding commitment")) }
    let binding = try reader.b32("binding commitment")
    guard let bindingPoint = Self.point(binding) else { throw .invalidEncoding(field: FieldName("binding commitment")) }
    self.trustee = trustee
    self.hiding = hiding
    self.binding = binding
    self.hidingPoint = hidingPoint
    self.bindingPoint = bindingPoint
  }

  /// Reads a commitment and nothing else.
  public init(_ encoding: [UInt8], trustee: Int) throws(CodecError) {
    var reader = ByteReader(encoding)
    try self.init(from: &reader, trustee: trustee)
    try reader.finish()
  }

  /// Writes `hiding ‖ binding`.
  public func encode(to writer: inout ByteWriter) {
    writer.b32(hiding)
    writer.b32(binding)
  }

  /// `hiding ‖ binding`.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.encodedLength)
    encode(to: &writer)
    return writer.bytes
  }

  /// DeserializeElement (RFC 9591, 6.1).
  private static func point(_ encoding: Bytes32) -> EdwardsPoint? {
    guard let point = EdwardsPoint(encoding), point != .identity, point.isTorsionFree else { return nil }
    return point
  }
}

/// The signers of a session with their commitments, as the coordinator hands them out: `count u8 ‖ count × (trustee u8 ‖ hiding ‖ binding)`,
/// trustees strictly ascending.
public enum SigningCommitmentList {
  /// Reads a list of at most `maximum` signers and nothing else. Whether they are enough, and who they are, `SigningSession` checks.
  public static func decode(_ encoding: [UInt8], maximum: Int) throws(CodecError) -> [SigningCommitment] {
    var reader = ByteReader(encoding)
    let count = Int(try reader.u8("signers"))
    guard count <= maximum else { throw .outOfRange(field: FieldName("signers")) }
    var commitments: [SigningCommitment] = []
    commitments.reserveCapacity(count)
    var last = 0
    for _ in 0..<count {
      let trustee = Int(try reader.u8("signer"))
      guard trustee > last else { throw .outOfRange(field: FieldName("signer")) }
      last = trustee
      commitments.append(try SigningCommitment(from: &reader, trustee: trustee))
    }
    try reader.finish()
    return commitments
  }

  /// Writes a list.
  ///
  /// - Precondition: trustees ascend and fit one byte, as in a `SigningSession`.
  public static func encode(_ commitments: [SigningCommitment]) -> [UInt8] {
    var writer = ByteWriter(capacity: 1 + 65 * commitments.count)
    writer.u8(UInt8(commitments.count))
    for commitment in commitments {
      writer.u8(UInt8(commitment.trustee))
      commitment.encode(to: &writer)
    }
    return writer.bytes
  }
}
