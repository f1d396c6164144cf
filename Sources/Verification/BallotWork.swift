import BallotCryptography
import Curve25519
import Elections

/// A batch of ballots to be verified by itself: here, on another core, or by another instance of a module, which gets it as bytes.
public struct BallotWork: Sendable {
  /// Ballots in a batch where cores share memory: enough that adding more makes each no cheaper by much.
  static let size = 2048

  struct Item: Sendable {
    let entry: UInt64
    let ballot: CastBallot
    /// The voter's weight if the ballot counts.
    let countedWeight: UInt32?
  }

  let context: BallotContext
  /// Hashes of challenged ballots, ascending.
  let challenged: [Bytes32]
  let items: [Item]

  /// Verifies the batch and adds up the ballots that count. A ballot that fails is left out of the sum.
  public func run() -> BallotOutcome {
    var failures: [BallotOutcome.Failure] = []
    var batch = BallotBatch(context)
    var added: [Item] = []
    for item in items {
      do throws(BallotDefect) {
        try batch.add(item.ballot)
        added.append(item)
      } catch let defect {
        failures.append(BallotOutcome.Failure(check: .ballots, detail: "entry \(item.entry): \(defect.text)"))
      }
      if !challenged.isEmpty && challenged.binarySearch(item.ballot.ballot.hash) {
        failures.append(
          BallotOutcome.Failure(check: .challenges, detail: "entry \(item.entry): casts a ballot that was challenged"))
      }
    }
    let invalid = batch.invalidBallots()
    for index in invalid {
      failures.append(
        BallotOutcome.Failure(check: .ballots, detail: "entry \(added[index].entry): \(BallotDefect.invalidProof.text)"))
    }
    var tally = EncryptedTally(context.layout)
    for (index, item) in added.enumerated() {
      guard let weight = item.countedWeight, !invalid.contains(index) else { continue }
      tally.add(batch.ciphertexts(index), weight: weight)
    }
    return BallotOutcome(tally: tally, failures: failures)
  }
}

/// What became of a batch.
public struct BallotOutcome: Sendable {
  struct Failure: Sendable {
    let check: Check
    let detail: String
  }

  let tally: EncryptedTally
  let failures: [Failure]
}

extension [Bytes32] {
  /// Whether the ascending list has the value.
  fileprivate func binarySearch(_ value: Bytes32) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == value
  }
}
