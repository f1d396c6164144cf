import Curve25519
import Testing

@testable import BallotCryptography

/// Challenged ballots and their openings (3.7).
struct ChallengeTests {
  @Test func openingsOpenTheirBallotAlone() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      let values = election.randomValues()
      let (ballot, opening) = try election.encrypt(values)
      let (other, otherOpening) = try election.encrypt(values)
      #expect(opening.opens(ballot, election.context))
      #expect(otherOpening.opens(other, election.context))
      #expect(!opening.opens(other, election.context))
      #expect(!otherOpening.opens(ballot, election.context))
      #expect(election.layout.values(ofBits: opening.bits) == values.map { $0.map { UInt64($0) } })
    }
  }

  @Test func everyBitAndEveryRandomnessCounts() throws {
    var election = try TestElection(sampleLayouts()[9])
    let (ballot, opening) = try election.encrypt(election.randomValues())
    for index in opening.bits.indices {
      var bits = opening.bits
      bits[index] ^= 1
      #expect(!BallotOpening(bits: bits, randomness: opening.randomness).opens(ballot, election.context))
      var randomness = opening.randomness
      randomness[index] += .one
      #expect(!BallotOpening(bits: opening.bits, randomness: randomness).opens(ballot, election.context))
    }
  }

  /// A dishonest booth that encrypted something else cannot open it as what the voter chose, and an altered ciphertext opens to nothing.
  @Test func alteredCiphertextsDoNotOpen() throws {
    var election = try TestElection(sampleLayouts()[2])
    let (ballot, opening) = try election.encrypt([[0, 1, 0]])
    let parts = try BallotParts(ballot)
    for index in 0..<2 * parts.bits {
      var altered = parts
      altered.points[index] += .generator
      #expect(!opening.opens(try altered.ballot, election.context))
      var bytes = ballot.encoded
      for offset in 0..<32 { bytes[70 + 32 * index + offset] = 0xff }
      #expect(!opening.opens(try EncryptedBallot(bytes), election.context))
    }
  }

  @Test func openingsBelongToAContext() throws {
    var election = try TestElection(sampleLayouts()[2])
    let (ballot, opening) = try election.encrypt([[0, 1, 0]])
    let context = election.context
    #expect(!opening.opens(ballot, BallotContext(election: .zero, jointKey: context.jointKey, layout: context.layout)))
    #expect(
      !opening.opens(
        ballot, BallotContext(election: context.election, jointKey: context.jointKey + .generator, layout: context.layout)))
    let shorter = try #require(BallotLayout(sampleLayouts()[0]))
    #expect(!opening.opens(ballot, BallotContext(election: context.election, jointKey: context.jointKey, layout: shorter)))
    let few = BallotOpening(bits: Array(opening.bits.dropLast()), randomness: Array(opening.randomness.dropLast()))
    #expect(!few.opens(ballot, context))
  }

  @Test func challengesAreSigned() throws {
    var election = try TestElection(sampleLayouts()[0])
    let (ballot, _) = try election.encrypt([[1, 0]])
    let challenge = BallotChallenge(ballot, credential: election.credential, random: &election.random)
    #expect(challenge.isSigned)
    #expect(challenge.ballotHash == ballot.hash)
    #expect(challenge.credential == election.credential.publicKey)
    #expect(challenge.election == election.context.election)
    #expect(challenge.encoded.count == BallotChallenge.length)
    #expect(try BallotChallenge(challenge.encoded) == challenge)
    for index in challenge.encoded.indices {
      var bytes = challenge.encoded
      bytes[index] ^= 1
      #expect(try !BallotChallenge(bytes).isSigned)
    }
    // A signature to cast challenges nothing.
    let cast = election.sign(ballot)
    #expect(try !BallotChallenge(challenge.encoded.prefix(96) + cast.signature.encoded).isSigned)
  }

  @Test func openedBallotsAreSignedAndOpen() throws {
    var election = try TestElection(sampleLayouts()[4])
    let (ballot, opening) = try election.encrypt(election.randomValues())
    let opened = OpenedBallot(ballot, opening: opening, credential: election.credential, random: &election.random)
    #expect(opened.isValid(election.context))
    #expect(opened.encoded.count == OpenedBallot.length(bits: ballot.bits))
    let again = try OpenedBallot(opened.encoded)
    #expect(again == opened)
    #expect(again.isValid(election.context))

    let stranger = Credential(random: &election.random)
    #expect(!OpenedBallot(ballot, opening: opening, credential: stranger, random: &election.random).isValid(election.context))
    let (_, wrong) = try election.encrypt(election.randomValues())
    #expect(
      !OpenedBallot(ballot, opening: wrong, credential: election.credential, random: &election.random).isValid(election.context))
    for intent in [BallotIntent.cast, .challenge] {
      let signature = election.credential.sign(
        ballot.hash, for: intent, election: election.context.election, random: &election.random)
      #expect(try !OpenedBallot(opened.encoded.dropLast(64) + signature.encoded).isValid(election.context))
    }
  }

  /// The bytes after the ballot: each flip is refused or makes the opening invalid.
  @Test func everyByteOfAnOpeningCounts() throws {
    var election = try TestElection(sampleLayouts()[0])
    let (ballot, opening) = try election.encrypt([[0, 1]])
    let encoded = OpenedBallot(ballot, opening: opening, credential: election.credential, random: &election.random).encoded
    for index in encoded.indices {
      var bytes = encoded
      bytes[index] ^= UInt8(1 << election.random.below(8))
      let isValid = (try? OpenedBallot(bytes))?.isValid(election.context) ?? false
      #expect(!isValid, "byte \(index)")
    }
  }
}
