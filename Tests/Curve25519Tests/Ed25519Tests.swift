import Testing

@testable import Curve25519

@Suite struct Ed25519Tests {
  @Test(arguments: RFC8032.vectors)
  func vectors(_ vector: RFC8032.Vector) {
    let key = Ed25519.PrivateKey(seed: Bytes32(hex: vector.seed))
    let message = unhex(vector.message)
    #expect(key.publicKey == Bytes32(hex: vector.publicKey))
    #expect(hex(key.sign(message)) == vector.signature)
    #expect(verify(signature: unhex(vector.signature), message: message, publicKey: key.publicKey))
  }

  @Test func signaturesAgreeWithLibsodium() {
    var random = seededRandom("signatures")
    for count in 0..<150 {
      let seed = Bytes32.random(&random)
      let message = random.bytes(count)
      let key = Ed25519.PrivateKey(seed: seed)
      let pair = Sodium.keyPair(seed: seed)
      #expect(key.publicKey == pair.publicKey)
      let signature = key.sign(message)
      #expect(signature == Sodium.sign(message, pair.secretKey))
      #expect(verify(signature: signature, message: message, publicKey: key.publicKey))
    }
  }

  @Test func everyFlippedBitIsRefused() {
    let key = Ed25519.PrivateKey(seed: Bytes32.zero.adding(7))
    let message: [UInt8] = [1, 2, 3]
    let signature = key.sign(message)
    for bit in 0..<512 {
      var forged = signature
      forged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!verify(signature: forged, message: message, publicKey: key.publicKey))
    }
    for bit in 0..<256 {
      var words = key.publicKey.bytes
      words[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!verify(signature: signature, message: message, publicKey: Bytes32(words.span)))
    }
    for bit in 0..<24 {
      var other = message
      other[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!verify(signature: signature, message: other, publicKey: key.publicKey))
    }
  }

  @Test func otherLengthsAreRefused() {
    let key = Ed25519.PrivateKey(seed: .zero)
    let signature = key.sign([])
    for count in [0, 32, 63] {
      #expect(!verify(signature: Array(signature.prefix(count)), message: [], publicKey: key.publicKey))
    }
    #expect(!verify(signature: signature + [0], message: [], publicKey: key.publicKey))
  }

  @Test func responsesFromTheOrderOnAreRefused() throws {
    let key = Ed25519.PrivateKey(seed: .zero)
    let signature = key.sign([])
    // S + ℓ gives the same point.
    var response = signature.suffix(32).map { Int($0) }
    var carry = 0
    for index in 0..<32 {
      carry += response[index] + Int(Edge.order[index])
      response[index] = carry & 0xff
      carry >>= 8
    }
    let malleable = Array(signature.prefix(32)) + response.map { UInt8($0) }
    #expect(!verify(signature: malleable, message: [], publicKey: key.publicKey))
    #expect(!Sodium.verify(malleable, [], key.publicKey))
  }

  /// Signatures made to satisfy the equation with keys and commitments that have components of small order: the written rule is libsodium's,
  /// on all 64 combinations, canonical and not.
  @Test func torsionIsJudgedAsLibsodiumDoes() {
    var random = seededRandom("torsion signatures")
    var accepted = 0
    var refused = 0
    for keyTorsion in SmallOrder.points {
      for commitmentTorsion in SmallOrder.points {
        for hasKey in [true, false] {
          for hasNonce in [true, false] {
            let secret = hasKey ? Scalar.random(using: &random) : .zero
            let nonce = hasNonce ? Scalar.random(using: &random) : .zero
            let publicKey = (EdwardsPoint.generatorMultiple(secret) + keyTorsion).encoded
            let commitment = (EdwardsPoint.generatorMultiple(nonce) + commitmentTorsion).encoded
            for attempt in 0..<8 {
              let message = [UInt8(attempt)]
              let k = Scalar(wide: SHA512.hash(commitment.bytes + publicKey.bytes + message))
              let signature = commitment.bytes + (nonce + k * secret).encoded.bytes
              let verdict = verify(signature: signature, message: message, publicKey: publicKey)
              #expect(verdict == Sodium.verify(signature, message, publicKey))
              accepted += verdict ? 1 : 0
              refused += verdict ? 0 : 1
            }
          }
        }
      }
    }
    // Both verdicts occur: k times the key's component must cancel the commitment's.
    #expect(accepted > 40 && refused > 1000)
  }

  @Test func nonCanonicalKeysAndCommitmentsAreRefused() {
    let seed = Bytes32.zero.adding(3)
    let key = Ed25519.PrivateKey(seed: seed)
    let signature = key.sign([9])
    for offset in 0..<19 {
      for sign: UInt64 in [0, 1 << 63] {
        var encoding = Edge.prime.adding(offset)
        encoding.words.3 |= sign
        #expect(!verify(signature: signature, message: [9], publicKey: encoding))
        #expect(!Sodium.verify(signature, [9], encoding))
        let forged = encoding.bytes + signature.suffix(32)
        #expect(!verify(signature: forged, message: [9], publicKey: key.publicKey))
        #expect(!Sodium.verify(forged, [9], key.publicKey))
      }
    }
  }

  @Test func wipedKeysSignNothing() {
    var key = Ed25519.PrivateKey(seed: Bytes32.zero.adding(1))
    key.wipe()
    #expect(!verify(signature: key.sign([]), message: [], publicKey: key.publicKey))
  }
}

/// What both ways of verifying say.
private func verify(signature: [UInt8], message: [UInt8], publicKey: Bytes32) -> Bool {
  let verdict = Ed25519.verify(signature: signature, message: message, publicKey: publicKey)
  let hash = SHA512.hash(Array(signature.prefix(32)) + publicKey.bytes + message)
  #expect(Ed25519.verify(signature: signature, hash: hash, publicKey: publicKey) == verdict)
  #expect(!Ed25519.verify(signature: signature, hash: Array(hash.dropLast()), publicKey: publicKey))
  return verdict
}
