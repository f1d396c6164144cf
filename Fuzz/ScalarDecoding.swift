import CSodium
import Curve25519

/// Any bytes: what decodes is below ℓ and encodes to the same bytes; reduction and arithmetic are libsodium's.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 64) else { return 0 }
  let wide = input.bytes(64, at: 0)
  var reduced = [UInt8](repeating: 0, count: 32)
  crypto_core_ristretto255_scalar_reduce(&reduced, wide)
  let scalar = Scalar(wide: wide)
  precondition(scalar.encoded.bytes == reduced, "reduction differs")

  let low = input.bytes(32, at: 0)
  var lowReduced = [UInt8](repeating: 0, count: 32)
  crypto_core_ristretto255_scalar_reduce(&lowReduced, low + [UInt8](repeating: 0, count: 32))
  let decoded = Bytes32(low).flatMap { Scalar(canonical: $0) }
  precondition((decoded != nil) == (lowReduced == low), "canonical means reduced")
  guard let decoded else { return 0 }
  precondition(decoded.encoded.bytes == low, "two encodings of one scalar")

  var product = [UInt8](repeating: 0, count: 32)
  crypto_core_ristretto255_scalar_mul(&product, low, reduced)
  precondition((decoded * scalar).encoded.bytes == product, "multiplication differs")
  var difference = [UInt8](repeating: 0, count: 32)
  crypto_core_ristretto255_scalar_sub(&difference, low, reduced)
  precondition((decoded - scalar).encoded.bytes == difference, "subtraction differs")
  precondition(decoded.halved + decoded.halved == decoded, "halves do not double")
  return 0
}
