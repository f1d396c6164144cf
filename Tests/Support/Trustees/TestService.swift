import BallotCryptography
import Curve25519
import Elections
import Sealing
import Synchronization
import ThresholdCryptography
import TransparencyLog
import TrusteeAgent
import TrusteeCoordination
import Verification

/// A service within the process that keeps the rules of `docs/spec/08-trustee-network.md`, and can be told to break them.
public final class TestService: Sendable {
  /// All that the service knows, and how it lies.
  public struct State: Sendable {
    public var version: UInt64 = 1
    public var phase = TrusteePhase.gathering
    public var names: [Text]
    public var keys: [Bytes32?]
    public var threshold: Int
    public var quorum: Int
    public var ceremony: Bytes32?
    public var messages: [[UInt8]] = []
    public var judge: CeremonyJudge?
    /// What ceremonies have failed of, and whose they were.
    public var failures: [(ceremony: CeremonyConfiguration, failure: CeremonyFailure)] = []
    public var drillParts: [Int: FireDrillPart] = [:]
    public var absent: [Int] = []
    public var board: TestBoard?
    /// Cosignature lines by size and trustee.
    public var cosignatures: [UInt64: [Int: NoteSignature]] = [:]
    /// Lines of the trustees before a renewal on the checkpoint that shows it, by renewal and trustee.
    public var renewalCosignatures: [Int: [Int: NoteSignature]] = [:]
    public var partials: [Int: ClosingPart] = [:]
    /// Who has sent two different good parts.
    public var secondParts: [Int] = []
    /// The board after its closing, once somebody has asked.
    var closed: ClosedBoard?
    /// What is signed, and how far it is.
    public var certificate: ResultCertificate?
    public var coordinator: SigningCoordinator?
    /// Whether the certificate is marked on Solana afterwards; what is to be signed then, and how far that is.
    public var marks = false
    public var markMessage: [UInt8] = []
    public var markCoordinator: SigningCoordinator?
    /// What was taken for the signature, in order.
    public var signingMessages: [(number: Int, bytes: [UInt8])] = []
    /// All that was said for it, of use or not.
    public var heard: [[UInt8]] = []
    public var shownCheckpoints: [[UInt8]] = []
    /// The hand-over that is wanted or under way.
    public var handOver: TestHandOver?
    /// The logs of those that came to a renewal.
    public var handedOver: [Bytes32: [[UInt8]]] = [:]
    /// What hand-overs have failed of, and their logs.
    public var failedHandOvers: [(configuration: HandOverConfiguration, failure: HandOverFailure, messages: [[UInt8]])] = []
    /// Attempts so far: an id is given once.
    var handOverAttempts: UInt64 = 0

    // What it answers instead of the truth.
    public var alterState: (@Sendable (inout TrusteeState) -> Void)?
    public var alterPage: (@Sendable (CeremonyPage) -> CeremonyPage)?
    public var alterFile: (@Sendable (String, [UInt8]) -> [UInt8])?
    public var alterWitness: (@Sendable (UInt64) -> WitnessAnswer?)?
    public var alterSigning: (@Sendable (Int) -> SigningRequest?)?
    public var alterFailure: (@Sendable (CeremonyFailure, CeremonyConfiguration) -> CeremonyFailure)?
    public var losesMessages = false
    public var losesCosignatures = false
    /// The status that every cosignature gets.
    public var refusesCosignatures: Int?
    /// Takes what trustees send without looking.
    public var isUnseen = false
  }

  public let reference: ElectionReference
  public let origin: Text
  public let title: Text
  private let content: Mutex<State>

  /// An election with invited trustees; who has a key has joined.
  public init(keys: [Bytes32?], threshold: Int, quorum: Int) {
    var random = SeededRandom(seed: [9])
    reference = ElectionReference(using: &random)
    guard let origin = Text("vote.example/\(reference)"), let title = Text("Board") else { preconditionFailure("plain text") }
    self.origin = origin
    self.title = title
    let names = keys.indices.map { Text("Trustee \($0 + 1)") ?? .empty }
    content = Mutex(State(names: names, keys: keys, threshold: threshold, quorum: quorum))
  }

  /// The same service once more: from now on each goes its own way.
  public init(copying other: TestService) {
    reference = other.reference
    origin = other.origin
    title = other.title
    content = Mutex(other.content.withLock { $0 })
  }

  /// Looks into the service, or changes it.
  @discardableResult
  public func with<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    try content.withLock { state in
      let before = state.version
      defer { state.version = before + 1 }
      return try body(&state)
    }
  }

  /// Looks into the service. Nothing changes.
  public func peek<Result>(_ body: (State) throws -> Result) rethrows -> Result { try content.withLock { try body($0) } }

  /// Grows with every change.
  public var version: UInt64 { content.withLock { $0.version } }

  public func connection(of number: Int) -> TestConnection { TestConnection(service: self, number: number) }

  // MARK: Life of the election

  /// A ceremony with a new id.
  public func beginCeremony(_ id: Bytes32) throws {
    try with { state in
      let keys = state.keys.compactMap { $0 }
      state.judge = CeremonyJudge(try CeremonyConfiguration(ceremony: id, threshold: state.threshold, signingKeys: keys))
      state.ceremony = id
      state.messages = []
      state.drillParts = [:]
      state.absent = []
      state.phase = .ceremony
    }
  }

  /// Opens the election: entry 0.
  public func open(voters: Int = 12) throws {
    try with { state in
      guard let dealings = state.judge?.log.dealings, let parameters = state.judge?.log.configuration.parameters,
        let roster = TrusteeRoster(
          parameters: parameters,
          trustees: state.names.indices.map {
            RosterEntry(name: state.names[$0], signingKey: state.keys[$0] ?? .zero, dealing: dealings[$0])
          })
      else { throw TrusteeConnectionError.refused(status: 409, "no key") }
      guard let draw = state.openingDraw else { throw TrusteeConnectionError.refused(status: 409, "no draw") }
      state.board = try TestBoard(
        origin: origin, title: title, roster: roster, quorum: state.quorum, absent: state.absent, draw: draw, voters: voters)
      state.phase = .open
    }
  }

  /// Casts ballots.
  public func cast(_ voters: Range<Int>) throws { try with { state in try state.board?.cast(voters) } }

  /// Interrupts voting.
  public func pause() throws {
    try with { state in
      try state.board?.pause()
      state.phase = .paused
    }
  }

  /// Lets voting go on.
  public func resume() throws {
    try with { state in
      try state.board?.resume()
      state.phase = .open
    }
  }

  /// Ends voting, and what goes on besides; not before all renewals are in force.
  public func close() throws {
    try with { state in
      guard state.board?.pending.isEmpty == true else { throw TrusteeConnectionError.refused(status: 409, "not in force") }
      try state.board?.close()
      state.handOver = nil
      state.phase = .closing
    }
  }

  /// There will be no result, unless the totals are published.
  public func giveUp() {
    let isPublished = with { $0.certificate != nil }
    if !isPublished { try? abort() }
  }

  /// The process starts again with what it kept.
  public func restart(keepsMessages: Bool = true, keepsSigning: Bool = true) {
    with { state in
      state.closed = nil
      if !keepsMessages, state.phase == .ceremony { state.messages = state.messages.dropLast() }
      if !keepsSigning { state.signingMessages = state.signingMessages.dropLast() }
      if let configuration = state.judge?.log.configuration {
        var judge = CeremonyJudge(configuration)
        for message in state.messages { judge.replay(message, hash: Bytes32(SHA256.hash(message).span)) }
        state.judge = judge
      }
      state.handOver?.replay()
      guard let old = state.coordinator else { return }
      var coordinator = SigningCoordinator(key: old.key, message: old.message)
      for (number, bytes) in state.signingMessages {
        if let answer = try? SigningAnswer(bytes, trustee: number) { _ = coordinator.take(answer) }
      }
      state.coordinator = coordinator
    }
  }

  /// There will be no result.
  public func abort() throws {
    try with { state in
      if state.board?.isClosed == false { try state.board?.abort() }
      state.handOver = nil
      state.phase = .aborted
    }
  }
}

// MARK: - What trustees ask

extension TestService {
  /// The number of a trustee on the roster: those who come by a hand-over ask under one that is greater by 100.
  static func number(of asker: Int) -> Int { asker > 100 ? asker - 100 : asker }

  public func state(of number: Int) -> TrusteeState {
    content.withLock { state in
      var answer = TrusteeState(
        version: state.version, phase: state.phase, origin: origin, title: title, electionID: state.board?.electionID,
        threshold: state.threshold, quorum: state.quorum,
        trustees: state.names.indices.map {
          TrusteeState.Member(number: $0 + 1, name: state.names[$0], signingKey: state.keys[$0])
        }, number: number, ceremony: state.ceremony, messages: UInt64(state.messages.count),
        passed: state.drillParts.keys.sorted(), boardSize: state.board?.size ?? 0)
      answer.number = Self.number(of: number)
      answer.renewals = state.board?.renewals ?? []
      answer.handOver = state.handOver?.shown
      state.alterState?(&answer)
      return answer
    }
  }

  public func page(for number: Int, after: UInt32) -> [UInt8] {
    content.withLock { state in
      let isOver = state.phase != .ceremony
      let rest = state.messages.dropFirst(Int(after)).prefix(7)
      let entries = rest.map { bytes -> CeremonyLogEntry in
        let isForeign = bytes[0] == 3 && (isOver || bytes[34] != UInt8(number))
        return isForeign ? .shareHash(Bytes32(SHA256.hash(bytes).span)) : .message(bytes)
      }
      let page = CeremonyPage(start: after, entries: entries)
      return (state.alterPage?(page) ?? page).encoded
    }
  }

  public func take(_ batch: [UInt8], ceremony: Bytes32) throws(TrusteeConnectionError) {
    guard let batch = try? CeremonyBatch(encoded: batch) else { throw .refused(status: 422, "no batch") }
    try change { (state) throws(TrusteeConnectionError) in
      guard var judge = state.judge, state.ceremony == ceremony else { throw .refused(status: 404, "no such ceremony") }
      if state.losesMessages || state.phase != .ceremony { return }
      let judgement: CeremonyJudge.Judgement
      do throws(CoordinationError) { judgement = try judge.take(batch.messages) } catch {
        throw .refused(status: 422, "\(error)")
      }
      state.messages += judgement.messages.map { $0.bytes }
      state.judge = judge
      if judgement.dealings != nil { state.phase = .drill }
      if !judgement.failures.isEmpty {
        let configuration = judge.log.configuration
        state.failures += judgement.failures.map { (configuration, state.alterFailure?($0, configuration) ?? $0) }
        state.phase = .failed
      }
    }
  }

  public func takeDrill(_ bytes: [UInt8], ceremony: Bytes32, from number: Int) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      guard state.ceremony == ceremony else { throw .refused(status: 404, "no such ceremony") }
      guard let drill = state.drill else { throw .refused(status: 409, "the ceremony goes on") }
      guard let part = try? FireDrillPart(bytes), part.trustee == number, state.isUnseen || (try? drill.verify(part)) != nil else {
        throw .refused(status: 422, "a part that does not verify")
      }
      guard state.drillParts[number] == nil else { return }
      guard state.board == nil, state.phase != .aborted else { throw .refused(status: 409, "the election is open, or over") }
      state.drillParts[number] = part
      state.absent.removeAll { $0 == number }
      state.endDrill()
    }
  }

  /// These have missed the fire drill; nobody waits for them.
  public func acknowledge(absent: [Int]) {
    with { state in
      guard state.phase == .drill else { return }
      state.absent = absent.filter { state.drillParts[$0] == nil }
      state.endDrill()
    }
  }

  public func file(_ path: [UInt8]) throws(TrusteeConnectionError) -> [UInt8] {
    let name = String(decoding: path, as: UTF8.self)
    return try look { (state) throws(TrusteeConnectionError) in
      let bytes = name == "checkpoint" ? try? state.closingCheckpoint?.bytes : state.board?.files[name]
      guard let bytes else { throw .refused(status: 404, name) }
      return state.alterFile?(name, bytes) ?? bytes
    }
  }

  public func witness(old: UInt64, by key: Bytes32? = nil) throws(TrusteeConnectionError) -> WitnessAnswer {
    try look { (state) throws(TrusteeConnectionError) in
      if let lie = state.alterWitness?(old) { return lie }
      guard let board = state.board else { throw .refused(status: 409, "no board") }
      guard old <= board.size else { return .behind }
      guard let request = try? board.witnessRequest(old: old, by: key) else { throw .refused(status: 500, "no proof") }
      return .request(request.bytes)
    }
  }

  public func takeCosignature(size: UInt64, _ lines: [UInt8], from number: Int) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      if state.losesCosignatures { throw .unavailable("lost") }
      if let status = state.refusesCosignatures { throw .refused(status: status, "refused") }
      guard let board = state.board, let line = try? WitnessRequest.parseAnswer(lines).first else {
        throw .refused(status: 422, "no line")
      }
      guard let checkpoint = board.checkpoint(of: size) else { return }
      let number = Self.number(of: number)
      let isLast = try state.takeForRenewal(line, from: number, size: size)
      guard let key = try? board.policy(at: size).witnesses[number - 1] else { throw .refused(status: 500, "no keys") }
      guard line.keyName == key.name, line.keyID == key.keyID, key.verifies(line.signature, text: checkpoint.checkpoint.body) else {
        if isLast { return }
        let isFormer = board.renewals.contains { (try? board.policy(at: $0))?.witnesses[number - 1].keyID == line.keyID }
        throw isFormer ? .refused(status: 403, "another has its place") : .refused(status: 422, "not a cosignature")
      }
      state.cosignatures[size, default: [:]][number] = line
      if state.phase == .closing, size == board.size, state.cosignatures[size, default: [:]].count >= state.quorum {
        state.phase = .decrypting
      }
    }
  }

  public func takePartial(_ bytes: [UInt8], from number: Int) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      let number = Self.number(of: number)
      if state.partials[number]?.encoded == bytes { return }
      guard state.phase == .decrypting, let board = state.board else { throw .refused(status: 409, "the phase is over") }
      guard state.cosignatures[board.size]?[number] != nil else { throw .refused(status: 403, "not cosigned") }
      let closed: ClosedBoard
      do { closed = try state.closedBoard() } catch { throw .unavailable("\(error)") }
      let read = state.isUnseen ? try? ClosingPart(bytes, count: closed.statement.totals.count) : closed.part(bytes, of: number)
      guard let part = read else { throw .refused(status: 422, "a part that does not verify") }
      if state.partials[number] == nil { state.partials[number] = part } else { state.secondParts.append(number) }
    }
  }

  public func takeShown(_ checkpoint: [UInt8]) { with { $0.shownCheckpoints.append(checkpoint) } }

  /// Publishes tally, result and closing draw, from the parts that are there: they are to be signed. Nothing happens as long as there are too few.
  public func finish() throws {
    try with { state in
      guard state.phase == .decrypting, let acting = state.board?.acting else { return }
      let parts = state.partials.sorted { $0.key < $1.key }.map { $0.value }
      guard let made = try state.closedBoard().decrypt(parts) else { return }
      state.board?.publish(tally: made.tally, result: made.result, draw: made.draw)
      state.certificate = made.certificate
      state.coordinator = SigningCoordinator(key: JointSigningKey(acting.keys.signing), message: made.certificate.message)
      state.phase = .signing
    }
  }

  public func signingRequest(of number: Int) throws(TrusteeConnectionError) -> [UInt8] {
    try look { (state) throws(TrusteeConnectionError) in
      guard state.phase == .signing, let coordinator = state.coordinator else { throw .refused(status: 409, "nothing to sign") }
      if let lie = state.alterSigning?(number) { return lie.encoded }
      return coordinator.request(for: Self.number(of: number)).encoded
    }
  }

  public func takeSigning(_ bytes: [UInt8], from number: Int) throws(TrusteeConnectionError) {
    try change { (state) throws(TrusteeConnectionError) in
      guard state.phase == .signing, var coordinator = state.coordinator else { throw .refused(status: 409, "nothing to sign") }
      let number = Self.number(of: number)
      guard let answer = try? SigningAnswer(bytes, trustee: number) else { throw .refused(status: 422, "no answer") }
      state.heard.append(bytes)
      let outcome = coordinator.take(answer)
      guard SigningCoordinator.isKept(outcome) else {
        if outcome == .duplicate { return }
        throw .refused(status: 409, "of no use")
      }
      state.coordinator = coordinator
      state.signingMessages.append((number, bytes))
      switch outcome {
      case .wrongShare: throw .refused(status: 422, "a wrong share")
      case .finished:
        guard let certificate = state.certificate, let signature = coordinator.signature else { return }
        state.board?.certify(certificate, signature: signature)
        state.phase = state.marks ? .marking : .tallied
      case .accepted, .duplicate, .started, .refused: break
      }
    }
  }

  func change<Result>(
    _ body: (inout State) throws(TrusteeConnectionError) -> Result
  ) throws(TrusteeConnectionError) -> Result {
    try content.withLock { (state) throws(TrusteeConnectionError) in
      state.version += 1
      return try body(&state)
    }
  }

  func look<Result>(
    _ body: (inout State) throws(TrusteeConnectionError) -> Result
  ) throws(TrusteeConnectionError) -> Result {
    try content.withLock { (state) throws(TrusteeConnectionError) in try body(&state) }
  }
}

extension TestService.State {
  /// The opening draw, once enough have passed the fire drill.
  public var openingDraw: (record: DrawRecord, output: BeaconOutput)? {
    drill?.outcome(drillParts.filter { !absent.contains($0.key) }.sorted { $0.key < $1.key }.map { $0.value })
  }

  /// The fire drill, once the ceremony is complete.
  var drill: FireDrill? {
    guard let id = ceremony, let judge, let keys = judge.log.keys, let dealings = judge.log.dealings else { return nil }
    return FireDrill(ceremony: id, size: judge.size, root: judge.root.root, keys: keys, drawKeys: dealings.map { $0.drawKey })
  }

  /// Ends the fire drill when everybody is there or known to be absent.
  mutating func endDrill() {
    let isOver = names.indices.allSatisfy { drillParts[$0 + 1] != nil || absent.contains($0 + 1) }
    if phase == .drill, isOver { phase = .ready }
  }

  /// The closed board, verified by the first who asks.
  public mutating func closedBoard() throws(CoordinationError) -> ClosedBoard {
    if let closed { return closed }
    var files = board?.files ?? [:]
    files["checkpoint"] = try? closingCheckpoint?.bytes
    let board = try ClosedBoard(verifying: BoardFiles(files: files), runner: SequentialRunner())
    closed = board
    return board
  }

  /// The closing checkpoint with the cosignatures so far.
  var closingCheckpoint: SignedCheckpoint? {
    get throws {
      guard let board, var signed = board.checkpoint(of: board.size) else { return nil }
      for (_, line) in cosignatures[board.size, default: [:]].sorted(by: { $0.key < $1.key }) { signed = try signed.adding(line) }
      return signed
    }
  }
}

/// Files of a board, for the verifier.
public struct BoardFiles: RecordSource {
  let files: [String: [UInt8]]

  public init(files: [String: [UInt8]]) { self.files = files }

  public func read(_ path: [UInt8]) -> [UInt8]? { files[String(decoding: path, as: UTF8.self)] }
}
