import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

/// What election a forge holds.
public struct ElectionSetup {
  public var contests: [ContestRules]
  /// In which contests the order of the options is drawn, counted from 0.
  public var drawn: Set<Int> = []
  /// Of each voter on the roll.
  public var weights: [UInt32]
  public var trustees = 3
  public var threshold = 2
  /// Cosignatures needed; the threshold if nothing is said.
  public var quorum: Int?
  public var revoting = Revoting.refused
  public var opens: UInt64 = 0
  public var closes: UInt64 = 0
  public var smallAcknowledged = true
  /// On which chain; none if nothing is said.
  public var anchoring: ElectionAnchoring?

  public init(_ contests: [ContestRules?], weights: [UInt32] = [1, 1, 1]) throws {
    self.contests = try contests.map { try need($0, "contest rules") }
    self.weights = weights
  }
}

/// Someone on the roll, or who would like to be.
public struct Voter {
  public var credential: Credential
  public var weight: UInt32
  public var key: Bytes32 { credential.publicKey }

  public init(credential: Credential, weight: UInt32) {
    self.credential = credential
    self.weight = weight
  }
}

/// Holds an election step by step with everybody's keys, and lets each step be done otherwise. What it is left to do by itself is honest.
public struct Forge {
  public let setup: ElectionSetup
  public var random: SeededRandom
  public var manifest: Manifest
  public var trustees: TrusteeKeys
  public var voters: [Voter]
  public var logKey: Ed25519.PrivateKey
  public var opening: OpeningFields

  // The files fixed by the opening entry.
  public var manifestFile: [UInt8]
  public var trusteesFile: [UInt8]
  public var rollFile: [UInt8]
  public var drawFile: [UInt8] = []

  /// The files of renewals, in order.
  public var renewals: [[UInt8]] = []
  /// How each came into force.
  public var inForce: [RenewalForce] = []

  /// The board's leaves: entries, and pieces of those that are too long for one leaf.
  public var entries: [[UInt8]] = []
  /// The time of the next entry.
  public var time: UInt64
  private var encryptor: BallotEncryptor?
  /// The number of each credential's last ballot.
  public var numbers: [Bytes32: UInt32] = [:]

  /// Prepares the election and appends the opening entry.
  ///
  /// - Parameter beforeOpening: what the attacker does before; call `fixFiles()` at its end so that the entry fits the files.
  public init(
    _ setup: ElectionSetup, seed: String = "forge", beforeOpening: (inout Forge) throws -> Void = { _ in }
  ) throws {
    self.setup = setup
    var random = seeded(seed)
    manifest = try Self.manifest(setup)
    trustees = try TrusteeKeys(setup.trustees, threshold: setup.threshold, random: &random)
    voters = setup.weights.map { Voter(credential: Credential(random: &random), weight: $0) }
    logKey = Ed25519.PrivateKey(seed: random.b32())
    opening = OpeningFields(
      origin: Array("comitia.test/\(random.number(below: 1 << 40))".utf8), logKey: logKey.publicKey,
      quorum: UInt8(setup.quorum ?? setup.threshold))
    manifestFile = manifest.encoded
    trusteesFile = trustees.encoded
    rollFile = try Roll(
      voters.map { RollEntry(credential: $0.key, weight: $0.weight, identity: random.b32()) }
    ).encoded
    time = max(setup.opens, 1_700_000_000_000)
    self.random = random
    fixFiles()
    let absent = opening.absent
    try beforeOpening(&self)
    // Who says that others are absent has the rest of them draw.
    if opening.absent != absent { fixDraw() }
    append(.opening, opening.encoded)
  }

  private static func manifest(_ setup: ElectionSetup) throws -> Manifest {
    let contests = try setup.contests.enumerated().map { index, rules in
      let options = try (1...rules.options).map { ContestOption(name: try text("Option \($0)")) }
      let order: OptionOrder = setup.drawn.contains(index) ? .drawn : .listed
      return try need(Contest(title: text("Contest \(index + 1)"), rules: rules, options: options, order: order), "contest")
    }
    let manifest = Manifest(
      title: try text("An election"), description: try text("For tests."), opens: setup.opens, closes: setup.closes,
      revoting: setup.revoting, smallAcknowledged: setup.smallAcknowledged, anchoring: setup.anchoring,
      contests: contests)
    return try need(manifest, "manifest")
  }

  /// Makes the opening entry fit the files.
  public mutating func fixFiles() {
    opening.take(manifest: manifestFile, trustees: trustees, trusteesFile: trusteesFile, roll: rollFile)
    fixDraw()
  }

  /// Has the trustees that are not absent draw.
  private mutating func fixDraw() {
    let present = trustees.parameters.indices.filter { !opening.absent.contains(UInt8($0)) }
    let (record, output) = trustees.openingDraw(by: present)
    drawFile = record.encoded
    opening.drawHash = SHA256.digest(drawFile)
    opening.draw = output
  }

  // MARK: The election

  public var electionID: Bytes32 { SHA256.digest([0] + entries[0]) }
  public var layout: SpecLayout { SpecLayout(setup.contests) }
  public var jointKey: RistrettoPoint { trustees.jointKey }
  public var context: BallotContext {
    BallotContext(election: electionID, jointKey: jointKey, layout: manifest.layout)
  }

  /// Encrypts what a voter chose.
  public mutating func encrypt(
    _ values: [[UInt32]], by voter: Int
  ) throws -> (ballot: EncryptedBallot, opening: BallotOpening) {
    let encryptor = encryptor ?? BallotEncryptor(context)
    self.encryptor = encryptor
    return try encryptor.encrypt(values, credential: voters[voter].key, number: nextNumber(voter), random: &random)
  }

  private mutating func nextNumber(_ voter: Int) -> UInt32 {
    numbers[voters[voter].key, default: 0] += 1
    return numbers[voters[voter].key, default: 1]
  }

  /// A prover that does anything, at first what the voter's honest device would do.
  public mutating func forger(_ values: [[Int]], by voter: Int) -> BallotForger {
    BallotForger(
      election: electionID, key: jointKey, layout: layout, credential: voters[voter].key, number: nextNumber(voter),
      bits: layout.bits(of: values), random: &random)
  }

  // MARK: The board

  /// Appends an entry a second after the one before.
  public mutating func append(_ kind: EntryKind, _ body: [UInt8]) {
    entries += BoardEntry(kind, time: time, body: body).leaves
    time += 1000
  }

  /// Signs a ballot and casts it.
  @discardableResult
  public mutating func cast(_ ballot: EncryptedBallot, by voter: Int) -> CastBallot {
    let cast = CastBallot(ballot, credential: voters[voter].credential, random: &random)
    append(.cast, cast.encoded)
    return cast
  }

  /// Encrypts, signs and casts.
  @discardableResult
  public mutating func cast(_ values: [[UInt32]], by voter: Int) throws -> CastBallot {
    cast(try encrypt(values, by: voter).ballot, by: voter)
  }

  public mutating func challenge(_ ballot: EncryptedBallot, by voter: Int) {
    let challenge = BallotChallenge(ballot, credential: voters[voter].credential, random: &random)
    append(.challenge, challenge.encoded)
  }

  public mutating func publish(_ ballot: EncryptedBallot, _ opening: BallotOpening, by voter: Int) {
    let opened = OpenedBallot(ballot, opening: opening, credential: voters[voter].credential, random: &random)
    append(.opened, opened.encoded)
  }

  public mutating func close() { append(.closing, []) }

  public mutating func pause(_ reason: String = "A reason.") { append(.pause, Self.reason(reason)) }

  public mutating func resume() { append(.resume, []) }

  public mutating func abort(_ reason: String = "A reason.") { append(.abort, Self.reason(reason)) }

  /// The body of an entry with a reason, whatever it says.
  public static func reason(_ reason: String) -> [UInt8] {
    var writer = ByteWriter()
    writer.counted(Array(reason.utf8))
    return writer.bytes
  }

  /// Gives a voter a new credential, who uses it from now on.
  ///
  /// - Returns: the voter with the old one.
  @discardableResult
  public mutating func replace(_ voter: Int) -> Voter {
    let old = voters[voter]
    voters[voter].credential = Credential(random: &random)
    replace(old.key, by: voters[voter].key, weight: old.weight)
    return old
  }

  /// Replaces a credential by anything.
  public mutating func replace(_ revoked: Bytes32, by key: Bytes32, weight: UInt32 = 1) {
    let voter = RollEntry(credential: key, weight: weight, identity: random.b32())
    append(.replacement, CredentialReplacement(revoked: revoked, voter: voter).encoded)
  }

  /// The body that an entry has, its pieces before it included, as far as there are any (`docs/spec/06-record.md`, 6.9).
  public func body(_ entry: Int) -> [UInt8] {
    let pieces = entries[..<entry].reversed().prefix { $0.first == 10 }.reversed().flatMap { $0[9...] }
    return pieces + entries[entry].dropFirst(pieces.isEmpty ? 9 : 41)
  }

  /// An entry's body, replaced by an attacker who has the log's key.
  public mutating func alterBody(_ entry: Int, _ alter: (inout [UInt8]) throws -> Void) rethrows {
    var body = Array(entries[entry][9...])
    try alter(&body)
    entries[entry] = Array(entries[entry][..<9]) + body
  }

  // MARK: The log

  /// The record as far as it stands before the trustees come: with the tiles, without checkpoint and what comes after it.
  public func board() throws -> MemoryRecord {
    var record = MemoryRecord()
    record["manifest"] = manifestFile
    record["trustees"] = trusteesFile
    record["roll"] = rollFile
    record["draw-opening"] = drawFile
    for (index, file) in renewals.enumerated() { record["renewal-\(index + 1)"] = file }
    for (index, force) in inForce.enumerated() { record["renewal-\(index + 1)-checkpoint"] = try renewalCheckpoint(force).bytes }
    var tiles = TileBuilder()
    var files: [LogFile] = []
    for entry in entries { files += try tiles.append(entry) }
    for file in files + tiles.partialFiles() { record.write(file.bytes, to: file.path.bytes) }
    return record
  }

  /// A checkpoint by the log over the first entries, or over what one says.
  public func checkpoint(size: Int? = nil, root: Bytes32? = nil, by key: Ed25519.PrivateKey? = nil) throws -> SignedCheckpoint {
    let size = size ?? entries.count
    let signer = try NoteSigner(name: opening.origin, type: .ed25519, privateKey: key ?? logKey)
    return try signer.sign(
      Checkpoint(
        origin: opening.origin, size: UInt64(size),
        root: root ?? MerkleMirror.root(Array(entries.prefix(size)))))
  }

  /// A trustee's cosignature.
  public func cosignature(
    of trustee: Int, on signed: SignedCheckpoint, by key: Ed25519.PrivateKey? = nil
  ) throws -> NoteSignature {
    let signer = try NoteSigner(
      name: opening.origin + Array("/trustee/\(trustee)".utf8), type: .cosignature,
      privateKey: key ?? trustees.signing[trustee - 1])
    return try signer.cosign(signed.checkpoint, timestamp: time / 1000)
  }

  public func cosigned(_ signed: SignedCheckpoint, by numbers: [Int]) throws -> SignedCheckpoint {
    try numbers.reduce(signed) { try $0.adding(cosignature(of: $1, on: signed)) }
  }

  /// A voter's receipt for an entry.
  ///
  /// - Parameter size: of the checkpoint in it.
  public func receipt(for entry: Int, size: Int? = nil, tracker: Bytes32? = nil) throws -> Receipt {
    let size = size ?? entries.count
    let shown = try tracker ?? CastBallot(body(entry)).tracker
    return try Receipt(
      extra: shown.bytes, index: UInt64(entry), hashes: MerkleMirror.path(entry, Array(entries.prefix(size))),
      checkpoint: checkpoint(size: size))
  }
}
