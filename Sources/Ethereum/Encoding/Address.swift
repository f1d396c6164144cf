import Curve25519

/// The address of an account or contract: 20 bytes. As text with the capitals of EIP-55, which find slips of the pen.
public struct Address: Hashable, Sendable {
  /// 20 of them.
  public let bytes: [UInt8]

  /// `nil` unless 20 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 20 else { return nil }
    self.bytes = bytes
  }

  /// From text with `0x`. Where it has capitals and small letters, they must be those of EIP-55.
  public init?(_ text: String) {
    guard let bytes = Hexadecimal.bytes(text), let address = Address(bytes) else { return nil }
    let digits = text.dropFirst(2)
    let isOfOneCase = digits == digits.lowercased()[...] || digits == digits.uppercased()[...]
    guard isOfOneCase || address.description == text else { return nil }
    self = address
  }

  /// The address that belongs to a public key of 64 bytes, without the byte in front that tells its form.
  init(publicKey: some Collection<UInt8>) { bytes = Array(Keccak256.hash(Array(publicKey)).bytes.suffix(20)) }

  /// The address of the contract that an account makes by its transaction of this number.
  public func contract(nonce: UInt64) -> Address {
    let hash = Keccak256.hash(RLPItem.list([.bytes(bytes), .number(nonce)]).encoded)
    return Address(last20: hash)
  }

  /// The last 20 of 32 bytes.
  init(last20 hash: Bytes32) { bytes = Array(hash.bytes.suffix(20)) }
}

extension Address: CustomStringConvertible {
  /// `0x` and 40 digits with the capitals of EIP-55.
  public var description: String {
    let digits = Hexadecimal.digits(bytes)
    let hash = Keccak256.hash(Array(digits.utf8))
    let letters = digits.enumerated().map { index, letter in
      hash[index / 2] >> (index.isMultiple(of: 2) ? 4 : 0) & 8 == 8 ? letter.uppercased() : String(letter)
    }
    return "0x" + letters.joined()
  }
}
