import Curve25519

/// Where a result stands on Solana, as the record keeps it (13.5): the transaction itself, so that the trustees' signature on it is checked without asking anybody.
public struct ResultAnchorProof: Equatable, Sendable {
  /// Where the file stands in a record.
  public static let path = Array("anchor-solana".utf8)

  /// Which network: the hash of its first block.
  public let network: Bytes32
  /// In which slot the network has it.
  public let slot: UInt64
  /// The transaction.
  public let transaction: SolanaTransaction

  /// A transaction that was seen on a network.
  public init(network: Bytes32, slot: UInt64, transaction: SolanaTransaction) {
    self.network = network
    self.slot = slot
    self.transaction = transaction
  }

  /// Reads a file, strictly; the signature is not verified.
  public init(_ bytes: [UInt8]) throws(CodecError) {
    var reader = ByteReader(bytes)
    guard try reader.raw(8, "name of the file") == Self.name else { throw .outOfRange(field: FieldName("name of the file")) }
    guard try reader.u16("version") == 1 else { throw .outOfRange(field: FieldName("version")) }
    network = try reader.b32("network")
    slot = try reader.u64("slot")
    transaction = try SolanaTransaction(try reader.counted("transaction", maximum: SolanaMessage.packetLength))
    try reader.finish()
  }

  /// The file.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 512)
    writer.raw(Self.name)
    writer.u16(1)
    writer.b32(network)
    writer.u64(slot)
    writer.counted(transaction.encoded)
    return writer.bytes
  }

  /// Whether the trustees of this joint key have so marked this certificate. That the network has the transaction only the network shows.
  public func shows(election: Bytes32, certificate: [UInt8], jointKey: Bytes32) -> Bool {
    guard let account = transaction.message.firstNamed,
      let anchor = ResultAnchor(election: election, certificate: certificate, jointKey: jointKey, nonceAccount: account)
    else { return false }
    return anchor.isAnchored(by: transaction)
  }

  private static var name: [UInt8] {
    let name: StaticString = "COMITIAX"
    return Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }
}

extension SolanaMessage {
  /// The account that the first instruction names first: of a mark, the nonce account.
  var firstNamed: SolanaAddress? { instructions.first?.accounts.first.map { accounts[Int($0)] } }
}
