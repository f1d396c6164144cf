import Database
import VoteRegistry

/// Signing and sending what waits.
extension RecordingTurn {
  /// Sends as much as may be under way.
  func begin(_ view: View) async throws {
    while try await book.slotsUnderWay().count < policy.underWay, let plan = try await book.plan(policy, now: worker.now()) {
      guard try await begin(plan, view) else { return }
    }
  }

  /// - Returns: whether it makes sense to go on with others.
  private func begin(_ plan: RecordingPlan, _ view: View) async throws -> Bool {
    // What was tried before may be there all the same.
    if plan.records.contains(where: { $0.attempts > 0 || $0.since != nil }) {
      let found = try await blocks(of: plan.records)
      if found.contains(where: { $0 != nil }) { return try await takeOver(plan, found, view) }
    }
    let nonce = max(try await book.next(), try await registry.nonce(at: .pending), view.used)
    let prepared: PreparedTransaction
    do throws(RegistryError) {
      prepared = try await registry.prepare(plan.call, nonce: nonce)
    } catch {
      return try await notPrepared(plan, error, view)
    }
    try await worker.interrupt(.prepared)
    try await book.store(prepared, plan, head: view.head, now: worker.now(), claim)
    try await worker.interrupt(.stored)
    guard let slot = try await book.slotsUnderWay().first(where: { $0.nonce == nonce }) else { return false }
    return try await send(slot.latest, slot)
  }

  /// The contract has some of it. What stands in a block that may still be undone is asked for again.
  private func takeOver(_ plan: RecordingPlan, _ found: [UInt64?], _ view: View) async throws -> Bool {
    let isYoung = found.map { block in block.map { $0 + policy.depth > view.head + 1 } ?? false }
    try await book.write(claim) { session in
      let now = worker.now()
      for (record, isYoung) in zip(plan.records, isYoung) where isYoung {
        try await book.change(
          record, "due = $3, since = $4", [.integer(now + policy.interval), .integer(Int64(clamping: record.since ?? 0))], session)
      }
      let settled = zip(zip(plan.records, found), isYoung).filter { !$1 }.map(\.0)
      // Those that were not found are not to blame.
      try await part(settled.map(\.0), settled.map(\.1), .nonceTooLow, session)
    }
    let count = zip(found, isYoung).count { $0 != nil && !$1 }
    if count > 0 { worker.report(.confirmed(count)) }
    return true
  }

  /// Nothing was kept, and nothing sent.
  private func notPrepared(_ plan: RecordingPlan, _ error: RegistryError, _ view: View) async throws -> Bool {
    if case .reverted = error {
      let found = try await blocks(of: plan.records)
      if found.contains(where: { $0 != nil }) { return try await takeOver(plan, found, view) }
      try await book.write(claim) { session in try await part(plan.records, found, error, session) }
      tell(plan.records, found, error)
      // All else would be refused, too.
      return !error.isOfRoles
    }
    let isPrice = if case .priceAboveCap = error { true } else { false }
    let now = worker.now()
    // What was to go together is due together.
    let random = worker.random()
    try await book.write(claim) { session in
      for record in plan.records {
        let attempts = record.attempts + (isPrice ? 0 : 1)
        let isQueued = isPrice || attempts >= policy.tries
        let pause =
          isPrice
          ? policy.pricePause
          : isQueued ? policy.longestPause : policy.pause(after: attempts, random: random)
        try await book.change(
          record, "state = $3, attempts = $4, due = $5, error = $6",
          [.text(isQueued ? "queued" : "pending"), .integer(attempts), .integer(now + pause), .text(error.text)], session)
      }
    }
    let queued = isPrice ? plan.records.count : plan.records.count { $0.attempts + 1 >= policy.tries }
    if queued > 0 { worker.report(.queued(queued, reason: error.text)) }
    return false
  }
}
