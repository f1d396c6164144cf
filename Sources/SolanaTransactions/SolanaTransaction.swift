import Curve25519

/// A message with the signatures of its first accounts, in their order.
public struct SolanaTransaction: Equatable, Sendable {
  /// One a signer; the first names the transaction.
  public let signatures: [SolanaSignature]
  /// What was signed.
  public let message: SolanaMessage

  /// Puts signatures that were made elsewhere to a message; `nil` unless there is one for each signer.
  public init?(_ message: SolanaMessage, signatures: [SolanaSignature]) {
    guard signatures.count == message.signers else { return nil }
    self.message = message
    self.signatures = signatures
  }

  /// Reads a transaction, strictly; signatures are not verified.
  public init(_ bytes: [UInt8]) throws(CodecError) {
    guard bytes.count <= SolanaMessage.packetLength else { throw .outOfRange(field: FieldName("transaction")) }
    var reader = ByteReader(bytes)
    let count = try reader.compact("signatures")
    var signatures: [SolanaSignature] = []
    for _ in 0..<count {
      let bytes = try reader.raw(64, "signature")
      if let signature = SolanaSignature(bytes) { signatures.append(signature) }
    }
    self.signatures = signatures
    message = try SolanaMessage(from: &reader)
    guard count == message.signers else { throw .outOfRange(field: FieldName("signatures")) }
    try reader.finish()
  }

  /// As it is sent.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: SolanaMessage.packetLength)
    writer.compact(signatures.count)
    for signature in signatures { writer.raw(signature.bytes) }
    message.write(to: &writer)
    return writer.bytes
  }

  /// What names it on the network.
  public var id: SolanaSignature { signatures[0] }

  /// Whether all signatures are good (`docs/spec/02-primitives.md`, 2.7). Variable time: public.
  public var isSigned: Bool {
    let bytes = message.encoded
    return signatures.indices.allSatisfy {
      Ed25519.verify(signature: signatures[$0].bytes, message: bytes, publicKey: message.accounts[$0].bytes)
    }
  }
}
