import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// A submission on its way to the board.
struct Candidate: Sendable {
  let submission: Submission
  let account: String?
  /// Of its voter on the roll, once that was looked up.
  var place = 0
}

/// Who waits for what becomes of a submission.
struct Answering {
  let account: String?
  let continuation: CheckedContinuation<Answer, Never>
}

/// What became of a submission.
enum Answer: Sendable {
  case entered(ReceiptParts)
  case refused(CastRefusal)
}

/// What a receipt is made from: by the one who asks, so that the board need not.
struct ReceiptParts: Sendable {
  let submission: Submission
  let entry: UInt64
  let time: UInt64
  let hashes: [Bytes32]
  let checkpoint: SignedCheckpoint
  var isNew: Bool

  /// The receipt. Of a cast ballot it carries the tracker (`docs/spec/05-log.md`, 5.9).
  func receipt() throws(LogError) -> CastReceipt {
    let extra: [UInt8] = submission.kind == .cast ? submission.key.bytes : []
    let receipt = try Receipt(extra: extra, index: entry, hashes: hashes, checkpoint: checkpoint)
    return CastReceipt(tracker: submission.tracker, entry: entry, time: time, bytes: receipt.bytes, isNew: isNew)
  }
}

// The casting pipeline: a queue, cheap checks, signatures together, proofs together, on to the sequencer.
extension Board {
  /// Puts a submission on the board, or says why not.
  func submit(_ submission: Submission, account: String?) async -> Answer {
    if let waiting = answers[submission.key] {
      // The same bytes are on their way: both get what becomes of them, unless someone else claims them.
      guard waiting.first?.account == account else { return .refused(.throttled(seconds: 1)) }
      return await withCheckedContinuation {
        answers[submission.key, default: []].append(Answering(account: account, continuation: $0))
      }
    }
    if let entry = memory.index.entries[submission.key] { return known(submission, entry) }
    if evidence != nil { return .refused(.behind) }
    guard waiting.count < limits.waiting else { return .refused(.busy(seconds: 1)) }
    return await withCheckedContinuation {
      answers[submission.key] = [Answering(account: account, continuation: $0)]
      waiting.append(Candidate(submission: submission, account: account))
      environment.metrics.waiting(1)
      startLane()
    }
  }

  /// The answer to bytes that are on the board.
  func known(_ submission: Submission, _ entry: UInt64) -> Answer {
    guard let checkpoint = try? signedCheckpoint(), let hashes = try? inclusion(entry, checkpoint) else {
      return .refused(.unavailable(seconds: 5))
    }
    return .entered(
      ReceiptParts(
        submission: submission, entry: entry, time: memory.times[Int(entry)], hashes: hashes, checkpoint: checkpoint, isNew: false))
  }

  func answer(_ candidate: Candidate, _ answer: Answer) {
    var answer = answer
    for waiting in answers.removeValue(forKey: candidate.submission.key) ?? [] {
      waiting.continuation.resume(returning: answer)
      // Whoever sent the bytes first brought the entry about.
      if case .entered(var parts) = answer {
        parts.isNew = false
        answer = .entered(parts)
      }
    }
  }

  func refuse(_ candidate: Candidate, _ refusal: CastRefusal) { answer(candidate, .refused(refusal)) }

  /// Starts a lane if there is enough to do for one more: each ballot of a batch is cheaper the more there are.
  private func startLane() {
    guard hasWork(forLane: lanes + 1) else { return }
    lanes += 1
    Task { await runLane() }
  }

  private func hasWork(forLane number: Int) -> Bool {
    number == 1 ? !waiting.isEmpty : number <= environment.workers.width && waiting.count >= limits.fullBatch
  }

  /// Verifies batches until nobody waits. While one batch is verified here, others are in other lanes and being committed.
  private func runLane() async {
    while hasWork(forLane: lanes) {
      let count = min(waiting.count, limits.batch)
      let batch = Array(waiting[..<count])
      waiting.removeFirst(count)
      environment.metrics.waiting(-count)
      let start = ContinuousClock.now
      let verified = await verify(examine(batch))
      environment.metrics.verified(count, ContinuousClock.now - start)
      if !verified.isEmpty {
        queue += verified.map { .candidate($0) }
        startCommitting()
      }
    }
    lanes -= 1
  }

  /// The cheap checks. Answers those that fail; returns the others.
  private func examine(_ batch: [Candidate]) -> [Candidate] {
    let time = max(environment.clock.now(), memory.lastTime)
    let none = BoardIndex()
    return batch.compactMap { candidate in
      switch memory.judge(candidate.submission, account: candidate.account, at: time, after: none) {
      case .accepted(let place):
        if let throttle = throttled[place], throttle.until > time {
          refuse(candidate, .throttled(seconds: Int((throttle.until - time + 999) / 1000)))
          return nil
        }
        var placed = candidate
        placed.place = place
        return placed
      case .known(let entry):
        answer(candidate, known(candidate.submission, entry))
        return nil
      case .refused(let refusal):
        refuse(candidate, refusal)
        return nil
      }
    }
  }

  /// Signatures, then proofs. Answers those that fail; returns the others.
  ///
  /// Of the ballots that one credential signed, one proof at a time is looked at: whoever sends bad ones has one in a batch, not hundreds.
  private func verify(_ batch: [Candidate]) async -> [Candidate] {
    guard !batch.isEmpty else { return [] }
    let context = frame.context
    let unauthentic = await environment.workers.run { SubmissionProofs.unauthentic(batch.map { $0.submission }, context) }
    var good: [Candidate] = []
    var chosen: [Candidate] = []
    for (candidate, refusal) in zip(batch, unauthentic) {
      if let refusal {
        refuse(candidate, refusal)
      } else if candidate.submission.kind != .cast {
        good.append(candidate)
      } else if !proving.insert(candidate.place).inserted {
        refuse(candidate, .throttled(seconds: 1))
      } else {
        chosen.append(candidate)
      }
    }
    guard !chosen.isEmpty else { return good }
    let proven = chosen
    let defects = await environment.workers.run { SubmissionProofs.defects(proven.map { $0.submission }, context) }
    for (candidate, defect) in zip(chosen, defects) {
      proving.remove(candidate.place)
      if let defect {
        throttle(candidate.place)
        refuse(candidate, .badProof(defect))
      } else {
        good.append(candidate)
      }
    }
    return good
  }

  /// Only the holder of a credential can sign for it, so nobody can have another one throttled.
  private func throttle(_ place: Int) {
    let failures = (throttled[place]?.failures ?? 0) + 1
    let seconds = min(3600, limits.throttle << min(failures - 1, 11))
    throttled[place] = (failures, environment.clock.now() + UInt64(seconds) * 1000)
  }
}
