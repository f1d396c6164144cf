import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

/// The files of a record and the entries of its board: what is read is written as it was.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let document = Document.all[Int(input[0] & 15) % Document.all.count]
  // One in two inputs is a list of changes to a good encoding.
  let bytes = input[0] & 16 == 16 ? document.example.changed(as: input) : Array(input.all.dropFirst())
  if let again = document.again(bytes) { precondition(again == bytes, "another encoding") }
  return 0
}

/// A good encoding, and how to read and write it again.
struct Document: Sendable {
  let example: [UInt8]
  let again: @Sendable ([UInt8]) -> [UInt8]?

  static let all: [Document] = make()

  private static func make() -> [Document] {
    var random = SeededRandom(seed: [1])
    func point() -> RistrettoPoint { .generatorMultiple(.random(using: &random)) }
    func text(_ string: String) -> Text { Text(string) ?? .empty }
    func bytes32() -> Bytes32 { Bytes32(random.bytes(32).span) }

    let proof = SchnorrProof(commitment: point(), response: .random(using: &random))
    let dealing = Dealing(
      commitments: PerKey { _ in DealerCommitment(commitments: [point()], proof: proof) }, drawKey: bytes32())
    let equality = EqualityProof(
      generatorCommitment: point(), baseCommitment: point(), response: .random(using: &random))
    guard let rules = ContestRules.approval(options: 1, maximum: 1),
      let contest = Contest(title: text("Question"), rules: rules, options: [ContestOption(name: text("Yes"))]),
      let manifest = Manifest(title: text("Election"), smallAcknowledged: true, contests: [contest]),
      let parameters = try? CeremonyParameters(ceremony: .zero, trustees: 1, threshold: 1),
      let roster = TrusteeRoster(
        parameters: parameters, trustees: [RosterEntry(name: text("Trustee"), signingKey: bytes32(), dealing: dealing)]),
      let roll = try? Roll((0..<3).map { _ in RollEntry(credential: point().encoded, weight: 1, identity: bytes32()) })
    else { preconditionFailure("good documents") }
    let opening = OpeningEntry(
      origin: text("log"), logKey: bytes32(), manifest: manifest, trustees: roster, roll: roll, quorum: 1,
      software: [SoftwareFile(path: text("/a"), sha256: bytes32())])
    let tally = TallyRecord(
      size: 1, root: bytes32(), totals: [Ciphertext(alpha: point(), beta: point())],
      partials: [PartialDecryption(trustee: 1, partials: [point()], proof: equality)])
    let result = ElectionResult(cast: 1, counted: 1, countedWeight: 1, challenged: 0, replaced: 0, totals: [1])
    let leaf = ServiceTree.Leaf(election: bytes32(), size: 3, root: bytes32())
    let place = ServiceTree.Place(leaf: leaf, proof: InclusionProof(index: 1, size: 2, hashes: [bytes32()]))
    let anchor = ElectionAnchor(transaction: bytes32(), block: 7, time: 8, root: bytes32(), place: place)
    guard let anchors = AnchorList(chain: 137, contract: Array(1...20), firstBlock: 5, anchors: [anchor]) else {
      preconditionFailure("good anchors")
    }
    return [
      Document(example: anchors.encoded) { (try? AnchorList($0))?.encoded },
      Document(example: manifest.encoded) { (try? Manifest($0))?.encoded },
      Document(example: roster.encoded) { (try? TrusteeRoster($0))?.encoded },
      Document(example: roll.encoded) { (try? Roll($0))?.encoded },
      Document(example: opening.encoded) { (try? OpeningEntry($0))?.encoded },
      Document(example: BoardEntry(.closing, time: 1).encoded) { (try? BoardEntry($0))?.encoded },
      Document(example: Array("\0\u{3}Why".utf8)) { (try? PublicReason($0))?.encoded },
      Document(example: CredentialReplacement(revoked: .zero, voter: roll[0]).encoded) {
        (try? CredentialReplacement($0))?.encoded
      },
      Document(example: tally.encoded) { (try? TallyRecord($0, options: 1))?.encoded },
      Document(example: result.encoded) { (try? ElectionResult($0, options: 1))?.encoded },
    ]
  }
}
