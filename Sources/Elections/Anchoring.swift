import Curve25519

/// Where an election's board is anchored, and how much of it (`docs/spec/06-record.md`, 6.1; chapter 12).
public struct ElectionAnchoring: Equatable, Sendable {
  /// What is written of the election (12.2).
  public enum Mode: UInt8, Sendable, CaseIterable {
    /// The state of the board, now and then, under one root with all boards of the service.
    case checkpoint = 1
    /// That, and the leaf hash of every ballot, many in a transaction.
    case batch = 2
    /// That, and the leaf hash of every ballot in a transaction of its own.
    case each = 3
  }

  /// Bytes of a contract's address.
  public static let contractLength = 20
  /// The largest number of a chain: one that every reader of JSON holds.
  public static let largestChain: UInt64 = 1 << 53 - 1

  /// What is written.
  public let mode: Mode
  /// The number of the chain (EIP-155), at least 1.
  public let chain: UInt64
  /// The address of the `VoteRegistry`, 20 bytes.
  public let contract: [UInt8]

  /// Anchoring; `nil` if there is no such chain, or the address has not 20 bytes or is zero.
  public init?(mode: Mode, chain: UInt64, contract: [UInt8]) {
    guard (1...Self.largestChain).contains(chain), contract.count == Self.contractLength, contract.contains(where: { $0 != 0 })
    else { return nil }
    self.mode = mode
    self.chain = chain
    self.contract = contract
  }

  /// The contract's address for people: `0x` and 40 lower-case hexadecimal digits.
  public var contractText: String {
    var digits = Array("0x".utf8)
    for byte in contract {
      for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? digit + 0x30 : digit + 0x57) }
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Whether the leaf hash of every ballot is written.
  public var recordsBallots: Bool { mode != .checkpoint }

  /// Reads what a manifest says; `nil`: the election is not anchored.
  static func read(_ reader: inout ByteReader) throws(CodecError) -> ElectionAnchoring? {
    let number = try reader.u8("anchoring")
    if number == 0 { return nil }
    guard let mode = Mode(rawValue: number) else { throw .outOfRange(field: FieldName("anchoring")) }
    let chain = try reader.u64("chain")
    let contract = try reader.raw(contractLength, "contract")
    guard let anchoring = ElectionAnchoring(mode: mode, chain: chain, contract: contract) else {
      throw .outOfRange(field: FieldName("chain or contract"))
    }
    return anchoring
  }

  /// Writes what `read` reads.
  static func write(_ anchoring: ElectionAnchoring?, _ writer: inout ByteWriter) {
    writer.u8(anchoring?.mode.rawValue ?? 0)
    guard let anchoring else { return }
    writer.u64(anchoring.chain)
    writer.raw(anchoring.contract)
  }
}
