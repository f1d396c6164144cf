import Curve25519
import Elections
import Foundation
import Solana
import SolanaMarks
import SolanaTransactions
import StrictJSON
import Synchronization
import TestBoards
import TestChains
import TestDatabases
import TestSupport
import Testing
import ThresholdCryptography
import VotingService

/// The interpreter that `scripts/python-env` makes; `nil` where it has not been.
let python: String? = {
  let path = URL(filePath: #filePath).appending(path: "../../../../.build/python/bin/python").standardizedFileURL.path
  return FileManager.default.isExecutableFile(atPath: path) ? path : nil
}()

extension Trait where Self == ConditionTrait {
  /// The test needs packages of Python: `make python` installs them.
  static var needsPython: Self { .enabled(if: python != nil, "scripts/python-env makes .build/python") }
}

/// Where a process dies.
enum MarkStep: CaseIterable, Sendable {
  case found, prepared, sent
}

/// The process died there, after the network had done what was asked.
struct ProcessDied: Error {}

/// A ledger whose server dies once, after a step.
final class DyingLedger: ResultLedger {
  private let inner: SolanaLedger
  private let dies: Mutex<MarkStep?>
  /// What was sent, each once.
  let signatures = Mutex<Set<[UInt8]>>([])

  init(_ inner: SolanaLedger, after step: MarkStep? = nil) {
    self.inner = inner
    dies = Mutex(step)
  }

  var payer: SolanaAddress { inner.payer }

  private func dieOnce(after step: MarkStep) throws(LedgerTrouble) {
    let isNow = dies.withLock { dies in
      defer { if dies == step { dies = nil } }
      return dies == step
    }
    if isNow { throw LedgerTrouble("the process died") }
  }

  func find(_ file: CertifiedFile) async throws(LedgerTrouble) -> ResultAnchorProof? {
    let proof = try await inner.find(file)
    try dieOnce(after: .found)
    return proof
  }

  func prepare(_ file: CertifiedFile) async throws(LedgerTrouble) -> SolanaMessage {
    let message = try await inner.prepare(file)
    try dieOnce(after: .prepared)
    return message
  }

  func send(_ message: SolanaMessage, signature: [UInt8], of file: CertifiedFile) async throws(LedgerTrouble) -> LedgerOutcome {
    signatures.withLock { _ = $0.insert(signature) }
    let outcome = try await inner.send(message, signature: signature, of: file)
    try dieOnce(after: .sent)
    return outcome
  }
}

/// An election of five trustees, of whom three sign, up to the certificate; and a Solana of its own.
struct MarkField {
  let chain: SolanaChain
  let client: SolanaClient
  let ledger: DyingLedger
  var field: TrusteeField

  var election: String { field.election }

  init(
    _ test: TestDatabase, _ chain: SolanaChain, servers: Int = 1, dies step: MarkStep? = nil, lamports: UInt64 = 1_000_000_000,
    timeout: Double = 15
  ) async throws {
    self.chain = chain
    client = SolanaClient(chain.rpc())
    var random = seeded("payer")
    let key = Ed25519.PrivateKey(seed: random.b32())
    let inner = SolanaLedger(
      SolanaClient(chain.rpc(timeout: timeout)), network: try await client.genesisHash(), payerKey: key, highestPrice: 2000,
      tries: 6
    ) { await Task.yield() }
    ledger = DyingLedger(inner, after: step)
    if lamports > 0 { _ = try await client.requestAirdrop(to: inner.payer, lamports: lamports) }
    field = try TrusteeField(test, servers: servers, names: ["Ada", "Bo", "Cy", "Di", "Ed"], threshold: 3, ledger: ledger)
    try await certify()
  }

  private mutating func certify() async throws {
    try await field.vote(quorum: 3)
    try await field.close()
    try await field.cosign([1, 2, 3, 4, 5])
    try await field.decrypt([1, 2, 3])
    _ = try await field.server().ceremonies.tally(election)
    try await field.sign([1, 2, 3])
  }

  /// The service goes on with the mark until it has nothing to do, however often the network, or a process, lets it down.
  @discardableResult
  mutating func serve(restarting: Bool = false) async throws -> MarkOutcome {
    for _ in 0..<30 {
      if restarting { try field.restart() }
      do { return try await field.server().ceremonies.mark(election) } catch is LedgerTrouble {}
    }
    throw ProcessDied()
  }

  /// The account of the service.
  var payer: SolanaAddress { ledger.payer }

  /// What is asked for now.
  mutating func message() async throws -> [UInt8] {
    let bytes = try await field.server().ceremonies.markingRequest(election, by: field.trustees[0].key.publicKey)
    return try MarkingRequest(bytes).message
  }

  /// Signers of the mark, each of whom has checked what it signs.
  mutating func signers(_ numbers: [Int], life: Int = 0) async throws -> [TestSigner] {
    let message = try await message()
    let boards = field.server().boards
    let key = JointSigningKey(try await boards.roster(of: election).current.acting.keys.signing)
    try ResultAnchor.check(
      message, election: try await boards.opening(of: election).electionID,
      certificate: try need(try await boards.file("certificate", election: election), "a certificate").bytes,
      jointKey: key.publicKey)
    return try numbers.map { number in
      let trustee = field.trustees[number - 1]
      return try TestSigner(key, message, SigningTrustee(key: trustee.key, shares: try need(trustee.shares, "shares")), life: life)
    }
  }

  /// One step of a signer.
  mutating func step(_ signer: TestSigner) async throws {
    let ceremonies = field.server().ceremonies
    let request = try MarkingRequest(try await ceremonies.markingRequest(election, by: signer.key))
    guard let answer = try signer.answer(request.asked.encoded) else { return }
    try await ceremonies.addMarking(answer.encoded, election, by: signer.key)
  }

  /// Those trustees sign, until nobody has anything to do.
  mutating func sign(_ numbers: [Int]) async throws {
    let signers = try await signers(numbers)
    for _ in 0..<4 { for signer in signers { try await step(signer) } }
  }

  /// What was published.
  mutating func proof() async throws -> ResultAnchorProof? {
    try await field.server().boards.file("anchor-solana", election: election).map { try ResultAnchorProof($0.bytes) }
  }

  /// What the audit log says of marks, each with its detail.
  func noted() async throws -> [String] {
    let rows = try await field.test.database.read { session in
      try await session.query("SELECT entry FROM audit_entries ORDER BY position")
    }
    return try rows.compactMap { row in
      let entry = try JSONParser.parse(try row.bytes(0))
      guard let action = entry["action"]?.text, action.hasPrefix("mark.") else { return nil }
      #expect(entry["actor"]?["kind"]?.text == "service" && entry["subject"]?["id"]?.text == election)
      return entry["details"]?["detail"]?.text.map { "\(action) \($0)" } ?? action
    }
  }

  /// How often something happened, as all servers that run count it.
  func counted(_ event: String) -> Int {
    field.servers.map { server in
      let line = server.metrics.text.split(separator: "\n").first { $0.hasPrefix("comitia_marks_total{event=\"\(event)\"} ") }
      return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }.reduce(0, +)
  }

  /// What the tables say waits: for `preparation`, a `signature`, a `confirmation`; and for how many seconds.
  func waiting() async throws -> (counts: [Int], seconds: Int) {
    let registry = MetricsRegistry()
    let clock = field.field.clock
    try await TableMetrics(
      database: field.test.database, clock: clock, queue: JobQueue(clock: clock), registry: registry
    ).read()
    func number(_ series: String) throws -> Int {
      let line = try need(registry.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }, series)
      return try need(Int(line.split(separator: " ")[1]), series)
    }
    return (
      try ["preparation", "signature", "confirmation"].map { try number("comitia_marks_waiting{for=\"\($0)\"}") },
      try number("comitia_marks_oldest_seconds")
    )
  }

  /// Transactions of the ledger that say that this result was signed.
  func marks() async throws -> [SolanaTransaction] {
    var found: [SolanaTransaction] = []
    for name in try await chain.executed() {
      let id = try need(SolanaSignature(text: Array(name.utf8)), "a name")
      let entry = try need(try await client.transaction(id), "a transaction")
      let isMark = entry.transaction.message.instructions.contains { $0.data.starts(with: Array("comitia:result:v1:".utf8)) }
      if isMark && entry.error == nil { found.append(entry.transaction) }
    }
    return found
  }
}

/// Runs a test with a certified result and a chain.
func withMark(
  _ kind: DatabaseKind, servers: Int = 1, dies step: MarkStep? = nil, lamports: UInt64 = 1_000_000_000, timeout: Double = 15,
  _ body: (inout MarkField) async throws -> Void
) async throws {
  try await withDatabase(kind, Schema.migrations) { test async throws in
    let chain = try SolanaChain(python: need(python, "Python"))
    defer { chain.stop() }
    var made = try await MarkField(test, chain, servers: servers, dies: step, lamports: lamports, timeout: timeout)
    try await body(&made)
  }
}
