import Curve25519
import Testing

@testable import BallotCryptography

/// Signatures of many ballots at once, without their proofs.
struct SignatureBatchTests {
  /// Ballots of several voters, and for each one that is signed wrongly.
  private struct Pool {
    var election: TestElection
    var good: [CastBallot] = []
    var bad: [CastBallot] = []

    init(_ rules: [ContestRules], count: Int) throws {
      election = try TestElection(rules)
      for index in 0..<count {
        let voter = Credential(random: &election.random)
        let values = election.randomValues()
        let (ballot, _) = try election.encryptor.encrypt(
          values, credential: voter.publicKey, number: UInt32(index + 1), random: &election.random)
        good.append(CastBallot(ballot, credential: voter, random: &election.random))
        // Signed by another voter, or to another purpose, or another ballot's signature.
        switch index % 3 {
        case 0: bad.append(CastBallot(ballot, credential: election.credential, random: &election.random))
        case 1:
          let signature = voter.sign(ballot.hash, for: .challenge, election: ballot.election, random: &election.random)
          bad.append(try CastBallot(ballot.encoded + signature.encoded))
        default: bad.append(try CastBallot(ballot.encoded + good[0].signature.encoded))
        }
      }
    }
  }

  private func invalid(_ ballots: [CastBallot], _ context: BallotContext) throws -> [Int] {
    var batch = SignatureBatch(context)
    for ballot in ballots { try batch.add(ballot) }
    #expect(batch.count == ballots.count)
    return batch.invalidBallots()
  }

  @Test func noBallots() throws {
    #expect(SignatureBatch(try TestElection(sampleLayouts()[0]).context).invalidBallots() == [])
  }

  @Test func everySubsetOfSmallBatches() throws {
    let pool = try Pool(sampleLayouts()[0], count: 5)
    for count in 1...5 {
      for subset in 0..<(1 << count) {
        let ballots = (0..<count).map { subset >> $0 & 1 == 1 ? pool.bad[$0] : pool.good[$0] }
        #expect(try invalid(ballots, pool.election.context) == (0..<count).filter { subset >> $0 & 1 == 1 })
      }
    }
  }

  @Test func manyBad() throws {
    var pool = try Pool(sampleLayouts()[0], count: 150)
    #expect(try invalid(pool.good, pool.election.context) == [])
    #expect(try invalid(pool.bad, pool.election.context) == Array(0..<150))
    for chance in [1, 10, 60] {
      let isBad = (0..<150).map { _ in pool.election.random.below(100) < chance }
      let ballots = isBad.enumerated().map { $1 ? pool.bad[$0] : pool.good[$0] }
      #expect(try invalid(ballots, pool.election.context) == isBad.indices.filter { isBad[$0] })
    }
    #expect(try invalid(Array(repeating: pool.bad[1], count: 9), pool.election.context) == Array(0..<9))
  }

  /// One s more and another less: every signature has a coefficient of its own.
  @Test func errorsThatWouldCancel() throws {
    let pool = try Pool(sampleLayouts()[0], count: 2)
    func shifted(_ cast: CastBallot, by difference: Scalar) throws -> CastBallot {
      let s = try #require(Scalar(canonical: cast.signature.response)) + difference
      return try CastBallot(cast.encoded.dropLast(32) + s.encoded.bytes)
    }
    let ballots = [try shifted(pool.good[0], by: .one), try shifted(pool.good[1], by: -.one)]
    #expect(try invalid(ballots, pool.election.context) == [0, 1])
  }

  /// Every byte of a cast ballot is signed, what the proof says included: whoever changes one is refused or found, and named.
  @Test func everyByteIsSigned() throws {
    let pool = try Pool(sampleLayouts()[0], count: 3)
    let encoded = pool.good[1].encoded
    var found = 0
    for offset in encoded.indices {
      var bytes = encoded
      bytes[offset] ^= 1
      guard let altered = try? CastBallot(bytes) else { continue }
      var batch = SignatureBatch(pool.election.context)
      try batch.add(pool.good[0])
      do throws(BallotDefect) { try batch.add(altered) } catch { continue }
      try batch.add(pool.good[2])
      #expect(batch.invalidBallots() == [1], "byte \(offset)")
      found += 1
    }
    #expect(found > encoded.count / 2)
  }

  @Test func whatCannotBeReadIsNamed() throws {
    var pool = try Pool(sampleLayouts()[0], count: 1)
    let good = pool.good[0]
    let length = good.ballot.encoded.count
    var batch = SignatureBatch(pool.election.context)
    func refused(_ offset: Int, by replacement: [UInt8]) throws -> BallotDefect? {
      var bytes = good.encoded
      bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
      let cast = try CastBallot(bytes)
      do throws(BallotDefect) {
        try batch.add(cast)
        return nil
      } catch { return error }
    }
    func malformed(_ field: StaticString) -> BallotDefect { .malformed(.invalidEncoding(field: FieldName(field))) }
    let nonsense = [UInt8](repeating: 0xff, count: 32)
    #expect(try refused(0, by: nonsense) == .foreignElection)
    #expect(try refused(32, by: nonsense) == malformed("credential"))
    #expect(try refused(32, by: [UInt8](repeating: 0, count: 32)) == malformed("credential"))
    #expect(try refused(length, by: nonsense) == malformed("signature commitment"))
    #expect(try refused(length + 32, by: nonsense) == malformed("signature"))
    #expect(batch.count == 0)
    // A proof that cannot be decoded is not looked at here.
    #expect(try refused(EncryptedBallot.headLength, by: nonsense) == nil)
    #expect(batch.invalidBallots() == [0])

    var other = try TestElection(sampleLayouts()[4])
    var parts = try BallotParts(other.encrypt(other.randomValues()).ballot)
    parts.election = pool.election.context.election
    let foreign = try pool.election.cast(parts)
    #expect(throws: BallotDefect.wrongNumberOfBits(expected: pool.election.layout.bits)) { try batch.add(foreign) }
  }

  /// What passes here and in a batch of proofs alone is what passes in a batch of both.
  @Test func bothBatchesTogetherAreTheWhole() throws {
    let pool = try Pool(sampleLayouts()[2], count: 6)
    var ballots = pool.good
    ballots[1] = pool.bad[1]
    // A false proof, well signed.
    var election = pool.election
    var parts = try BallotParts(election.encrypt(election.randomValues()).ballot)
    parts.scalars[0] += .one
    ballots[4] = try election.cast(parts)
    #expect(try invalid(ballots, election.context) == [1])
    var proofs = BallotBatch(election.context, signatures: false)
    var whole = BallotBatch(election.context)
    for ballot in ballots {
      try proofs.add(ballot)
      try whole.add(ballot)
    }
    #expect(proofs.invalidBallots() == [4] && whole.invalidBallots() == [1, 4])
  }
}
