import Curve25519
import Testing

@testable import TransparencyLog

/// What a witness has to say to every request, honest or not.
struct WitnessVerdictTests {
  private let log = testSigner(1)

  private func checkpoint(_ leaves: [Bytes32]) throws -> Checkpoint {
    try Checkpoint(origin: log.key.name, size: UInt64(leaves.count), root: naiveRoot(leaves[...]))
  }

  private func request(_ old: Int, _ leaves: [Bytes32], by signer: NoteSigner? = nil) throws -> WitnessRequest {
    let hashes = old == 0 || old > leaves.count ? [] : naiveConsistency(old, leaves[...])
    return try WitnessRequest(oldSize: UInt64(old), hashes: hashes, checkpoint: (signer ?? log).sign(checkpoint(leaves)))
  }

  private func verdict(_ request: WitnessRequest, _ last: Checkpoint?) -> WitnessVerdict {
    WitnessVerdict(request, logKey: log.key, last: last)
  }

  @Test func continuations() throws {
    for new in 0...20 {
      let leaves = testLeaves(new)
      #expect(verdict(try request(0, leaves), nil) == .cosign)
      for old in 0...new {
        let last = try checkpoint(Array(leaves[..<old]))
        #expect(verdict(try request(old, leaves), last) == .cosign, "\(old) to \(new)")
        for wrong in 0...new where wrong != old {
          #expect(verdict(try request(wrong, leaves), last) == .otherSize(UInt64(old)), "\(wrong) for \(old)")
        }
      }
    }
  }

  @Test func forks() throws {
    for size in 2...12 {
      var other = testLeaves(size)
      other[1] = MerkleTree.leafHash(ascii("another"))
      let last = try checkpoint(Array(other[..<size]))
      #expect(verdict(try request(size, testLeaves(size)), last) == .forked(size: UInt64(size)))
      #expect(verdict(try request(0, testLeaves(size)), last) == .forked(size: UInt64(size)))
      #expect(verdict(try request(size, testLeaves(size + 3)), last) == .inconsistent)
      // Whatever stands in the proof.
      let honest = try request(size, testLeaves(size + 3))
      for count in 0...honest.hashes.count + 1 {
        let hashes = (honest.hashes + [.zero]).prefix(count)
        let forged = try WitnessRequest(oldSize: UInt64(size), hashes: Array(hashes), checkpoint: honest.checkpoint)
        #expect(verdict(forged, last) == .inconsistent)
      }
    }
  }

  @Test func strangers() throws {
    let leaves = testLeaves(4)
    let stranger = testSigner(2, name: String(decoding: log.key.name, as: UTF8.self))
    #expect(verdict(try request(0, leaves, by: stranger), nil) == .notSigned)
    let extended = try Checkpoint(
      origin: log.key.name, size: 4, root: naiveRoot(leaves[...]), extensionLines: [ascii("more")])
    #expect(verdict(try WitnessRequest(oldSize: 0, hashes: [], checkpoint: log.sign(extended)), nil) == .notSigned)
    #expect(
      verdict(try WitnessRequest(oldSize: 0, hashes: [.zero], checkpoint: log.sign(checkpoint(leaves))), nil) == .inconsistent)
  }
}
