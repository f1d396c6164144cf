import BallotCryptography
import Curve25519
import Database
import Elections
import Sealing
import TestBoards
import TestSupport
import ThresholdCryptography
import TransparencyLog
import Verification
import VotingService

/// The use cases of a whole election.
struct Service {
  let field: ElectionField
  let lives: LifeCycle

  init(_ field: ElectionField) {
    self.field = field
    lives = LifeCycle(field.rolls)
  }

  var ceremonies: Ceremonies { lives.ceremonies }

  /// The same service after a crash: it remembers nothing.
  func restarted() throws -> Service { Service(try ElectionField(field.environment.database, clock: field.clock)) }

  /// Has the jobs of elections done that are due.
  func work() async throws {
    let environment = field.environment
    let runner = JobRunner(database: environment.database, queue: environment.jobs, clock: environment.clock)
    await ElectionJobs.register(lives, with: runner)
    await runner.start()
    while true {
      let now = SQLValue.integer(Int64(environment.clock.now()))
      let open = try await environment.database.read { session in
        try await session.query(
          "SELECT 1 FROM jobs WHERE state IN ('waiting', 'running') AND due <= $1 AND kind IN ('election', 'tally') LIMIT 1", [now])
      }
      if open.isEmpty { break }
      await runner.wake()
      try await Task.sleep(for: .milliseconds(5))
    }
    await runner.stop()
  }
}

/// A trustee's machine, as far as the service sees it.
struct LifeTrustee {
  let key: Ed25519.PrivateKey
  let name: String
  var number = 0
  var ceremony: KeyCeremony<AES256GCM>?
  var read: UInt32 = 0

  init(_ name: String, random: inout SeededRandom) {
    key = Ed25519.PrivateKey(seed: random.b32())
    self.name = name
  }

  /// Takes an invitation up.
  mutating func join(_ token: String, _ service: Service) async throws {
    let joining = try need(TrusteeJoining(token: Array(token.utf8), name: text(name)), "joining")
    number = try await service.ceremonies.join(joining, signingKey: key.publicKey, signature: key.sign(joining.text)).number
  }

  /// Begins a ceremony: what is to be sent.
  mutating func begin(
    _ id: Bytes32, threshold: Int, keys: [Bytes32], random: inout SeededRandom
  ) throws -> [[UInt8]] {
    let configuration = try CeremonyConfiguration(ceremony: id, threshold: threshold, signingKeys: keys)
    var begun = try KeyCeremony<AES256GCM>(configuration, trustee: number, signingKey: key, using: &random)
    let messages = begun.start()
    self.ceremony = begun
    read = 0
    return messages
  }

  /// Reads what is new on the log and answers it.
  ///
  /// - Returns: whether there was anything.
  mutating func follow(_ id: Bytes32, _ reference: String, _ service: Service) async throws -> Bool {
    let page = try await service.ceremonies.messages(of: id, reference, after: read, for: key.publicKey)
    var answers: [[UInt8]] = []
    for entry in page.entries {
      if case .message(let bytes) = entry { answers += ceremony?.receive(bytes).messages ?? [] }
    }
    read += UInt32(page.entries.count)
    if !answers.isEmpty { _ = try await service.ceremonies.append(CeremonyBatch(answers).encoded, to: id, of: reference) }
    return !page.entries.isEmpty
  }

  func shares() throws -> SecretShares { try need(ceremony?.result, "result of the ceremony").shares }

  /// Passes the fire drill.
  func drill(_ reference: String, _ service: Service, random: inout SeededRandom) async throws {
    let state = try await service.ceremonies.state(of: reference)
    let id = try need(state.ceremony, "ceremony")
    var root = CeremonyRoot()
    for entry in try await service.ceremonies.messages(of: id, reference, after: 0, for: key.publicKey).entries {
      root.append(entry.hash)
    }
    let result = try need(ceremony?.result, "result")
    let drill = FireDrill(
      ceremony: id, size: root.size, root: root.root, keys: result.keys, drawKeys: result.dealings.map { $0.drawKey })
    let part = try drill.part(with: shares(), using: &random)
    try await service.ceremonies.addDrill(part.encoded, of: id, reference, by: key.publicKey)
  }

  /// Cosigns the newest checkpoint.
  func cosign(_ election: Election, _ service: Service) async throws {
    let boards = service.field.environment.boards
    let checkpoint = try await boards.witnessRequest(election.reference, old: 0).checkpoint.checkpoint
    let signer = try NoteSigner(
      name: CosignerName.of(trustee: number, origin: election.origin), type: .cosignature, privateKey: key)
    let line = try signer.cosign(checkpoint, timestamp: service.field.clock.now() / 1000).line
    try await service.ceremonies.cosign(line, size: checkpoint.size, election.reference)
  }

  /// Mirrors the board, verifies it, and decrypts what it recomputed.
  func decrypt(_ reference: String, _ service: Service, random: inout SeededRandom) async throws {
    let record = try await mirror(reference, service)
    let (report, verified) = try RecordVerifier(source: record, runner: SequentialRunner()).verifyBoard()
    let board = try need(verified, "board: \(report.firstFailure?.detail ?? "")")
    let statement = DecryptionStatement(
      election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
    let partial = try ClosingPart(of: statement, with: shares(), board.roster, random: &random)
    try await service.ceremonies.addPartial(partial.encoded, reference, by: key.publicKey)
  }
}

/// All files of a board at its present size, those of the tally too if they are there.
func mirror(_ reference: String, _ service: Service) async throws -> MemoryRecord {
  let boards = service.field.environment.boards
  var record = MemoryRecord()
  let size = try await boards.state(of: reference).size
  let tiles = try LogPaths(size: size).map { String(decoding: $0.bytes, as: UTF8.self) }
  for path in ["manifest", "trustees", "roll", "draw-opening", "checkpoint"] + tiles {
    record[path] = try need(try await boards.file(path, election: reference), path).bytes
  }
  for path in ["tally", "result", "draw-closing", "certificate"] {
    if let file = try await boards.file(path, election: reference) { record[path] = file.bytes }
  }
  return record
}

/// An election whose ceremony is done, with its trustees and voters' secrets.
struct PreparedElection {
  let service: Service
  let reference: String
  var trustees: [LifeTrustee]
  var secrets: [VotingSecret]
  var random: SeededRandom

  /// Makes a draft with `voters` voters and invites and joins `count` trustees.
  init(
    _ service: Service, _ manifest: Manifest? = nil, trustees count: Int = 3, threshold: Int = 2, voters: Int = 12,
    quorum: Int? = nil
  ) async throws {
    self.service = service
    let field = service.field
    var random = seeded("prepared election")
    let definition = ElectionDefinition(manifest: try manifest ?? ElectionField.manifest(), threshold: threshold, quorum: quorum)
    reference = try await field.elections.create(definition, by: field.organiser).reference
    let csv = "voterId,weight\n" + (1...voters).map { "v\($0),\($0 == 1 ? 3 : 1)\n" }.joined()
    _ = try await field.rolls.importVoters(Array(csv.utf8), to: reference, by: field.organiser)
    let links = try await field.rolls.issueLinks(for: reference, service: "https://vote.example", by: field.organiser)
    secrets = try links.map { link in
      let text = String(link.link.split(separator: "#")[1])
      return try need(Base64URL.decode(text).flatMap { Bytes32($0) }.flatMap { VotingSecret(secret: $0) }, "secret")
    }
    trustees = []
    for index in 0..<count {
      var trustee = LifeTrustee("Trustee \(Array("ABCDEFGH")[index])", random: &random)
      let invited = try await service.ceremonies.invite("Somebody \(index)", to: reference)
      try await trustee.join(invited.token, service)
      trustees.append(trustee)
    }
    self.random = random
  }

  /// Holds the key ceremony to its end.
  mutating func holdCeremony() async throws {
    let id = try await service.ceremonies.start(reference)
    let threshold = try await election().definition.threshold
    let keys = trustees.map { $0.key.publicKey }
    for index in trustees.indices {
      let messages = try trustees[index].begin(id, threshold: threshold, keys: keys, random: &random)
      _ = try await service.ceremonies.append(CeremonyBatch(messages).encoded, to: id, of: reference)
    }
    var isMoving = true
    while isMoving {
      isMoving = false
      for index in trustees.indices where try await trustees[index].follow(id, reference, service) { isMoving = true }
    }
  }

  mutating func drill(_ numbers: [Int]) async throws {
    for number in numbers { try await trustees[number - 1].drill(reference, service, random: &random) }
  }

  /// Everything up to the point where it can be opened.
  mutating func makeReady() async throws {
    try await holdCeremony()
    try await drill(Array(1...trustees.count))
  }

  /// These trustees sign the result.
  func sign(_ numbers: [Int], at other: Service? = nil) async throws {
    let service = other ?? service
    let signers = try numbers.map { SigningTrustee(key: trustees[$0 - 1].key, shares: try trustees[$0 - 1].shares()) }
    try await service.ceremonies.sign(reference, service.field.environment.boards, by: signers)
  }

  func election() async throws -> Election {
    try await service.field.elections.election(reference, for: service.field.organiser)
  }

  func phase() async throws -> TrusteePhase { try await service.ceremonies.state(of: reference).phase }

  /// Casts a voter's choice, 0 … 3, of the first contest; nothing of others.
  mutating func cast(_ choice: Int, by secret: VotingSecret) async throws {
    let boards = service.field.environment.boards
    let opening = try await boards.opening(of: reference)
    let jointKey = try need(RistrettoPoint(opening.entry.jointKey), "joint key")
    let context = BallotContext(election: opening.electionID, jointKey: jointKey, layout: opening.manifest.layout)
    var values = opening.manifest.contests.map { [UInt32](repeating: 0, count: $0.options.count) }
    if choice > 0 { values[0][choice - 1] = 1 }
    let (ballot, _) = try BallotEncryptor(context).encrypt(values, credential: secret.publicKey, number: 1, random: &random)
    let cast = CastBallot(ballot, credential: secret.credential, random: &random)
    _ = try await boards.cast(cast.encoded, election: reference)
  }
}
