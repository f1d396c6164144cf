import Database
import VoteRegistry

/// One turn of the worker. A question to the chain that fails ends it; what was signed or sent is in the database by then.
struct RecordingTurn: Sendable {
  let worker: RecordingWorker
  let claim: RecordingClaim
  /// Of the account whose turn it is.
  let book: RecordingBook
  /// Written to by that account; of a slot, the contract that it is for.
  let registry: any VoteRegistry

  var policy: RecordingPolicy { worker.policy }

  /// The chain as a turn found it.
  struct View: Sendable {
    let head: UInt64
    /// Numbers of the account below this are used up.
    let used: UInt64
  }

  func run() async throws {
    let view = try await view()
    try await worker.interrupt(.looked)
    try await revive(view)
    guard try await look(view) else { return }
    try await begin(view)
  }

  func view() async throws -> View { View(head: try await registry.head(), used: try await registry.nonce(at: .latest)) }

  /// The turn for a slot: it may be for another contract than the one that is written to now.
  func turn(of slot: TransactionSlot) -> RecordingTurn {
    RecordingTurn(worker: worker, claim: claim, book: book, registry: registry.registry(of: slot.latest.raw) ?? registry)
  }

  // MARK: - Under way

  /// What was settled and is not on the chain, after a reorganisation deeper than the depth, is under way again. Where a node merely has not heard of the last
  /// blocks, this does no harm.
  func revive(_ view: View) async throws {
    let undone = try await book.slotsUndone(from: view.used)
    guard !undone.isEmpty else { return }
    try await book.write(claim) { session in
      for slot in undone {
        let transaction = slot.versions.first { $0.state == "confirmed" } ?? slot.latest
        try await book.change(
          transaction, "state = 'sent', due = $4, settled = NULL, block = NULL, block_hash = NULL", [.integer(worker.now())],
          session)
        try await book.changeRecords(of: slot.nonce, "state = 'sent', block = NULL, confirmed = NULL", [], session)
      }
    }
    worker.report(.reorganised)
  }

  /// Looks at everything.
  ///
  /// - Returns: whether more can be begun.
  func look(_ view: View) async throws -> Bool {
    for slot in try await book.slotsUnderWay() {
      // Later numbers cannot overtake it.
      guard try await turn(of: slot).look(at: slot, view) else { return false }
    }
    return true
  }

  /// - Returns: false where what comes after it has to wait.
  private func look(at slot: TransactionSlot, _ view: View) async throws -> Bool {
    for version in slot.versions {
      guard let inclusion = try await registry.inclusion(of: version.hash) else { continue }
      try await included(version, inclusion, slot)
      if view.head >= inclusion.block, view.head - inclusion.block + 1 >= policy.depth {
        try await settle(slot, version, inclusion)
      }
      return true
    }
    if slot.isIncluded { try await undone(slot) }
    if slot.nonce < view.used {
      try await usedByOther(slot, view)
      return true
    }
    let latest = slot.latest
    if try await registry.isWaiting(latest.hash) {
      try await mark(latest, slot)
      guard worker.now() - (latest.sent ?? latest.signed) >= policy.stuckAfter, latest.due <= worker.now() else { return true }
      return try await replace(slot)
    }
    guard latest.due <= worker.now() else { return false }
    return try await send(latest, slot)
  }

  /// A block has it.
  private func included(_ version: ChainTransaction, _ inclusion: Inclusion, _ slot: TransactionSlot) async throws {
    guard version.state != "included" || version.blockHash != inclusion.blockHash else { return }
    if version.state == "included" { worker.report(.reorganised) }
    try await book.write(claim) { session in
      for other in slot.versions where other.state == "included" && other.version != version.version {
        try await book.change(other, "state = 'sent', block = NULL, block_hash = NULL", [], session)
      }
      try await book.change(
        version, "state = 'included', block = $4, block_hash = $5, sent = COALESCE(sent, $6), error = NULL",
        [.integer(Int64(clamping: inclusion.block)), .bytes(inclusion.blockHash.bytes), .integer(worker.now())], session)
      try await book.changeRecords(of: slot.nonce, "state = 'sent', error = NULL", [], session)
    }
  }

  /// A block had it, and is no part of the chain any more.
  private func undone(_ slot: TransactionSlot) async throws {
    worker.report(.reorganised)
    try await book.write(claim) { session in
      for version in slot.versions where version.state == "included" {
        try await book.change(
          version, "state = 'sent', block = NULL, block_hash = NULL, due = $4", [.integer(worker.now())], session)
      }
    }
  }

  // MARK: - Sending

  /// Hands a transaction that is kept to nodes.
  ///
  /// - Returns: whether a node has it.
  func send(_ transaction: ChainTransaction, _ slot: TransactionSlot) async throws -> Bool {
    do throws(RegistryError) {
      try await registry.send(transaction.raw)
    } catch {
      if error == .underpriced { return try await replace(slot) }
      try await failed(transaction, slot, error)
      return false
    }
    try await worker.interrupt(.sent)
    if transaction.sent == nil { worker.report(.sent) }
    try await mark(transaction, slot)
    try await worker.interrupt(.marked)
    return true
  }

  /// A node has it.
  private func mark(_ transaction: ChainTransaction, _ slot: TransactionSlot) async throws {
    guard transaction.state != "sent" || transaction.sent == nil || transaction.attempts > 0 else { return }
    try await book.write(claim) { session in
      try await book.change(
        transaction, "state = 'sent', attempts = 0, error = NULL, sent = COALESCE(sent, $4)", [.integer(worker.now())], session)
      try await book.changeRecords(of: slot.nonce, "state = 'sent', error = NULL", [], session)
    }
  }

  /// Makes a dearer one and sends it.
  ///
  /// - Returns: whether a node has one of this number.
  private func replace(_ slot: TransactionSlot) async throws -> Bool {
    let latest = slot.latest
    let prepared: PreparedTransaction
    do throws(RegistryError) {
      prepared = try await registry.replace(latest.raw)
    } catch {
      try await failed(latest, slot, error)
      return latest.sent != nil
    }
    try await worker.interrupt(.prepared)
    try await book.store(prepared, replacing: latest, now: worker.now(), claim)
    worker.report(.replaced)
    try await worker.interrupt(.stored)
    do throws(RegistryError) {
      try await registry.send(prepared.raw)
    } catch {
      // The next turn finds it as the latest of its number.
      guard let stored = try await book.slotsUnderWay().first(where: { $0.nonce == slot.nonce }) else { return false }
      try await failed(stored.latest, stored, error)
      return latest.sent != nil
    }
    try await worker.interrupt(.sent)
    return true
  }

  /// Sending has failed, or replacing: it stays, and is tried again after a pause that depends on the reason.
  func failed(_ transaction: ChainTransaction, _ slot: TransactionSlot, _ error: RegistryError) async throws {
    let now = worker.now()
    if case .priceAboveCap = error {
      try await postpone(transaction, slot, until: now + policy.pricePause, attempts: transaction.attempts, error, isQueued: true)
      return
    }
    let attempts = transaction.attempts + 1
    let pause = attempts >= policy.tries ? policy.longestPause : policy.pause(after: attempts, random: worker.random())
    try await postpone(transaction, slot, until: now + pause, attempts: attempts, error, isQueued: attempts >= policy.tries)
  }

  private func postpone(
    _ transaction: ChainTransaction, _ slot: TransactionSlot, until due: Int64, attempts: Int64, _ error: RegistryError,
    isQueued: Bool
  ) async throws {
    try await book.write(claim) { session in
      try await book.change(
        transaction, "due = $4, attempts = $5, error = $6", [.integer(due), .integer(attempts), .text(error.text)], session)
      let state = isQueued ? "state = 'queued', " : ""
      try await book.changeRecords(of: slot.nonce, "\(state)error = $3", [.text(error.text)], session)
    }
    if isQueued { worker.report(.queued(try await book.records(of: slot.nonce).count, reason: error.text)) }
  }
}
