import BallotCryptography
import Curve25519

/// The challenges of 3.3, absorbed one by one as the specification lists them. `omitting` leaves one item out, as a careless
/// implementation would.
struct SpecTranscript {
  static let items = ["election", "key", "credential", "number", "layout", "ciphertexts", "commitments", "product"]

  var omitting: String?
  private var transcript = Transcript("ballot")

  init(omitting: String? = nil) { self.omitting = omitting }

  mutating func start(_ ballot: BallotParts, key: RistrettoPoint, layout: SpecLayout) -> Scalar {
    let n = ballot.bits
    if omitting != "election" { transcript.absorb("election", ballot.election.bytes) }
    if omitting != "key" { transcript.absorb("key", key.encoded.bytes) }
    if omitting != "credential" { transcript.absorb("credential", ballot.credential.bytes) }
    if omitting != "number" { transcript.absorb("number", bigEndian(Int(ballot.number), 4)) }
    if omitting != "layout" { transcript.absorb("layout", layout.encoded) }
    if omitting != "ciphertexts" { transcript.absorb("ciphertexts", bytes(ballot.points[..<(2 * n)])) }
    if omitting != "commitments" { transcript.absorb("commitments", bytes(ballot.points[(2 * n)..<(4 * n)])) }
    return transcript.challenge("y")
  }

  mutating func finish(_ product: [RistrettoPoint]) -> Scalar {
    if omitting != "product" { transcript.absorb("product", bytes(product[...])) }
    return transcript.challenge("x")
  }

  private func bytes(_ points: ArraySlice<RistrettoPoint>) -> [UInt8] { points.flatMap { $0.encoded.bytes } }
}

/// Proves ballots as 3.3 says, openly and slowly, for whatever numbers it is given as bits: an honest voter gives bits, a cheat does not.
struct OpenProver {
  let election: Bytes32
  let key: RistrettoPoint
  let credential: Bytes32
  let layout: SpecLayout
  /// An item that the challenges shall not depend on.
  var omitting: String?
  /// Choose the product's commitment knowing *x*: what a transcript without it would allow.
  var productLast = false

  func prove(_ m: [Scalar], random: inout SeededRandom) -> BallotParts {
    let n = layout.bits
    precondition(m.count == n)
    let g = RistrettoPoint.generator
    let r = (0..<n).map { _ in Scalar.random(using: &random) }
    let s = (0..<n).map { _ in Scalar.random(using: &random) }
    var a = (0..<n).map { _ in Scalar.random(using: &random) }
    for contest in layout.contests where contest.residueIsZero { a[contest.bits.lowerBound] -= contest.lin(a) }

    var parts = BallotParts(
      election: election, credential: credential, points: [],
      scalars: Array(repeating: .zero, count: 2 * n + 1))
    for i in 0..<n { parts.points += [r[i] * g, m[i] * g + r[i] * key] }
    for i in 0..<n { parts.points += [s[i] * g, a[i] * g + s[i] * key] }

    var transcript = SpecTranscript(omitting: omitting)
    let y = transcript.start(parts, key: key, layout: layout)
    var allM = m
    var allA = a
    var allR = r
    for contest in layout.contests where contest.residueIsBit {
      allM.append(contest.lin(m) - small(contest.minimum))
      allA.append(contest.lin(a))
      allR.append(contest.lin(r))
    }
    let powers = allM.indices.map { j in (0..<j).reduce(Scalar.one) { power, _ in power * y } }
    let t = Scalar.random(using: &random)
    var b = allM.indices.reduce(Scalar.zero) { $0 + powers[$1] * allA[$1] * allM[$1] }
    var x = Scalar.zero
    if productLast {
      // What makes equation 2 hold for this x, whatever m is.
      x = transcript.finish([])
      b = allM.indices.reduce(Scalar.zero) { $0 - powers[$1] * (x - (allM[$1] * x + allA[$1])) * allM[$1] }
    }
    let product = [t * g, b * g + t * key]
    if !productLast { x = transcript.finish(product) }
    parts.points += product

    for i in 0..<n {
      parts.scalars[i] = m[i] * x + a[i]
      parts.scalars[n + i] = r[i] * x + s[i]
    }
    parts.scalars[2 * n] = allM.indices.reduce(t) { $0 + powers[$1] * (x - (allM[$1] * x + allA[$1])) * allR[$1] }
    return parts
  }
}
