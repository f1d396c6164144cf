import CSodium
import Curve25519

/// Any 32 bytes: what decodes encodes to the same bytes, and libsodium accepts exactly the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 33) else { return 0 }
  // One in two inputs is made a valid encoding with a small change, which random bytes almost never are.
  var bytes = input.bytes(32, at: 1)
  if input[0] & 1 == 1 {
    bytes = RistrettoPoint(uniform: SHA512.hash(bytes)).encoded.bytes
    if input[0] & 2 == 2 { bytes[Int(input[0] >> 3)] ^= 1 << (input.last & 7) }
  }
  checkRistretto(bytes)
  checkEdwards(bytes)
  return 0
}

func checkRistretto(_ bytes: [UInt8]) {
  let point = Bytes32(bytes).flatMap { RistrettoPoint($0) }
  // libsodium 1.0.18 ignores bit 255; RFC 9496 does not.
  let expected = bytes[31] < 128 && crypto_core_ristretto255_is_valid_point(bytes) == 1
  precondition((point != nil) == expected, "libsodium disagrees")
  guard let point else { return }
  precondition(point.encoded.bytes == bytes, "two encodings of one element")
  precondition(RistrettoPoint.doubledEncodings([point]) == [point.doubled().encoded], "batch encoding differs")
}

func checkEdwards(_ bytes: [UInt8]) {
  let point = Bytes32(bytes).flatMap { EdwardsPoint($0) }
  let valid = point.map { $0.isTorsionFree && !$0.isSmallOrder } ?? false
  precondition(valid == (crypto_core_ed25519_is_valid_point(bytes) == 1), "libsodium disagrees")
  if let point { precondition(point.encoded.bytes == bytes, "two encodings of one point") }
}
