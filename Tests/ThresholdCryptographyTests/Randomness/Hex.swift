import Curve25519

/// The bytes of a hexadecimal text, empty where it is none.
func bytes(hex text: String) -> [UInt8] {
  let digits = text.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

/// Thirty-two times the same byte.
func repeated(_ byte: UInt8) -> Bytes32 {
  let bytes = [UInt8](repeating: byte, count: 32)
  return Bytes32(bytes.span)
}
