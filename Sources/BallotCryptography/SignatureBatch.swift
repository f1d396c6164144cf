import Curve25519

/// Verifies the signatures of many cast ballots at once, and nothing else of them (`docs/spec/03-ballots.md`, 3.4): by a random linear combination in one
/// multi-scalar multiplication, in which bad ones are found by halving.
///
/// It costs a small part of what the proofs cost, so a server asks it first: whoever holds no credential cannot make it verify proofs. Those that remain go into
/// `BallotBatch(context, signatures: false)`; a ballot that passes both is as good as one that passes `BallotBatch(context)`.
///
/// That the credentials are on the roll is the caller's to look up, best before: it costs nothing. All data are public: variable time.
public struct SignatureBatch: Sendable {
  private let context: BallotContext
  private var statements: [SignatureStatement] = []

  /// A batch for ballots of one election.
  public init(_ context: BallotContext) { self.context = context }

  /// How many ballots wait for `invalidBallots()`.
  public var count: Int { statements.count }

  /// Decodes a ballot's signature and adds it to the batch. A ballot that is refused here is not in the batch.
  ///
  /// - Throws: `foreignElection`, `wrongNumberOfBits`, and `malformed` when signature or credential cannot be decoded; nothing else of the ballot is
  ///   looked at.
  public mutating func add(_ cast: CastBallot) throws(BallotDefect) {
    guard cast.ballot.election == context.election else { throw .foreignElection }
    guard cast.ballot.bits == context.layout.bits else { throw .wrongNumberOfBits(expected: context.layout.bits) }
    do throws(CodecError) {
      statements.append(try SignatureStatement(cast, hash: cast.ballot.hash))
    } catch let error {
      throw .malformed(error)
    }
  }

  /// The indexes, ascending, of the ballots whose signature does not hold. Wrong with probability about 2⁻¹²⁸.
  public func invalidBallots() -> [Int] {
    guard !statements.isEmpty else { return [] }
    // What each equation depends on, the challenge being a hash of all the rest but s.
    var coefficients = BatchCoefficients(statements.map { $0.digest })
    let weights = statements.map { _ in coefficients.next() }
    return invalidItems(statements.count) { sum($0, weights) }
  }

  /// *Σ c·(R + e·K − s·G)* over a range.
  private func sum(_ range: Range<Int>, _ weights: [Scalar]) -> RistrettoPoint {
    var scalars: [Scalar] = []
    var points: [RistrettoPoint] = []
    scalars.reserveCapacity(2 * range.count + 1)
    points.reserveCapacity(2 * range.count + 1)
    var generator = Scalar.zero
    for index in range {
      let statement = statements[index]
      scalars.append(weights[index])
      scalars.append(weights[index] * statement.e)
      points += statement.points
      generator -= weights[index] * statement.s
    }
    scalars.append(generator)
    points.append(.generator)
    return .vartimeSum(scalars, points)
  }
}

/// The signature of a cast ballot decoded, with its challenge: it holds when *R + e·K − s·G = 0*.
struct SignatureStatement: Sendable {
  /// R, K.
  let points: [RistrettoPoint]
  let s: Scalar
  let e: Scalar
  /// A hash of all that the equation depends on.
  var digest: Bytes32 {
    var digest = Transcript("batch signature")
    digest.absorb("challenge", e.encoded)
    digest.absorb("response", s.encoded)
    return digest.digest("item")
  }

  /// - Parameter hash: the ballot's.
  init(_ cast: CastBallot, hash: Bytes32) throws(CodecError) {
    let ballot = cast.ballot
    var reader = ByteReader(cast.signature.encoded + ballot.credential.bytes)
    let commitment = try reader.point("signature commitment")
    s = try reader.scalar("signature")
    let key = try reader.point("credential")
    // Anyone can sign for the identity. It stands on no roll, but that is checked elsewhere.
    guard key != .identity else { throw .invalidEncoding(field: FieldName("credential")) }
    points = [commitment, key]
    let statement = BallotSignature.statement(
      election: ballot.election, credential: ballot.credential, intent: .cast, hash: hash)
    e = SchnorrProof.challenge(statement, encodedCommitment: cast.signature.commitment)
  }
}
