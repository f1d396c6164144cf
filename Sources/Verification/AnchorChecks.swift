import Curve25519
import Elections
import SolanaTransactions
import ThresholdCryptography
import TransparencyLog

/// What is known of a record's anchors before its board has been judged (check 15).
struct AnchorSurvey {
  /// The file `anchors`; `nil` if there is none, it is not looked at, or it is malformed.
  var list: AnchorList?
  /// What is wrong with it.
  var fault: String?

  /// Whether an anchor has this size.
  func has(size: UInt64) -> Bool {
    let anchors = list?.anchors ?? []
    var (low, high) = (0, anchors.count)
    while low < high {
      let middle = (low + high) / 2
      if anchors[middle].size < size { low = middle + 1 } else { high = middle }
    }
    return low < anchors.count && anchors[low].size == size
  }

  /// Keeps the first fault.
  mutating func fail(_ text: String) { if fault == nil { fault = text } }
}

// Check 15: chain anchors, as far as the record itself can show.
extension RecordVerifier {
  /// Whether this verification looks at anchors: they are of the whole board.
  private var checksAnchors: Bool { !isSoFar && !awaitsCertificate }

  /// Reads the file, before the board is read: the roots of its sizes must be known.
  func readAnchors(_ frame: BoardFrame) -> AnchorSurvey {
    var survey = AnchorSurvey()
    guard checksAnchors, let bytes = source.read(AnchorList.path) else { return survey }
    guard let anchoring = frame.manifest.anchoring else {
      survey.fail("anchors: the manifest says that the election is not anchored")
      return survey
    }
    do throws(CodecError) {
      let list = try AnchorList(bytes)
      survey.list = list
      if list.chain != anchoring.chain {
        survey.fail("anchors: of chain \(list.chain), not \(anchoring.chain) as the manifest says")
      } else if list.contract != anchoring.contract {
        survey.fail("anchors: of another contract than the manifest's \(anchoring.contractText)")
      }
    } catch {
      survey.fail("anchors: \(error.text)")
    }
    return survey
  }

  /// Compares every anchor with the board, which has been read, and verifies its place in the service's tree.
  func judge(_ anchors: inout AnchorSurvey, _ frame: BoardFrame, roots: LogReplay) {
    guard let list = anchors.list else { return }
    for (index, anchor) in list.anchors.enumerated() {
      let name = "anchor \(index + 1), in block \(anchor.block)"
      if anchor.size > roots.size {
        anchors.fail("\(name): of \(anchor.size) entries, but the board has \(roots.size)")
      } else if roots.root(at: anchor.size) != anchor.boardRoot {
        anchors.fail("\(name): forked: the first \(anchor.size) entries are not those of the board")
      }
      do throws(LogError) { try anchor.verify(frame.context.election) } catch {
        anchors.fail("\(name): the election is not at its place under the anchored root: \(error.text)")
      }
    }
    if let last = list.anchors.last, last.size < roots.size {
      anchors.fail("anchors: the last covers \(last.size) of \(roots.size) entries")
    }
  }

  /// Check 15, when the board has been read.
  func checkAnchors(_ run: BoardRun<Source>, end: RecordEnd, _ report: inout VerificationReport) {
    guard checksAnchors else { return }
    let anchors = run.pass.survey.anchors
    if let fault = anchors.fault { report.fail(.anchors, fault) }
    let mark = checkMark(run.frame, end: end, &report)
    let checkpoint = run.frame.checkpoint.checkpoint
    report.anchored = AnchoredBoard(
      election: run.frame.context.election, anchoring: run.frame.manifest.anchoring, list: anchors.list, mark: mark,
      size: checkpoint.size, root: checkpoint.root, ended: run.pass.survey.lastTime)
    let said: String
    if let list = anchors.list, let first = list.anchors.first, let last = list.anchors.last {
      said =
        "\(list.anchors.count) anchors on chain \(list.chain) in blocks \(first.block) to \(last.block), the last of the whole board; "
        + "the chain itself was not asked"
    } else if run.frame.manifest.anchoring == nil {
      said = "the manifest says that the election is not anchored"
    } else {
      report.lacksAnchors = true
      return
    }
    report.pass(.anchors, said + (mark.map { "; the certificate is marked on Solana, in slot \($0.slot)" } ?? ""))
  }

  /// The certificate's mark on Solana, if the record has one (13.5).
  ///
  /// - Returns: the mark, if it holds.
  private func checkMark(_ frame: BoardFrame, end: RecordEnd, _ report: inout VerificationReport) -> ResultAnchorProof? {
    guard let bytes = source.read(ResultAnchorProof.path) else { return nil }
    do throws(CodecError) {
      let proof = try ResultAnchorProof(bytes)
      guard let certificate = end.certificate else {
        report.fail(.anchors, "anchor-solana: there is no certificate that it could be of")
        return nil
      }
      let key = frame.roster.roster.jointKey(.signing).torsionFree.encoded
      guard proof.shows(election: frame.context.election, certificate: certificate, jointKey: key) else {
        report.fail(.anchors, "anchor-solana: not the mark of this certificate, signed by the trustees' joint key")
        return nil
      }
      return proof
    } catch {
      report.fail(.anchors, "anchor-solana: \(error.text)")
      return nil
    }
  }
}
