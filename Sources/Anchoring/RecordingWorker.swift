import Database
import VoteRegistry

/// Brings to the chain what is to stand there, each exactly once, whatever fails and whenever it stops.
///
/// - What is to be sent is signed and kept first; then it is sent as often as needed. A number of the account belongs to the same records for ever, so that of all
///   that was ever signed for them one transaction can be carried out.
/// - Nothing is forgotten before a block at the depth asked for has it, and the contract says the same as the receipt.
/// - What the contract has already is never written again: it refuses ballots twice, and it is asked before anything is tried once more.
///
/// - What another account has under way, or was to write to another contract, is looked at as well, though nothing is signed for it.
///
/// Any number of workers may run, on one database or several servers: an account belongs to one at a time.
public struct RecordingWorker: Sendable {
  /// What came of a step.
  public enum Outcome: Equatable, Sendable {
    /// Nothing is to be done.
    case idle
    /// Somebody else is at it, or the account is left alone for a while.
    case elsewhere
    /// Something was looked at or done.
    case worked
    /// The chain could not be asked.
    case failed(RegistryError)
  }

  let book: RecordingBook
  private let database: any Database
  let registry: any VoteRegistry
  let policy: RecordingPolicy
  let now: @Sendable () -> Int64
  let random: @Sendable () -> UInt8
  let report: @Sendable (RecordingReport) -> Void
  /// Cuts a turn off where it throws: for tests.
  var interrupt: @Sendable (RecordingPoint) async throws -> Void = { _ in }

  /// - Parameters:
  ///   - now: Unix milliseconds; may step back.
  ///   - random: a byte; spreads the pauses of several servers.
  ///   - report: hears what happens; must not wait.
  public init(
    database: any Database, registry: any VoteRegistry, policy: RecordingPolicy = RecordingPolicy(),
    now: @escaping @Sendable () -> Int64, random: @escaping @Sendable () -> UInt8 = { .random(in: 0...255) },
    report: @escaping @Sendable (RecordingReport) -> Void = { _ in }
  ) {
    book = RecordingBook(database: database, account: registry.account, place: registry.place)
    self.database = database
    self.registry = registry
    self.policy = policy
    self.now = now
    self.random = random
    self.report = report
  }

  /// One turn: looks at all that is under way, then sends what is due. To be called every `RecordingPolicy.interval`, and sooner when something was added.
  ///
  /// - Throws: errors of the database. What was begun is gone on with by the next turn after the lease.
  @discardableResult
  public func step() async throws -> Outcome {
    var hasLooked = false
    for account in try await book.accountsLeftBehind() { hasLooked = try await lookAfter(account) || hasLooked }
    let outcome = try await write()
    return outcome == .idle && hasLooked ? .worked : outcome
  }

  /// A turn of our own account.
  private func write() async throws -> Outcome {
    guard try await book.hasWork(now: now()) else { return .idle }
    guard let claim = try await book.claim(now: now(), lease: policy.lease) else { return .elsewhere }
    do {
      try await interrupt(.claimed)
      do {
        try await RecordingTurn(worker: self, claim: claim, book: book, registry: registry).run()
        try await book.release(claim, failures: 0, due: 0, error: nil)
        return .worked
      } catch let error as RegistryError {
        let failures = claim.failures + 1
        if failures >= policy.tries { report(.unreachable(error.text)) }
        let pause = policy.pause(after: failures, random: random())
        try await book.release(claim, failures: failures, due: now() + pause, error: error.text)
        return .failed(error)
      }
    } catch is ClaimLost { return .elsewhere }
  }

  /// A turn of an account whose key is not here. That the chain does not answer is told by our own.
  ///
  /// - Returns: whether anything was looked at.
  private func lookAfter(_ account: String) async throws -> Bool {
    let behind = RecordingBook(database: database, account: account, place: book.place)
    guard let raw = try await behind.slotsUnderWay().first?.latest.raw, let registry = registry.registry(of: raw),
      let claim = try await behind.claim(now: now(), lease: policy.lease)
    else { return false }
    do {
      do {
        try await RecordingTurn(worker: self, claim: claim, book: behind, registry: registry).lookAfter()
        try await behind.release(claim, failures: 0, due: 0, error: nil)
        return true
      } catch let error as RegistryError {
        let failures = claim.failures + 1
        let due = now() + policy.pause(after: failures, random: random())
        try await behind.release(claim, failures: failures, due: due, error: error.text)
        return false
      }
    } catch is ClaimLost { return false }
  }
}
