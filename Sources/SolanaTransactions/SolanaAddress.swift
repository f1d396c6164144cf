import Curve25519

/// An account of Solana: a public key of Ed25519, or 32 bytes that somebody derived.
public struct SolanaAddress: Hashable, Sendable, Comparable {
  /// As messages have it.
  public let bytes: Bytes32

  /// The account of these bytes.
  public init(_ bytes: Bytes32) { self.bytes = bytes }

  /// The account that people write so; `nil` for anything but the base58 of 32 bytes.
  public init?(text: [UInt8]) {
    guard let bytes = Base58.decode(text, count: 32), let key = Bytes32(bytes) else { return nil }
    self.bytes = key
  }

  /// An account of the network itself.
  private init(_ name: StaticString) {
    let text = Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    guard let address = SolanaAddress(text: text) else { preconditionFailure("the base58 of 32 bytes") }
    self = address
  }

  /// The account `SHA-256(base ‖ seed ‖ system program)`, which the base's key may make without a key of the account's own.
  ///
  /// - Precondition: a seed of at most 32 bytes.
  public static func derived(from base: SolanaAddress, seed: [UInt8]) -> SolanaAddress {
    precondition(seed.count <= 32, "a seed of at most 32 bytes")
    return SolanaAddress(Bytes32(SHA256.hash(base.bytes.bytes + seed + systemProgram.bytes.bytes).span))
  }

  /// Base58, ASCII.
  public var text: [UInt8] { Base58.encode(bytes.bytes) }

  /// Makes accounts, moves money, keeps nonces.
  public static let systemProgram = SolanaAddress(.zero)
  /// Sets the limit and the price of computing.
  public static let computeBudgetProgram = SolanaAddress("ComputeBudget111111111111111111111111111111")
  /// Writes text into the ledger; version 2.
  public static let memoProgram = SolanaAddress("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
  /// Where instructions on nonces look for recent blockhashes.
  public static let recentBlockhashes = SolanaAddress("SysvarRecentB1ockHashes11111111111111111111")
  /// What accounts must hold.
  public static let rent = SolanaAddress("SysvarRent111111111111111111111111111111111")

  public static func < (a: SolanaAddress, b: SolanaAddress) -> Bool { a.bytes < b.bytes }
}

extension SolanaAddress: CustomStringConvertible {
  public var description: String { String(decoding: text, as: UTF8.self) }
}

/// A signature of Ed25519 on a message; a transaction is named by its first.
public struct SolanaSignature: Hashable, Sendable {
  /// R ‖ S, 64 bytes.
  public let bytes: [UInt8]

  /// `nil` for anything but 64 bytes. Nothing is verified.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 64 else { return nil }
    self.bytes = bytes
  }

  /// The signature that people write so; `nil` for anything but the base58 of 64 bytes.
  public init?(text: [UInt8]) {
    guard let bytes = Base58.decode(text, count: 64) else { return nil }
    self.bytes = bytes
  }

  /// Base58, ASCII.
  public var text: [UInt8] { Base58.encode(bytes) }
}

extension SolanaSignature: CustomStringConvertible {
  public var description: String { String(decoding: text, as: UTF8.self) }
}
