import Database
import VoteRegistry

/// What an account has under way whose key is not here any more.
extension RecordingTurn {
  /// Looks at it, and sends again what was signed once: whatever becomes of it, a block says so. Then lets go what nobody will carry out.
  func lookAfter() async throws {
    let view = try await view()
    try await revive(view)
    _ = try await look(view)
    for slot in try await book.slotsUnderWay() where !slot.isIncluded && slot.nonce >= view.used {
      try await turn(of: slot).release(slot, view)
    }
  }

  /// Unties records from a number that no block has, so that another account can write them. The transactions stay: if that account is ever written with again,
  /// its numbers go on from them.
  private func release(_ slot: TransactionSlot, _ view: View) async throws {
    let records = try await book.records(of: slot.nonce)
    guard !records.isEmpty, try await isHarmless(slot, records, view) else { return }
    let found = try await blocks(of: records)
    let isYoung = found.contains { block in block.map { $0 + policy.depth > view.head + 1 } ?? false }
    guard !isYoung else { return }
    try await worker.interrupt(.settling)
    try await book.write(claim) { session in try await part(records, found, .nonceTooLow, session) }
    tell(records, found, .nonceTooLow)
    try await worker.interrupt(.settled)
  }

  /// Whether nothing can come to stand there twice, even if a transaction of that number is mined after all.
  ///
  /// - The contract refuses whatever an account that is no recorder any more sends. Two questions must agree, of which one is of a block that stays, lest one false
  ///   answer be enough.
  /// - The contract refuses a ballot that it has: of two transactions one comes to nothing, and costs its gas. That is worth it when nothing has moved for long.
  ///   An anchor is refused only as the latest one, and so is kept: the next state of any board covers it.
  private func isHarmless(_ slot: TransactionSlot, _ records: [ChainRecord], _ view: View) async throws -> Bool {
    if records.allSatisfy({ $0.kind != .anchor }), worker.now() - slot.latest.signed >= policy.leftBehindAfter { return true }
    let refusal = try await registry.refusal(of: RecordingPlan(records: records).call, at: nil)
    guard refusal == "roles: not a recorder", view.head >= policy.depth else { return false }
    return try await !registry.mayWrite(at: view.head - policy.depth)
  }
}
