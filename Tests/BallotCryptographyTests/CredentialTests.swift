import Curve25519
import Testing

@testable import BallotCryptography

/// Credentials and what they sign (3.4, 3.5).
struct CredentialTests {
  private let intents: [BallotIntent] = [.cast, .challenge, .publish]

  @Test func secretsAreKept() throws {
    var random = SeededRandom(seed: [7])
    let credential = Credential(random: &random)
    let again = try #require(Credential(secret: credential.secretBytes))
    #expect(again.publicKey == credential.publicKey)
    #expect(again.secretBytes == credential.secretBytes)
    let secret = try #require(Scalar(canonical: credential.secretBytes))
    #expect(credential.publicKey == RistrettoPoint.generatorMultiple(secret).encoded)
    #expect(Credential(random: &random).publicKey != credential.publicKey)
  }

  @Test func secretsMustBeScalarsButZero() throws {
    #expect(Credential(secret: .zero) == nil)
    #expect(Credential(secret: Scalar.one.encoded)?.publicKey == RistrettoPoint.generator.encoded)
    let largest = (Scalar.zero - .one).encoded
    #expect(Credential(secret: largest)?.publicKey == (-RistrettoPoint.generator).encoded)
    var order = largest.bytes
    order[0] += 1
    #expect(Credential(secret: try #require(Bytes32(order))) == nil)
    #expect(Credential(secret: try #require(Bytes32([UInt8](repeating: 0xff, count: 32)))) == nil)
  }

  /// A generator that returns zero first: the credential is drawn again.
  @Test func zeroIsDrawnAgain() {
    struct ZeroFirst: RandomSource {
      var calls = 0
      mutating func bytes(_ count: Int) -> [UInt8] {
        calls += 1
        return Array(repeating: calls < 3 ? 0 : 1, count: count)
      }
    }
    var random = ZeroFirst()
    let credential = Credential(random: &random)
    #expect(random.calls == 3)
    #expect(credential.publicKey != RistrettoPoint.identity.encoded)
  }

  /// A signature says one thing about one ballot in one election by one voter.
  @Test func signaturesAreBoundToAll() {
    var random = SeededRandom(seed: [8])
    let credential = Credential(random: &random)
    let other = Credential(random: &random)
    let (election, foreign) = (Scalar.random(using: &random).encoded, Scalar.random(using: &random).encoded)
    let (hash, otherHash) = (Scalar.random(using: &random).encoded, Scalar.random(using: &random).encoded)
    for intent in intents {
      let signature = credential.sign(hash, for: intent, election: election, random: &random)
      for asked in intents {
        #expect(
          signature.isValid(election: election, credential: credential.publicKey, intent: asked, hash: hash) == (asked == intent))
      }
      #expect(!signature.isValid(election: foreign, credential: credential.publicKey, intent: intent, hash: hash))
      #expect(!signature.isValid(election: election, credential: other.publicKey, intent: intent, hash: hash))
      #expect(!signature.isValid(election: election, credential: credential.publicKey, intent: intent, hash: otherHash))
      #expect(!signature.isValid(election: election, credential: Bytes32.zero, intent: intent, hash: hash))
    }
  }

  /// Every byte of a signature counts, and there is no second signature to be made of one.
  @Test func signaturesCannotBeAltered() throws {
    var random = SeededRandom(seed: [9])
    let credential = Credential(random: &random)
    let hash = Scalar.random(using: &random).encoded
    let election = Scalar.random(using: &random).encoded
    let signature = credential.sign(hash, for: .cast, election: election, random: &random)
    func isValid(_ bytes: [UInt8]) throws -> Bool {
      var reader = ByteReader(bytes)
      let read = try BallotSignature(from: &reader)
      #expect(read.encoded == bytes)
      return read.isValid(election: election, credential: credential.publicKey, intent: .cast, hash: hash)
    }
    #expect(signature.encoded.count == BallotSignature.length)
    #expect(try isValid(signature.encoded))
    for index in 0..<64 {
      for bit in 0..<8 {
        var bytes = signature.encoded
        bytes[index] ^= UInt8(1 << bit)
        #expect(try !isValid(bytes))
      }
    }
    // s + ℓ means the same number and is refused.
    var carry = 0
    let order = (Scalar.zero - .one).encoded.bytes
    let larger = signature.response.bytes.indices.map { index -> UInt8 in
      let sum = Int(signature.response[index]) + Int(order[index]) + (index == 0 ? 1 : 0) + carry
      carry = sum >> 8
      return UInt8(sum & 255)
    }
    #expect(try !isValid(signature.commitment.bytes + larger))
    #expect(throws: CodecError.self) {
      var reader = ByteReader(Array(signature.encoded.dropLast()))
      _ = try BallotSignature(from: &reader)
    }
  }

  /// A cast ballot needs the signature of the credential in it, over it, to cast it.
  @Test func castBallots() throws {
    var election = try TestElection(sampleLayouts()[0])
    let (ballot, _) = try election.encrypt([[1, 0]])
    let good = election.sign(ballot)
    #expect(defect(good, election.context) == nil)
    let stranger = Credential(random: &election.random)
    #expect(defect(CastBallot(ballot, credential: stranger, random: &election.random), election.context) == .invalidProof)
    for intent in [BallotIntent.challenge, .publish] {
      let signature = election.credential.sign(
        ballot.hash, for: intent, election: election.context.election, random: &election.random)
      #expect(defect(try CastBallot(ballot.encoded + signature.encoded), election.context) == .invalidProof)
    }
    let (second, _) = try election.encrypt([[1, 0]])
    #expect(defect(try CastBallot(second.encoded + good.signature.encoded), election.context) == .invalidProof)
    let elsewhere = election.credential.sign(ballot.hash, for: .cast, election: .zero, random: &election.random)
    #expect(defect(try CastBallot(ballot.encoded + elsewhere.encoded), election.context) == .invalidProof)
  }

  /// For the identity, 0·G, anyone could sign: s·G = R + e·0.
  @Test func nobodySignsForTheIdentity() throws {
    var election = try TestElection(sampleLayouts()[0])
    let nobody = RistrettoPoint.identity.encoded
    let (ballot, _) = try election.encryptor.encrypt([[1, 0]], credential: nobody, number: 1, random: &election.random)
    let forged = RistrettoPoint.generator.encoded.bytes + Scalar.one.encoded.bytes
    let cast = try CastBallot(ballot.encoded + forged)
    #expect(election.slow.findings(cast).isEmpty, "the equations hold")
    #expect(defect(cast, election.context) == .malformed(.invalidEncoding(field: FieldName("credential"))))
    #expect(!cast.signature.isValid(election: election.context.election, credential: nobody, intent: .cast, hash: ballot.hash))
    #expect(try !BallotChallenge(election.context.election.bytes + nobody.bytes + ballot.hash.bytes + forged).isSigned)
  }

  /// The tracker is that of 3.5 and changes with the signature; the hash that is signed does not.
  @Test func trackersAndHashes() throws {
    var election = try TestElection(sampleLayouts()[0])
    let (ballot, _) = try election.encrypt([[1, 0]])
    let (first, second) = (election.sign(ballot), election.sign(ballot))
    #expect(first.ballot.hash == second.ballot.hash)
    #expect(first.tracker != second.tracker)
    var transcript = Transcript("tracker")
    transcript.absorb("ballot", first.encoded)
    #expect(first.tracker == transcript.digest("tracker"))
    transcript = Transcript("ballot hash")
    transcript.absorb("ballot", ballot.encoded)
    #expect(ballot.hash == transcript.digest("hash"))
  }
}
