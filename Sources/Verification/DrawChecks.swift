import Curve25519
import Elections
import ThresholdCryptography

// Checks 13 and 14: the trustees' joint word, and what they drew.
extension RecordVerifier {
  /// Check 14 as far as it is about the opening draw, which the opening entry fixes.
  ///
  /// - Returns: the seed that the file says.
  func checkOpeningDraw(
    _ bytes: [UInt8], _ roster: TrusteeRoster, _ opening: OpeningEntry, _ report: inout VerificationReport
  ) -> DrawSeed? {
    let record: DrawRecord
    do throws(CodecError) { record = try DrawRecord(bytes) } catch {
      report.fail(.draws, "draw-opening: \(error.text)")
      return nil
    }
    if record.hash != opening.draw.hash {
      report.fail(.draws, "draw-opening: its hash is not the one in the opening entry")
    }
    let seed = DrawSeed.opening(ceremony: roster.parameters.ceremony, size: record.size, root: record.root)
    let trustees = try? ActingTrustees(roster)
    if let trustees, let output = check(record, "draw-opening", seed, trustees, &report), output.value != opening.draw.output {
      report.fail(.draws, "the opening draw is not the one in the opening entry")
    }
    let present = roster.parameters.indices.filter { !opening.absent.contains($0) }
    if record.trustees != present {
      report.fail(.draws, "draw-opening: its parts are not those of the trustees that passed the fire drill")
    }
    report.pass(.draws, "opening: \(record.parts.count) of \(roster.trustees.count) trustees")
    return seed
  }

  /// Check 14 for the closing draw.
  ///
  /// - Parameter decrypting: the trustees that decrypted, whose parts came with theirs.
  func checkClosingDraw(
    _ bytes: [UInt8], _ board: VerifiedBoard, decrypting: [Int], _ report: inout VerificationReport
  ) -> BeaconOutput? {
    let record: DrawRecord
    do throws(CodecError) { record = try DrawRecord(bytes) } catch {
      report.fail(.draws, "draw-closing: \(error.text)")
      return nil
    }
    if record.size != board.size || record.root != board.root {
      report.fail(.draws, "draw-closing: of another board than that of the closing checkpoint")
    }
    let seed = DrawSeed.closing(election: board.electionID, size: board.size, root: board.root)
    let output = check(record, "draw-closing", seed, board.acting, &report)
    if record.trustees != decrypting {
      report.fail(.draws, "draw-closing: its parts are not those of the trustees that decrypted")
    }
    report.add(.draws, "; closing: \(record.parts.count)")
    return output
  }

  private func check(
    _ record: DrawRecord, _ name: StaticString, _ seed: DrawSeed, _ trustees: ActingTrustees, _ report: inout VerificationReport
  ) -> BeaconOutput? {
    do throws(DrawError) { return try record.output(at: seed, key: trustees.keys.beacon, drawKeys: trustees.drawKeys) } catch {
      report.fail(.draws, "\(name): \(error.text)")
      return nil
    }
  }

  /// Check 13.
  func checkCertificate(_ bytes: [UInt8], _ board: VerifiedBoard, _ end: RecordEnd, _ report: inout VerificationReport) {
    let certificate: ResultCertificate
    let signature: [UInt8]
    do throws(CodecError) { (certificate, signature) = try ResultCertificate.read(bytes) } catch {
      report.fail(.certificate, "certificate: \(error.text)")
      return
    }
    let expected = ResultCertificate(
      election: board.electionID, size: board.size, root: board.root, tally: end.tally ?? [], result: end.result ?? [],
      draw: end.draw ?? [])
    if certificate != expected { report.fail(.certificate, "certificate: it is about something else than this board and result") }
    let key = board.roster.jointKey(.signing).torsionFree.encoded
    if !Ed25519.verify(signature: signature, message: certificate.message, publicKey: key) {
      report.fail(.certificate, "certificate: its signature is not by the trustees' joint key")
    }
    for given in expectations.certificates { checkGiven(given, expected, key, &report) }
    report.pass(.certificate, "signed by any \(board.roster.threshold) of \(board.roster.trustees.count) trustees with one key")
  }

  /// A certificate from outside is about the same as the record's. Its signature may be another: the trustees can sign twice.
  private func checkGiven(
    _ bytes: [UInt8], _ expected: ResultCertificate, _ key: Bytes32, _ report: inout VerificationReport
  ) {
    do throws(CodecError) {
      let given = try ResultCertificate.read(bytes)
      if given.certificate != expected {
        report.fail(.certificate, "the certificate given is about something else than this board and result")
      } else if !Ed25519.verify(signature: given.signature, message: expected.message, publicKey: key) {
        report.fail(.certificate, "the certificate given: its signature is not by the trustees' joint key")
      }
    } catch {
      report.fail(.certificate, "the certificate given: \(error.text)")
    }
  }
}
