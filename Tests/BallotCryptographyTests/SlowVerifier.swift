import BallotCryptography
import Curve25519

/// The equations of 3.3, one after another and without any combining: a second opinion on every ballot.
struct SlowVerifier {
  let election: Bytes32
  let key: RistrettoPoint
  let layout: SpecLayout
  /// An item that the challenges shall not depend on.
  var omitting: String?

  enum Finding: Hashable {
    case malformed
    case foreign
    case otherBits
    /// Which of the three equations.
    case equation(Int)
    case signature
  }

  /// Everything that is wrong with a ballot.
  func findings(_ ballot: EncryptedBallot) -> Set<Finding> {
    if ballot.election != election { return [.foreign] }
    if ballot.bits != layout.bits { return [.otherBits] }
    guard let parts = try? BallotParts(ballot) else { return [.malformed] }
    return findings(parts)
  }

  /// Everything that is wrong with a cast ballot.
  func findings(_ cast: CastBallot) -> Set<Finding> {
    var findings = findings(cast.ballot)
    var reader = ByteReader(Array(cast.encoded.suffix(64)))
    guard let commitment = try? reader.point("R"), let s = try? reader.scalar("s"),
      let credential = RistrettoPoint(cast.ballot.credential)
    else { return findings.union([.malformed]) }
    var transcript = Transcript("ballot hash")
    transcript.absorb("ballot", cast.ballot.encoded)
    let hash = transcript.digest("hash")
    transcript = Transcript("signature")
    transcript.absorb("election", cast.ballot.election.bytes)
    transcript.absorb("credential", cast.ballot.credential.bytes)
    transcript.absorb("intent", [1])
    transcript.absorb("ballot", hash.bytes)
    transcript.absorb("commitment", commitment.encoded.bytes)
    let e = transcript.challenge("e")
    if s * RistrettoPoint.generator != commitment + e * credential { findings.insert(.signature) }
    return findings
  }

  func findings(_ parts: BallotParts) -> Set<Finding> {
    var findings: Set<Finding> = []
    let n = layout.bits
    let g = RistrettoPoint.generator
    var transcript = SpecTranscript(omitting: omitting)
    let y = transcript.start(parts, key: key, layout: layout)
    let x = transcript.finish(Array(parts.points[(4 * n)...]))
    let (f, z) = (parts.f, parts.z)
    var (alpha, beta, allF) = (parts.alpha, parts.beta, f)

    for i in 0..<n
    where z[i] * g != x * alpha[i] + parts.commitment[i] || f[i] * g + z[i] * key != x * beta[i] + parts.commitmentPrime[i] {
      findings.insert(.equation(1))
    }
    for contest in layout.contests where contest.residueIsBit {
      alpha.append(contest.lin(parts.alpha))
      beta.append(contest.lin(parts.beta) - small(contest.minimum) * g)
      allF.append(contest.lin(f) - small(contest.minimum) * x)
    }
    var (left, right) = (parts.product, parts.productPrime)
    var power = Scalar.one
    for j in alpha.indices {
      left += (power * (x - allF[j])) * alpha[j]
      right += (power * (x - allF[j])) * beta[j]
      power *= y
    }
    if parts.zB * g != left || parts.zB * key != right { findings.insert(.equation(2)) }
    for contest in layout.contests where contest.residueIsZero && contest.lin(f) != small(contest.minimum) * x {
      findings.insert(.equation(3))
    }
    return findings
  }
}
