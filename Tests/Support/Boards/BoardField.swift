import BallotCryptography
import Curve25519
import Database
import Elections
import ParallelWork
import Synchronization
import TestSupport
import TransparencyLog
import Verification
import VotingService

/// A clock that a test turns.
public final class TestClock: Clock {
  private let time: Mutex<UInt64>

  public init(_ time: UInt64 = 1_700_000_000_000) { self.time = Mutex(time) }

  public func now() -> UInt64 { time.withLock { $0 } }

  /// Turns it, also backwards.
  public func advance(_ milliseconds: Int) { time.withLock { $0 = UInt64(Int($0) + milliseconds) } }

  /// Sets it.
  public func set(_ value: UInt64) { time.withLock { $0 = value } }
}

/// An election with everybody's keys, for tests of boards.
public struct BoardField: Sendable {
  /// Its reference.
  public let election: String
  public let parts: OpeningParts
  public let voters: [Credential]
  /// Of the trustees.
  public let signing: [Ed25519.PrivateKey]
  public let clock: TestClock
  /// The same in every process that knows the seed.
  public let master: Bytes32

  /// - Parameters:
  ///   - voters: how many stand on the roll.
  ///   - opens, closes: the manifest's times.
  ///   - anchoring: where and how it is anchored; `nil`: not at all.
  ///   - contests: the options of each, of which any number may be chosen; `nil`: one contest, one choice of three.
  public init(
    voters count: Int = 12, revoting: Revoting = .refused, issuer: CredentialIssuer = .service, opens: UInt64 = 0,
    closes: UInt64 = 0, anchoring: ElectionAnchoring? = nil, contests: [Int]? = nil, seed: String = "board field",
    clock: TestClock = TestClock(),
    election: String = "abcdefghijkmnpqrstuv"
  ) throws {
    self.election = election
    var random = seeded(seed)
    let trustees = try TrusteeKeys(3, threshold: 2, random: &random)
    signing = trustees.signing
    voters = (0..<count).map { _ in Credential(random: &random) }
    master = random.b32()
    let rules = contests?.map { ContestRules.approval(options: $0, maximum: $0) } ?? [.single(options: 3, blankAllowed: true)]
    let questions = try rules.map { rules in
      let rules = try need(rules, "rules")
      let options = try (1...rules.options).map { ContestOption(name: try text("Option \($0)")) }
      return try need(Contest(title: text("Who?"), rules: rules, options: options), "contest")
    }
    let manifest = try need(
      Manifest(
        title: text("A board under test"), opens: opens, closes: closes, revoting: revoting, issuer: issuer,
        smallAcknowledged: true, anchoring: anchoring, contests: questions), "manifest")
    let roll = try Roll(voters.map { RollEntry(credential: $0.publicKey, weight: 1, identity: random.b32()) })
    let (draw, output) = trustees.openingDraw(by: Array(trustees.parameters.indices))
    parts = OpeningParts(
      origin: try text("vote.example/\(election)"), manifest: manifest, trustees: try TrusteeRoster(trustees.encoded),
      roll: roll, quorum: 2, draw: draw, openingDraw: OpeningDraw(hash: draw.hash, output: output))
    self.clock = clock
  }

  /// Boards of a server on a database.
  public func boards(
    _ database: any Database, limits: BoardLimits = BoardLimits(), highWater: (any HighWater)? = nil, restored: Bool = false,
    metrics: MetricsRegistry = MetricsRegistry()
  ) -> Boards {
    let pool = ThreadPool(width: 2)
    return Boards(
      database: database, clock: clock, sealing: MasterKey(master), workers: Workers(width: pool.width, submit: pool.submit),
      highWater: highWater, metrics: metrics, limits: limits, restored: restored)
  }

  /// Opens the board; returns what ballots are bound to.
  public func open(_ boards: Boards, in database: any Database) async throws -> BallotContext {
    let election = election
    let parts = parts
    let opened = try await database.transaction { session in try await boards.open(election, parts, in: session) }
    return context(opened.electionID)
  }

  /// What ballots of the board with this id are bound to.
  public func context(_ electionID: Bytes32) -> BallotContext {
    BallotContext(election: electionID, jointKey: parts.trustees.jointKey(.election), layout: parts.manifest.layout)
  }

  /// Encrypts a choice, 0 ... 3; 0 is blank.
  public func encrypt(
    _ choice: Int, by credential: Credential, _ context: BallotContext, number: UInt32 = 1, random: inout SeededRandom
  ) throws -> (ballot: EncryptedBallot, opening: BallotOpening) {
    let values = [(1...3).map { UInt32($0 == choice ? 1 : 0) }]
    return try BallotEncryptor(context).encrypt(values, credential: credential.publicKey, number: number, random: &random)
  }

  /// A cast ballot.
  public func ballot(
    _ choice: Int, by voter: Int, _ context: BallotContext, number: UInt32 = 1, random: inout SeededRandom
  ) throws -> [UInt8] {
    let (ballot, _) = try encrypt(choice, by: voters[voter], context, number: number, random: &random)
    return CastBallot(ballot, credential: voters[voter], random: &random).encoded
  }

  /// The signature lines of trustees (numbers from 1) on a checkpoint.
  public func cosign(_ checkpoint: Checkpoint, by numbers: [Int]) throws -> [UInt8] {
    try numbers.flatMap { number in
      let signer = try NoteSigner(
        name: CosignerName.of(trustee: number, origin: parts.origin), type: .cosignature, privateKey: signing[number - 1])
      return try signer.cosign(checkpoint, timestamp: clock.now() / 1000).line
    }
  }

  /// Closes the board, has it cosigned, and reads all of it as a verifier would.
  public func close(_ boards: Boards) async throws -> MemoryRecord {
    try await boards.append(.closing, to: election)
    let request = try await boards.witnessRequest(election, old: 0)
    let checkpoint = request.checkpoint.checkpoint
    try await boards.addCosignatures(cosign(checkpoint, by: [3, 1]), size: checkpoint.size, election: election)
    return try await mirror(boards)
  }

  /// All files of the board at its present size.
  public func mirror(_ boards: Boards) async throws -> MemoryRecord {
    var record = MemoryRecord()
    let size = try await boards.state(of: election).size
    let tiles = try LogPaths(size: size).map { String(decoding: $0.bytes, as: UTF8.self) }
    let renewals = try await boards.state(of: election).renewals.indices.flatMap {
      [RenewalEntry.path($0 + 1), RenewalEntry.checkpointPath($0 + 1)].map { String(decoding: $0, as: UTF8.self) }
    }
    for path in ["manifest", "trustees", "roll", "draw-opening", "checkpoint"] + renewals + tiles {
      record[path] = try need(try await boards.file(path, election: election), path).bytes
    }
    return record
  }

  /// Runs checks 1 to 8.
  public func verify(_ record: MemoryRecord) throws -> (failure: CheckOutcome?, board: VerifiedBoard?) {
    let (report, board) = try RecordVerifier(source: record, runner: SequentialRunner()).verifyBoard()
    return (report.firstFailure, board)
  }
}
