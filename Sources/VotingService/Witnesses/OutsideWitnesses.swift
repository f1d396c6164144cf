import Curve25519
import Database
import TransparencyLog

/// Asks witnesses outside to cosign what boards show. Nobody waits for them: each has a task of its own, one request at a time, always about the newest
/// checkpoint, and with growing pauses while it is away. What is known of each stands in the database.
public struct OutsideWitnesses: Sendable {
  /// Something that an operator should look at.
  public enum Trouble: Sendable, Equatable {
    /// It did not cosign: why.
    case refused(String)
    /// It has cosigned more entries than the board has, or others: the board was restored from an old backup, or there are two.
    case sawAnother(size: UInt64)
  }

  private let witnesses: [OutsideWitness]
  private let database: any Database
  private let clock: any Clock
  private let boards: Boards
  private let transport: any WitnessTransport
  private let latency: Histogram
  private let answers: Counter
  private let report: @Sendable (_ witness: String, _ election: String, _ trouble: Trouble) -> Void

  /// Milliseconds after a cosignature before the same witness is asked about the same board again.
  private static let interval: UInt64 = 1000
  /// Milliseconds for which a board is one server's to ask about.
  private static let lease: UInt64 = 60_000
  /// Milliseconds of the longest pause while a witness does not cosign.
  private static let longestPause: UInt64 = 300_000
  /// Milliseconds after its last entry for which a board is shown to witnesses.
  private static let age: UInt64 = 30 * 86_400_000

  /// - Parameter report: takes what went wrong, once in a row, for the operator's log.
  public init(
    _ witnesses: [OutsideWitness], database: any Database, clock: any Clock, boards: Boards, transport: any WitnessTransport,
    metrics: MetricsRegistry = MetricsRegistry(),
    report: @escaping @Sendable (_ witness: String, _ election: String, _ trouble: Trouble) -> Void = { _, _, _ in }
  ) {
    self.witnesses = witnesses
    self.database = database
    self.clock = clock
    self.boards = boards
    self.transport = transport
    self.report = report
    latency = metrics.histogram("comitia_witness_seconds", help: "Time until a witness outside had answered, by witness.")
    answers = metrics.counter("comitia_witness_answers_total", help: "What witnesses outside answered, by witness.")
  }

  /// Asks all of them until the task is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      for witness in witnesses { group.addTask { await serve(witness) } }
    }
  }

  private func serve(_ witness: OutsideWitness) async {
    while !Task.isCancelled {
      // A database that is away for a while is others' to report.
      let pause: Duration
      do { pause = try await step(witness) ? .zero : .milliseconds(500) } catch { pause = .seconds(5) }
      if pause > .zero { try? await Task.sleep(for: pause) }
    }
  }

  /// Asks a witness about one board, if it is to be asked about any.
  ///
  /// - Returns: whether it was.
  func step(_ witness: OutsideWitness) async throws -> Bool {
    let store = WitnessStore(witness: witness)
    let now = clock.now()
    let youngest = now > Self.age ? now - Self.age : 0
    // Mostly there is nothing, and looking holds up nobody.
    guard try await database.read({ session in try await store.next(session, now: now, youngest: youngest) }) != nil else {
      return false
    }
    let turn = try await database.transaction { session in
      let turn = try await store.next(session, now: now, youngest: youngest)
      if let turn { try await store.take(session, turn, until: now + Self.lease) }
      return turn
    }
    guard let turn else { return false }
    let request: WitnessRequest
    do { request = try await boards.outsideRequest(turn.election, old: turn.size) } catch {
      // Such as a board that was restored: it has less than the witness saw.
      if case BoardError.beyondEnd = error { tell(witness, turn, .sawAnother(size: turn.size), "ahead") }
      try await postpone(store, turn, size: turn.size)
      return true
    }
    let start = ContinuousClock.now
    let answer = await transport.addCheckpoint(request.bytes, to: witness)
    latency.observe((ContinuousClock.now - start) / .seconds(1), [("witness", Self.label(witness))])
    try await take(answer, to: request, turn, store)
    return true
  }

  private func take(_ answer: WitnessAnswer, to request: WitnessRequest, _ turn: WitnessStore.Turn, _ store: WitnessStore)
    async throws
  {
    let witness = store.witness
    switch answer {
    case .lines(let lines):
      guard let note = Self.cosigned(request.checkpoint, lines, by: witness.key) else {
        tell(witness, turn, .refused("its answer holds no good signature by its key"), "invalid")
        return try await postpone(store, turn, size: turn.size)
      }
      count(witness, "cosigned")
      let due = clock.now() + Self.interval
      try await database.transaction { session in try await store.keep(session, turn.election, note, due: due) }
    case .otherSize(let size) where size != turn.size && size <= request.checkpoint.checkpoint.size:
      // It was asked by another server, or for the first time since it was configured here.
      count(witness, "other-size")
      try await postpone(store, turn, size: size, atOnce: turn.failures == 0)
    case .otherSize(let size):
      tell(witness, turn, .sawAnother(size: size), "ahead")
      try await postpone(store, turn, size: turn.size)
    case .refused(422):
      tell(witness, turn, .sawAnother(size: turn.size), "inconsistent")
      try await postpone(store, turn, size: turn.size)
    case .refused(let status):
      tell(witness, turn, .refused(status == 404 ? "it does not witness this board" : "it answered \(status)"), "refused")
      try await postpone(store, turn, size: turn.size)
    case .absent(let reason):
      tell(witness, turn, .refused(reason), "absent")
      try await postpone(store, turn, size: turn.size)
    }
  }

  /// The checkpoint with the log's and this witness's signature; `nil` when there is none that verifies.
  static func cosigned(_ checkpoint: SignedCheckpoint, _ lines: [UInt8], by key: VerifierKey) -> SignedCheckpoint? {
    guard let line = (try? WitnessRequest.parseAnswer(lines))?.first(where: { $0.keyName == key.name && $0.keyID == key.keyID }),
      key.verifies(line.signature, text: checkpoint.note.text)
    else { return nil }
    return try? checkpoint.adding(line)
  }

  private func postpone(_ store: WitnessStore, _ turn: WitnessStore.Turn, size: UInt64, atOnce: Bool = false) async throws {
    let pause = min(Self.longestPause, Self.interval << UInt64(min(turn.failures, 20)))
    let due = clock.now() + (atOnce ? 0 : pause)
    try await database.transaction { session in try await store.postpone(session, turn, size: size, due: due) }
  }

  private func count(_ witness: OutsideWitness, _ outcome: String) {
    answers.add(1, [("witness", Self.label(witness)), ("outcome", outcome)])
  }

  private func tell(_ witness: OutsideWitness, _ turn: WitnessStore.Turn, _ trouble: Trouble, _ outcome: String) {
    count(witness, outcome)
    if turn.failures == 0 || outcome == "ahead" || outcome == "inconsistent" {
      report(Self.label(witness), turn.election, trouble)
    }
  }

  private static func label(_ witness: OutsideWitness) -> String { String(decoding: witness.key.name, as: UTF8.self) }
}

// MARK: Publishing

extension Boards {
  /// The file `witnesses` beside the record (`docs/spec/06-record.md`, 6.6): the newest checkpoint that each witness outside cosigned.
  func outsideNotes(of election: String) async throws -> [UInt8] {
    try await database.read { session in try await WitnessStore.notes(session, of: election) }.flatMap { witness, note in
      Array("\(witness) \(note.count)\n".utf8) + note
    }
  }
}
