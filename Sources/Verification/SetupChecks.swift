import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

// Checks 1 to 4: what was fixed before voting.
extension RecordVerifier {
  struct Opening {
    let entry: OpeningEntry
    let electionID: Bytes32
  }

  /// Parses the closing checkpoint; without it the board cannot be found.
  func readCheckpoint(_ bytes: [UInt8], _ report: inout VerificationReport) -> SignedCheckpoint? {
    do throws(LogError) {
      let signed = try SignedCheckpoint(parsing: bytes)
      if signed.checkpoint.size > 0 { return signed }
      report.fail(.board, "checkpoint: the board is empty")
    } catch let error {
      report.fail(.board, "checkpoint: \(error.text)")
    }
    return nil
  }

  /// Reads entry 0. That it is in the log is a matter of check 5.
  func readOpening(
    size: UInt64, _ report: inout VerificationReport
  ) throws(UnreadableRecord) -> Opening? {
    var reader: BoardReader<Source>
    do throws(LogError) {
      reader = try BoardReader(source, size: size)
    } catch let error {
      report.fail(.board, "checkpoint: \(error.text)")
      return nil
    }
    guard let step = try next(&reader, &report), let bytes = step.entries.first else { return nil }
    report.electionID = MerkleTree.leafHash(bytes)
    do throws(CodecError) {
      let entry = try BoardEntry(bytes)
      guard entry.kind == .opening else {
        report.fail(.manifest, "entry 0 is not an opening entry")
        return nil
      }
      return Opening(entry: try OpeningEntry(entry.body), electionID: MerkleTree.leafHash(bytes))
    } catch let error {
      report.fail(.manifest, "entry 0: \(error.text)")
      return nil
    }
  }

  /// The next bundle; a malformed one fails check 5.
  func next(
    _ reader: inout BoardReader<Source>, _ report: inout VerificationReport
  ) throws(UnreadableRecord) -> LogReplay.Step? {
    do throws(BoardReadingError) {
      return try reader.next()
    } catch let error {
      switch error {
      case .missing(let path): throw .missing(path: path)
      case .malformed(let path, let reason):
        report.fail(.board, "\(String(decoding: path, as: UTF8.self)): \(reason.text)")
        return nil
      }
    }
  }

  func checkManifest(_ bytes: [UInt8], _ opening: Opening, _ report: inout VerificationReport) -> Manifest? {
    let manifest: Manifest
    do throws(CodecError) {
      manifest = try Manifest(bytes)
    } catch let error {
      report.fail(.manifest, "manifest: \(error.text)")
      return nil
    }
    if Bytes32(SHA256.hash(bytes).span) != opening.entry.manifestHash {
      report.fail(.manifest, "manifest: its hash is not the one in the opening entry")
      return nil
    }
    if let expected = expectations.electionID, expected != opening.electionID {
      report.fail(.manifest, "another election: its id is \(opening.electionID.hex)")
    }
    report.pass(.manifest, "election id \(opening.electionID.hex)")
    return manifest
  }

  func checkTrustees(_ bytes: [UInt8], _ opening: OpeningEntry, _ report: inout VerificationReport) -> TrusteeRoster? {
    let roster: TrusteeRoster
    do throws(CodecError) {
      roster = try TrusteeRoster(bytes)
    } catch let error {
      report.fail(.trustees, "trustees: \(error.text)")
      return nil
    }
    let count = roster.trustees.count
    if Bytes32(SHA256.hash(bytes).span) != opening.trusteesHash {
      report.fail(.trustees, "trustees: its hash is not the one in the opening entry")
    }
    if !(roster.threshold...count).contains(Int(opening.quorum)) {
      report.fail(.trustees, "the quorum of cosignatures is not between the threshold and the number of trustees")
    }
    if !OpeningEntry.allowsAbsent(opening.absent, roster) {
      report.fail(.trustees, "the trustees absent from the fire drill are too many, out of order, or none of the trustees")
    }
    for (index, trustee) in roster.trustees.enumerated() {
      do throws(DealerError) {
        try trustee.dealing.verify(trustee: index + 1, parameters: roster.parameters)
      } catch let error {
        report.fail(.trustees, error.text)
      }
    }
    report.pass(.trustees, "\(count) trustees, any \(roster.threshold) decrypt")
    return roster
  }

  func checkJointKey(
    _ roster: TrusteeRoster, _ opening: OpeningEntry, _ report: inout VerificationReport
  ) -> RistrettoPoint? {
    if KeyPurpose.allCases.contains(where: { roster.jointKey($0) == .identity }) {
      report.fail(.jointKey, "a joint key is the identity")
    }
    if roster.jointKey(.election).encoded != opening.jointKey {
      report.fail(.jointKey, "the joint key is not the sum of the trustees' constant commitments")
    }
    report.pass(.jointKey, "sum of all \(roster.trustees.count) trustees' commitments")
    return RistrettoPoint(opening.jointKey)
  }

  func checkRoll(
    _ bytes: [UInt8], _ opening: OpeningEntry, _ manifest: Manifest, _ report: inout VerificationReport
  ) -> Roll? {
    let roll: Roll
    do throws(RollError) {
      roll = try Roll(bytes)
      if roll.root != opening.rollRoot {
        report.fail(.roll, "roll: its root is not the one in the opening entry")
      }
      if roll.count != opening.rollCount || roll.totalWeight != opening.rollWeight {
        report.fail(.roll, "roll: its count or total weight is not the one in the opening entry")
      }
      try roll.checkSizes(manifest)
    } catch let error {
      report.fail(.roll, "roll: \(error.text)")
      return nil
    }
    report.pass(.roll, "\(roll.count) voters, total weight \(roll.totalWeight)")
    return roll
  }
}
