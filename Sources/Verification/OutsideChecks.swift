import BallotCryptography
import Curve25519
import Elections
import TransparencyLog

/// A checkpoint from outside the record, alone or within a receipt (7.2).
struct OutsideCheckpoint {
  let signed: SignedCheckpoint
  let receipt: Receipt?

  var checkpoint: Checkpoint { signed.checkpoint }
  var what: String { receipt == nil ? "checkpoint" : "receipt" }
}

extension RecordVerifier {
  /// Reads what was given from outside, and verifies the log's signatures; a fault fails check 5.
  ///
  /// - Returns: the checkpoints whose roots the board must reproduce, if the trustees' signatures on them are good, too.
  func readOutside(_ frame: BoardFrame, _ report: inout VerificationReport) -> [OutsideCheckpoint] {
    var outside: [OutsideCheckpoint] = []
    func add(_ signed: SignedCheckpoint, _ receipt: Receipt?) throws(LogError) {
      let logKey = try VerifierKey(name: frame.opening.origin.utf8, type: .ed25519, publicKey: frame.opening.logKey)
      _ = try LogPolicy(logKey: logKey, witnesses: [], quorum: 0).verify(signed)
      let size = frame.checkpoint.checkpoint.size
      guard signed.checkpoint.size <= size else { throw .sizesReversed(old: signed.checkpoint.size, new: size) }
      outside.append(OutsideCheckpoint(signed: signed, receipt: receipt))
    }
    for bytes in expectations.checkpoints {
      do throws(LogError) {
        try add(SignedCheckpoint(parsing: bytes), nil)
      } catch let error {
        report.fail(.board, "the checkpoint given: \(error.text)")
      }
    }
    for bytes in expectations.receipts {
      do throws(LogError) {
        let receipt = try Receipt(parsing: bytes)
        try add(receipt.checkpoint, receipt)
      } catch let error {
        report.fail(.board, "the receipt given: \(error.text)")
      }
    }
    return outside
  }

  /// Whether the lines of trustees hold, where there are any, by the keys of that size; a quorum is not asked of an earlier checkpoint.
  func isGood(
    _ item: OutsideCheckpoint, _ frame: BoardFrame, _ survey: BoardSurvey, _ report: inout VerificationReport
  ) -> Bool {
    do throws(LogError) {
      _ = try cosigners(of: item.signed, frame, survey)
      return true
    } catch {
      report.fail(.board, "the \(item.what) given: \(error.text)")
      return false
    }
  }

  /// Which trustees have cosigned a checkpoint, by number from 1, with their keys at its size.
  private func cosigners(
    of signed: SignedCheckpoint, _ frame: BoardFrame, _ survey: BoardSurvey
  ) throws(LogError) -> [(number: Int, key: VerifierKey)] {
    let policy = try LogPolicy(opening: frame.opening, acting: survey.roster.acting(at: signed.checkpoint.size))
    let verified = try LogPolicy(logKey: policy.logKey, witnesses: policy.witnesses, quorum: 0).verify(signed)
    return verified.cosigners.map { ($0.witness + 1, policy.witnesses[$0.witness]) }
  }

  /// Both heads of a log that has forked, so that whoever reads this can compare them with what others hold, and the trustees who have cosigned both.
  func heads(
    _ here: Bytes32, _ item: OutsideCheckpoint, _ frame: BoardFrame, _ survey: BoardSurvey
  ) -> String {
    let there = (try? cosigners(of: item.signed, frame, survey)) ?? []
    let own = (try? cosigners(of: frame.checkpoint, frame, survey)) ?? []
    let both = own.filter { one in there.contains { $0.number == one.number && $0.key == one.key } }.map { "\($0.number)" }
    let trustees = both.isEmpty ? "" : ", and cosigned by trustee\(both.count == 1 ? "" : "s") \(both.joined(separator: ", "))"
    return ": root \(here.hex) here, \(item.checkpoint.root.hex) there, both signed by the log\(trustees)"
  }

  /// Compares a leaf, and the entry that it ends, with the receipts that name it.
  func checkReceipts(
    _ outside: [OutsideCheckpoint], _ index: UInt64, _ leaf: [UInt8], _ entry: BoardEntry?, _ report: inout VerificationReport
  ) {
    for item in outside {
      guard let receipt = item.receipt, receipt.index == index else { continue }
      let leafHash = MerkleTree.leafHash(leaf)
      let included = (try? receipt.inclusionProof.verify(leafHash: leafHash, root: item.checkpoint.root)) != nil
      guard included else {
        report.fail(.board, "entry \(index): not the one that the receipt given proves")
        continue
      }
      let ballot = entry.flatMap { $0.kind == .cast ? try? CastBallot($0.body) : nil }
      if ballot?.tracker.bytes != receipt.extra {
        report.fail(.board, "entry \(index): not the cast ballot whose tracker the receipt given shows")
      }
    }
  }
}
