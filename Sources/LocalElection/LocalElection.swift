import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog
import Verification

/// Holds a whole election within one process and writes its record: trustees, voters and service each do what they would do on their own machines.
public struct LocalElection<Cipher: ShareCipher, Random: RandomSource, Runner: WorkRunner> {
  private let plan: ElectionPlan
  private var random: Random
  private let runner: Runner
  private let clock: () -> UInt64
  private let progress: (ElectionProgress) -> Void

  /// Ballots encrypted between two reports of progress, for each of the runner's threads.
  private static var chunk: Int { 64 }

  /// - Parameters:
  ///   - plan: what is held.
  ///   - cipher: seals the trustees' shares.
  ///   - random: a secure generator.
  ///   - runner: encrypts and verifies side by side.
  ///   - clock: Unix milliseconds.
  ///   - progress: told now and then how far the work is.
  public init(
    _ plan: ElectionPlan, cipher: Cipher.Type, random: Random, runner: Runner, clock: @escaping () -> UInt64,
    progress: @escaping (ElectionProgress) -> Void = { _ in }
  ) {
    self.plan = plan
    self.random = random
    self.runner = runner
    self.clock = clock
    self.progress = progress
  }

  /// Holds the election.
  ///
  /// - Parameter sink: receives the record and gives it back, for the trustees to verify.
  /// - Returns: election id and result.
  /// - Throws: `LocalElectionError`, `CeremonyParameterError`, `CeremonyFailure`, `RollError`, and what `sink` throws.
  public mutating func run<Sink: RecordSink & RecordSource>(into sink: Sink) throws -> (electionID: Bytes32, result: ElectionResult)
  {
    let present = try presentTrustees()
    report(.keyCeremony, 0, 1)
    let trustees = try LocalTrustees(names: plan.trustees, threshold: plan.threshold, cipher: Cipher.self, random: &random)
    report(.keyCeremony, 1, 1)
    let (roll, credentials) = try issueCredentials()

    let logKey = Ed25519.PrivateKey(seed: Bytes32(random.bytes(32).span))
    guard let origin = Text("comitia.local/" + Self.hex(random.bytes(16))) else { preconditionFailure("hexadecimal is text") }
    let (draw, drawn) = try trustees.draw(random: &random)
    let opening = OpeningEntry(
      origin: origin, logKey: logKey.publicKey, manifest: plan.manifest, trustees: trustees.roster, roll: roll,
      quorum: UInt8(trustees.roster.trustees.count), draw: OpeningDraw(draw, drawn))
    let openingEntry = BoardEntry(.opening, time: clock(), body: opening.encoded)
    let context = BallotContext(
      election: openingEntry.leafHash, jointKey: trustees.roster.jointKey(.election), layout: plan.manifest.layout)

    var board = try BoardWriter(origin: origin, key: logKey, sink: sink)
    try board.sink.write(plan.manifest.encoded, to: Array("manifest".utf8))
    try board.sink.write(trustees.roster.encoded, to: Array("trustees".utf8))
    try board.sink.write(draw.encoded, to: Array("draw-opening".utf8))
    try board.sink.write(roll.encoded, to: Array("roll".utf8))
    try board.append(openingEntry)
    try cast(credentials, context, &board)
    try close(trustees, origin, &board)
    let verified = try verifyBoard(board.sink)
    let result = try decrypt(verified, trustees, by: present, &board)
    return (context.election, result)
  }

  /// The trustees that decrypt, each once and ascending; asked before anything is done.
  private func presentTrustees() throws(LocalElectionError) -> [Int] {
    let present = plan.decrypting.isEmpty ? plan.trustees.indices.map { $0 + 1 } : Set(plan.decrypting).sorted()
    if let unknown = present.first(where: { !plan.trustees.indices.contains($0 - 1) }) { throw .noSuchTrustee(unknown) }
    guard present.count >= plan.threshold else { throw .tooFewTrustees(present: present.count, threshold: plan.threshold) }
    return present
  }

  private func report(_ phase: ElectionPhase, _ done: Int, _ total: Int) {
    progress(ElectionProgress(phase: phase, done: UInt64(done), total: UInt64(total)))
  }

  /// Makes a credential for every voter and freezes the roll.
  private mutating func issueCredentials() throws -> (Roll, [Credential]) {
    let total = plan.ballots.count
    report(.roll, 0, total)
    var credentials: [Credential] = []
    credentials.reserveCapacity(total)
    var voters: [RollEntry] = []
    voters.reserveCapacity(total)
    for (index, ballot) in plan.ballots.enumerated() {
      let credential = Credential(random: &random)
      credentials.append(credential)
      let identity = SHA256.hash(random.bytes(32) + Array("ballot \(index + 1)".utf8))
      voters.append(RollEntry(credential: credential.publicKey, weight: ballot.weight, identity: Bytes32(identity.span)))
      if index % 4096 == 4095 { report(.roll, index + 1, total) }
    }
    let roll = try Roll(voters)
    try roll.checkSizes(plan.manifest)
    report(.roll, total, total)
    return (roll, credentials)
  }

  /// Encrypts, signs and appends every ballot.
  private mutating func cast<Sink: RecordSink>(
    _ credentials: [Credential], _ context: BallotContext, _ board: inout BoardWriter<Sink>
  ) throws {
    let total = plan.ballots.count
    let encryptor = BallotEncryptor(context)
    let ballots = plan.ballots
    report(.casting, 0, total)
    var next = 0
    while next < total {
      var work: [(voters: Range<Int>, seed: [UInt8])] = []
      while work.count < runner.width && next < total {
        let end = min(next + Self.chunk, total)
        work.append((next..<end, random.bytes(64)))
        next = end
      }
      let cast = runner.map(work) { item -> Result<[CastBallot], LocalElectionError> in
        var random = SeededRandom(seed: item.seed)
        var output: [CastBallot] = []
        for voter in item.voters {
          let credential = credentials[voter]
          do throws(BallotError) {
            let (ballot, _) = try encryptor.encrypt(
              ballots[voter].values, credential: credential.publicKey, number: 1, random: &random)
            output.append(CastBallot(ballot, credential: credential, random: &random))
          } catch let error {
            return .failure(.invalidBallot(number: voter + 1, reason: error.text))
          }
        }
        return .success(output)
      }
      for chunk in cast {
        for ballot in try chunk.get() { try board.append(BoardEntry(.cast, time: clock(), body: ballot.encoded)) }
      }
      report(.casting, next, total)
    }
  }

  private func close<Sink: RecordSink>(
    _ trustees: LocalTrustees, _ origin: Text, _ board: inout BoardWriter<Sink>
  ) throws {
    report(.closing, 0, 1)
    try board.append(BoardEntry(.closing, time: clock()))
    let signed = try board.checkpoint()
    let cosigned = try trustees.cosign(signed, origin: origin, timestamp: clock() / 1000)
    try board.sink.write(cosigned.bytes, to: Array("checkpoint".utf8))
    report(.closing, 1, 1)
  }

  /// What each trustee does before it decrypts. Here all of them read one record with one program, so it is done once.
  private func verifyBoard<Source: RecordSource>(_ source: Source) throws -> VerifiedBoard {
    let verifier = RecordVerifier(source: source, runner: runner) { step in
      if step.stage == .proving { report(.boardVerification, Int(step.done), Int(step.total)) }
    }
    let (outcome, board) = try verifier.verifyBoard()
    if let failure = outcome.firstFailure {
      throw LocalElectionError.boardNotVerified(check: failure.check.name, detail: failure.detail)
    }
    if let reason = outcome.aborted {
      throw LocalElectionError.boardNotVerified(check: "bulletin board", detail: "the election was aborted: \(reason.text)")
    }
    guard let board else { throw LocalElectionError.boardNotVerified(check: "bulletin board", detail: "unreadable") }
    return board
  }

  private mutating func decrypt<Sink: RecordSink>(
    _ verified: VerifiedBoard, _ trustees: LocalTrustees, by present: [Int], _ board: inout BoardWriter<Sink>
  ) throws -> ElectionResult {
    report(.decryption, 0, 1)
    let totals = verified.tally.totals
    let statement = DecryptionStatement(
      election: verified.electionID, size: verified.size, root: verified.root, totals: totals)
    let partials = try trustees.decrypt(statement, by: present, random: &random)
    let key = try trustees.roster.thresholdKey(.election)
    let plaintexts = try Combination.plaintexts(statement, partials, key: key)
    let logarithm = DiscreteLogarithm(bound: verified.largestTotal, targets: totals.count)
    var found: [UInt64] = []
    for (option, total) in logarithm.logarithms(of: plaintexts).enumerated() {
      guard let total else { throw LocalElectionError.totalNotFound(option: option) }
      found.append(total)
    }
    let tally = TallyRecord(size: verified.size, root: verified.root, totals: totals, partials: partials)
    let result = ElectionResult(
      cast: UInt32(verified.counts.cast), counted: UInt32(verified.tally.ballots), countedWeight: verified.tally.weight,
      challenged: UInt32(verified.counts.challenged), replaced: UInt32(verified.counts.replaced), totals: found)
    try board.sink.write(tally.encoded, to: Array("tally".utf8))
    try board.sink.write(result.encoded, to: Array("result".utf8))
    let draw = try trustees.draw(
      election: verified.electionID, size: verified.size, root: verified.root, by: present, random: &random)
    try board.sink.write(draw.encoded, to: Array("draw-closing".utf8))
    let certificate = ResultCertificate(
      election: verified.electionID, size: verified.size, root: verified.root, tally: tally.encoded, result: result.encoded,
      draw: draw.encoded)
    let signature = try trustees.sign(certificate.message, by: present, random: &random)
    try board.sink.write(certificate.encoded(signature: signature), to: Array("certificate".utf8))
    report(.decryption, 1, 1)
    return result
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

extension BallotError {
  /// What is wrong, in plain words; contests and options counted from 1.
  public var text: String {
    switch self {
    case .wrongNumberOfContests(let expected): "it must answer \(expected) contests"
    case .wrongNumberOfOptions(let contest, let expected): "contest \(contest + 1) has \(expected) options"
    case .valueOutOfRange(let contest, let option, let range):
      "contest \(contest + 1), option \(option + 1): at most \(range) is allowed"
    case .undervote(let contest, let minimum): "contest \(contest + 1): at least \(minimum) must be given"
    case .overvote(let contest, let maximum): "contest \(contest + 1): at most \(maximum) may be given"
    }
  }
}
