import Curve25519
import Database
import VoteRegistry

/// What has become of what was under way, for good.
extension RecordingTurn {
  /// A block at the depth asked for has a transaction: it counts, if the contract says so, too.
  func settle(_ slot: TransactionSlot, _ version: ChainTransaction, _ inclusion: Inclusion) async throws {
    let records = try await book.records(of: slot.nonce)
    guard version.due <= worker.now() || version.attempts == 0 else { return }
    if inclusion.hasSucceeded {
      // All of a call is written or nothing: one tells of all.
      if let record = records.last {
        let block = try await registry.find(record.entry, since: record.since ?? 0)
        guard block == inclusion.block else {
          try await contradicted(
            version, slot, "a receipt of success, but the contract does not have it from block \(inclusion.block)")
          return
        }
      }
      try await confirmed(slot, version, inclusion, records)
    } else {
      try await reverted(slot, version, inclusion, records)
    }
  }

  private func confirmed(
    _ slot: TransactionSlot, _ version: ChainTransaction, _ inclusion: Inclusion, _ records: [ChainRecord]
  ) async throws {
    try await worker.interrupt(.settling)
    try await book.write(claim) { session in
      try await conclude(slot, version, inclusion, state: "confirmed", session)
      try await book.changeRecords(
        of: slot.nonce, "state = 'confirmed', block = $3, confirmed = $4, error = NULL",
        [.integer(Int64(clamping: inclusion.block)), .integer(worker.now())], session)
    }
    if !records.isEmpty { worker.report(.confirmed(records.count)) }
    try await worker.interrupt(.settled)
  }

  /// It was carried out and refused, and paid for. What the contract has from elsewhere is done, all else is tried again, each by itself.
  private func reverted(
    _ slot: TransactionSlot, _ version: ChainTransaction, _ inclusion: Inclusion, _ records: [ChainRecord]
  ) async throws {
    let found = try await blocks(of: records)
    // All of it, from that very block: then it was not refused, unless another transaction of that block has written the same. So nodes are asked again,
    // and believed in the end, for the records are there in either case.
    guard !found.allSatisfy({ $0 == inclusion.block }) || records.isEmpty || version.attempts >= policy.tries else {
      try await contradicted(version, slot, "a receipt of failure, but the contract has it from block \(inclusion.block)")
      return
    }
    let reason = try await reason(records, found, inclusion)
    try await worker.interrupt(.settling)
    try await book.write(claim) { session in
      try await conclude(slot, version, inclusion, state: "reverted", session)
      try await part(records, found, .reverted(reason), session)
    }
    tell(records, found, .reverted(reason))
    try await worker.interrupt(.settled)
  }

  /// The transactions of a number are settled by one of them.
  private func conclude(
    _ slot: TransactionSlot, _ version: ChainTransaction, _ inclusion: Inclusion, state: String, _ session: any SQLSession
  ) async throws {
    let now = worker.now()
    for other in slot.versions where other.version != version.version {
      try await book.change(other, "state = 'replaced', settled = $4", [.integer(now)], session)
    }
    try await book.change(
      version, "state = '\(state)', settled = $4, gas_used = $5, gas_price = $6, error = NULL",
      [.integer(now), .integer(Int64(clamping: inclusion.gasUsed)), .text(inclusion.gasPrice)], session)
  }

  /// Why a call was refused that nothing of is there: a receipt does not say it, but the contract, as it was then, still would.
  private func reason(_ records: [ChainRecord], _ found: [UInt64?], _ inclusion: Inclusion) async throws -> String {
    let unknown = "when it was carried out"
    guard !records.isEmpty, found.allSatisfy({ $0 == nil }) else { return unknown }
    return try await registry.refusal(of: RecordingPlan(records: records).call, at: inclusion.block) ?? unknown
  }

  /// Nodes say things that cannot both be true: nothing is concluded, and they are asked again.
  private func contradicted(_ version: ChainTransaction, _ slot: TransactionSlot, _ reason: String) async throws {
    worker.report(.contradiction(reason))
    try await failed(version, slot, .badAnswer(reason))
  }

  /// The number went to a transaction that is none of ours. Once that cannot change any more, what it was meant for is planned anew.
  func usedByOther(_ slot: TransactionSlot, _ view: View) async throws {
    guard view.head >= policy.depth,
      try await registry.nonce(at: .block(view.head - policy.depth)) > slot.nonce
    else { return }
    let records = try await book.records(of: slot.nonce)
    let found = try await blocks(of: records)
    let isYoung = found.contains { block in block.map { $0 + policy.depth > view.head + 1 } ?? false }
    guard !isYoung else { return }
    // The contract might take an anchor twice: who says that its number is used must refuse its transaction for that reason, too.
    let isAnchorMissing = zip(records, found).contains { $0.kind == .anchor && $1 == nil }
    if isAnchorMissing, try await !isRefusedAsUsed(slot.latest) { return }
    try await worker.interrupt(.settling)
    try await book.write(claim) { session in
      for version in slot.versions {
        try await book.change(
          version, "state = 'void', settled = $4, error = $5", [.integer(worker.now()), .text(RegistryError.nonceTooLow.text)],
          session)
      }
      try await part(records, found, .nonceTooLow, session)
    }
    tell(records, found, .nonceTooLow)
    try await worker.interrupt(.settled)
  }

  /// Sends what is never too much to send again.
  private func isRefusedAsUsed(_ transaction: ChainTransaction) async throws -> Bool {
    do throws(RegistryError) {
      try await registry.send(transaction.raw)
      return false
    } catch { return error == .nonceTooLow }
  }

  // MARK: - Records

  /// The blocks from which the contract has records.
  func blocks(of records: [ChainRecord]) async throws -> [UInt64?] {
    var blocks: [UInt64?] = []
    for record in records { blocks.append(try await registry.find(record.entry, since: record.since ?? 0)) }
    return blocks
  }

  /// Takes over what the contract has; the rest has failed once more.
  ///
  /// - Parameter error: why; where some were found, that is the reason why the others were not written, and they are not to blame.
  func part(_ records: [ChainRecord], _ found: [UInt64?], _ error: RegistryError, _ session: any SQLSession) async throws {
    let now = worker.now()
    let areToBlame = error != .nonceTooLow && found.allSatisfy { $0 == nil }
    // Where all of it would be refused by itself, too, it stays together.
    let goesAlone = !error.isOfRoles
    let random = worker.random()
    for (record, block) in zip(records, found) {
      if let block {
        try await book.change(
          record, "state = 'confirmed', block = $3, confirmed = $4, error = NULL, account = NULL, nonce = NULL",
          [.integer(Int64(clamping: block)), .integer(now)], session)
        continue
      }
      guard areToBlame else {
        try await book.change(record, "state = 'pending', account = NULL, nonce = NULL, due = $3", [.integer(now)], session)
        continue
      }
      let attempts = record.attempts + 1
      let isQueued = attempts >= policy.tries
      let pause =
        isQueued
        ? policy.longestPause : goesAlone && records.count > 1 ? 0 : policy.pause(after: attempts, random: random)
      try await book.change(
        record,
        "state = $3, account = NULL, nonce = NULL,\(goesAlone ? " alone = 1," : "") attempts = $4, due = $5, error = $6",
        [.text(isQueued ? "queued" : "pending"), .integer(attempts), .integer(now + pause), .text(error.text)], session)
    }
  }

  /// What `part` did.
  func tell(_ records: [ChainRecord], _ found: [UInt64?], _ error: RegistryError) {
    let there = found.count { $0 != nil }
    if there > 0 { worker.report(.confirmed(there)) }
    guard there == 0, error != .nonceTooLow else { return }
    let queued = records.count { $0.attempts + 1 >= policy.tries }
    if queued > 0 { worker.report(.queued(queued, reason: error.text)) }
  }
}
