import Testing

@testable import Curve25519

@Suite struct SHA2Tests {
  @Test func publishedMessages() {
    for (message, digest) in NIST.sha512.messages { #expect(hex(SHA512.hash(unhex(message))) == digest) }
    for (message, digest) in NIST.sha256.messages { #expect(hex(SHA256.hash(unhex(message))) == digest) }
  }

  /// The chained test: every digest hashes the three before it.
  @Test func publishedChains() {
    func chain(_ vectors: NIST.Hash, _ hash: ([UInt8]) -> [UInt8]) {
      var seed = unhex(vectors.chainSeed)
      for expected in vectors.chain {
        var last = [seed, seed, seed]
        for _ in 0..<1000 { last = [last[1], last[2], hash(last[0] + last[1] + last[2])] }
        seed = last[2]
        #expect(hex(seed) == expected)
      }
    }
    chain(NIST.sha512, SHA512.hash)
    chain(NIST.sha256, SHA256.hash)
  }

  @Test func everyLengthAgreesWithLibsodium() {
    var random = seededRandom("messages")
    for count in 0...400 {
      let message = random.bytes(count)
      #expect(SHA512.hash(message) == Sodium.sha512(message))
      #expect(SHA256.hash(message) == Sodium.sha256(message))
    }
    let long = random.bytes(100_000)
    #expect(SHA512.hash(long) == Sodium.sha512(long))
    #expect(SHA256.hash(long) == Sodium.sha256(long))
  }

  /// However a message is cut into two pieces, and read in between.
  @Test func piecesGiveTheSameDigest() {
    var random = seededRandom("pieces")
    let message = random.bytes(300)
    let (long, short) = (SHA512.hash(message), SHA256.hash(message))
    for cut in 0...300 {
      var sha512 = SHA512()
      var sha256 = SHA256()
      sha512.update(Array(message[..<cut]))
      sha256.update(Array(message[..<cut]))
      #expect(sha512.digest() == Sodium.sha512(Array(message[..<cut])))
      sha512.update(Array(message[cut...]))
      sha256.update(Array(message[cut...]))
      #expect(sha512.digest() == long)
      #expect(sha256.digest() == short)
    }
  }

  @Test func seededRandomIsItsDefinition() {
    let seed: [UInt8] = Array(0..<32)
    var random = SeededRandom(seed: seed)
    let all = (0..<4).flatMap { block in
      SHA512.hash(Array("comitia/expand".utf8) + seed + [0, 0, 0, 0, 0, 0, 0, UInt8(block)])
    }
    var read: [UInt8] = []
    for count in [0, 1, 63, 64, 65, 7, 30] { read += random.bytes(count) }
    #expect(read == Array(all.prefix(read.count)))
  }
}
