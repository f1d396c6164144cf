import CSodium
import Curve25519

/// Signatures right, almost right and wild: the verdict is libsodium's.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 97) else { return 0 }
  let message = input.bytes(count - 97, at: 97)
  var signature = input.bytes(64, at: 1)
  var publicKey = input.bytes(32, at: 65)
  if input[0] & 1 == 1, let seed = Bytes32(publicKey) {
    // A good signature, with one bit flipped or a point of small order added to key or commitment.
    let key = Ed25519.PrivateKey(seed: seed)
    let good = key.sign(message)
    publicKey = key.publicKey.bytes
    switch input[0] >> 1 & 3 {
    case 0: signature = good
    case 1:
      signature = good
      signature[Int(input[1] & 63)] ^= 1 << (input[2] & 7)
    case 2:
      publicKey = torsioned(publicKey, input[1])
      signature = good
    default:
      signature = torsioned(Array(good.prefix(32)), input[1]) + good.suffix(32)
    }
  }
  guard let encodedKey = Bytes32(publicKey) else { return 0 }
  let verdict = Ed25519.verify(signature: signature, message: message, publicKey: encodedKey)
  let expected = crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
  precondition(verdict == expected, "libsodium disagrees")
  return 0
}

/// The point plus `multiple` times a point of order 8.
func torsioned(_ encoding: [UInt8], _ multiple: UInt8) -> [UInt8] {
  let orderEight: [UInt8] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
    0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
  ]
  guard let point = Bytes32(encoding).flatMap({ EdwardsPoint($0) }), let torsion = Bytes32(orderEight).flatMap({ EdwardsPoint($0) })
  else { return encoding }
  return (0..<Int(multiple & 7)).reduce(point) { sum, _ in sum + torsion }.encoded.bytes
}
