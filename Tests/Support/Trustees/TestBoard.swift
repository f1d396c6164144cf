import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog
import TrusteeCoordination
import Verification

/// The board of an election with a few voters and one question.
public struct TestBoard: Sendable {
  public let roster: TrusteeRoster
  /// With the renewals so far.
  public private(set) var amended: AmendedRoster
  public private(set) var renewals: [UInt64] = []
  private let opening: OpeningEntry
  public let electionID: Bytes32
  /// What is public, by path.
  public private(set) var files: [String: [UInt8]] = [:]
  public private(set) var isClosed = false
  /// Whether its last entry gives the election up.
  public private(set) var isAborted = false
  private let manifest: Manifest
  private let signer: NoteSigner
  private let credentials: [Credential]
  private let context: BallotContext
  private var random: SeededRandom
  private var tiles = TileBuilder()
  private var checkpoints: [UInt64: SignedCheckpoint] = [:]
  private var time: UInt64 = 1_700_000_000_000

  public var size: UInt64 { tiles.size }

  /// Opens the board.
  public init(
    origin: Text, title: Text, roster: TrusteeRoster, quorum: Int, absent: [Int] = [],
    draw: (record: DrawRecord, output: BeaconOutput), voters count: Int = 12, seed: UInt8 = 1
  ) throws {
    var random = SeededRandom(seed: [seed])
    guard let rules = ContestRules.single(options: 2, blankAllowed: true),
      let yes = Text("Yes"), let no = Text("No"),
      let contest = Contest(title: title, rules: rules, options: [ContestOption(name: yes), ContestOption(name: no)]),
      let manifest = Manifest(title: title, contests: [contest])
    else { preconditionFailure("a small election") }
    var credentials: [Credential] = []
    var voters: [RollEntry] = []
    for _ in 0..<count {
      let credential = Credential(random: &random)
      credentials.append(credential)
      voters.append(RollEntry(credential: credential.publicKey, weight: 1, identity: Bytes32(random.bytes(32).span)))
    }
    let roll = try Roll(voters)
    let logKey = Ed25519.PrivateKey(seed: Bytes32(random.bytes(32).span))
    let opening = OpeningEntry(
      origin: origin, logKey: logKey.publicKey, manifest: manifest, trustees: roster, roll: roll, quorum: UInt8(quorum),
      absent: absent, draw: OpeningDraw(draw.record, draw.output))
    let entry = BoardEntry(.opening, time: time, body: opening.encoded)
    self.roster = roster
    self.manifest = manifest
    self.credentials = credentials
    amended = try AmendedRoster(roster)
    self.opening = opening
    signer = try NoteSigner(name: origin.utf8, type: .ed25519, privateKey: logKey)
    electionID = entry.leafHash
    context = BallotContext(election: electionID, jointKey: roster.jointKey(.election), layout: manifest.layout)
    self.random = random
    files["manifest"] = manifest.encoded
    files["trustees"] = roster.encoded
    files["roll"] = roll.encoded
    files["draw-opening"] = draw.record.encoded
    try append(entry)
  }

  private mutating func append(_ entry: BoardEntry) throws {
    for file in try tiles.append(entry.encoded) + tiles.partialFiles() { files[file.path.description] = file.bytes }
    checkpoints[size] = try signer.sign(Checkpoint(origin: signer.key.name, size: size, root: tiles.root))
  }

  /// Each of these voters casts a ballot.
  public mutating func cast(_ voters: Range<Int>) throws {
    let encryptor = BallotEncryptor(context)
    for voter in voters {
      let (ballot, _) = try encryptor.encrypt(
        [[UInt32(voter % 2), UInt32(1 - voter % 2)]], credential: credentials[voter].publicKey, number: 1, random: &random)
      time += 1000
      try append(BoardEntry(.cast, time: time, body: CastBallot(ballot, credential: credentials[voter], random: &random).encoded))
    }
  }

  /// Other shares count from now on.
  public mutating func renew(_ renewal: Renewal) throws {
    try amended.renew(renewal, at: size, election: electionID, logKey: opening.logKey)
    renewals.append(size)
    files["renewal-\(renewal.number)"] = renewal.encoded
    time += 1000
    try append(BoardEntry(.renewal, time: time, body: RenewalEntry(renewal).encoded))
  }

  /// Renewals that the trustees before them have not brought into force, ascending.
  public var pending: [Int] { (1..<renewals.count + 1).filter { files["renewal-\($0)-checkpoint"] == nil } }

  /// What the trustees before a renewal are to cosign.
  public func inForce(_ renewal: Int) throws -> RenewalInForce? {
    guard renewals.indices.contains(renewal - 1), let checkpoint = checkpoints[renewals[renewal - 1] + 1] else { return nil }
    return try RenewalInForce(opening: opening, before: amended.terms[renewal - 1].acting, checkpoint: checkpoint)
  }

  /// Publishes the checkpoint of a renewal.
  public mutating func bringIntoForce(_ renewal: Int, _ file: [UInt8]) {
    if files["renewal-\(renewal)-checkpoint"] == nil { files["renewal-\(renewal)-checkpoint"] = file }
  }

  /// Voting is interrupted.
  public mutating func pause() throws {
    guard let text = Text("The hall has to be cleared"), let reason = PublicReason(text) else { preconditionFailure("plain text") }
    time += 1000
    try append(BoardEntry(.pause, time: time, body: reason.encoded))
  }

  /// It goes on.
  public mutating func resume() throws {
    time += 1000
    try append(BoardEntry(.resume, time: time))
  }

  /// The key of its log.
  public var logKey: VerifierKey { signer.key }

  /// Whose signatures a checkpoint of this size carries.
  public func policy(at size: UInt64) throws -> LogPolicy { try LogPolicy(opening: opening, acting: amended.acting(at: size)) }

  /// Who acts at its end.
  public var acting: ActingTrustees { amended.acting(at: size) }

  public mutating func close() throws {
    try append(BoardEntry(.closing, time: time + 1000))
    isClosed = true
  }

  /// The last entry says that there is no result.
  public mutating func abort() throws {
    guard let text = Text("A mistake in the manifest"), let reason = PublicReason(text) else { preconditionFailure("plain text") }
    try append(BoardEntry(.abort, time: time + 1000, body: reason.encoded))
    isClosed = true
    isAborted = true
  }

  /// Signed by the log alone.
  public func checkpoint(of size: UInt64) -> SignedCheckpoint? { checkpoints[size] }

  /// - Parameter key: whose place another has is asked for no more than the checkpoint that shows it.
  public func witnessRequest(old: UInt64, by key: Bytes32? = nil) throws -> WitnessRequest {
    let isFormer = key.map { amended.hasKnown($0) && acting.number(signingWith: $0) == nil } ?? false
    let asked = renewals.indices.first { renewals[$0] >= old && (isFormer || pending.contains($0 + 1)) }
    let size = asked.map { renewals[$0] + 1 } ?? size
    guard let checkpoint = checkpoints[size] else { preconditionFailure("every size has a checkpoint") }
    let proof = try ConsistencyProof(oldSize: old, newSize: size) { files[$0.description] }
    return try WitnessRequest(oldSize: old, hashes: proof.hashes, checkpoint: checkpoint)
  }

  /// Publishes tally, result and closing draw.
  mutating func publish(tally: [UInt8], result: [UInt8], draw: [UInt8]) {
    (files["tally"], files["result"], files["draw-closing"]) = (tally, result, draw)
  }

  /// Publishes the certificate.
  public mutating func certify(_ certificate: ResultCertificate, signature: [UInt8]) {
    files["certificate"] = certificate.encoded(signature: signature)
  }
}
