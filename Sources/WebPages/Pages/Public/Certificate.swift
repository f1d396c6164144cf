import Elections
import PDFDocuments
import Synchronization
import VotingService

/// The result on paper: numbers, who opened them, and how to find out whether the paper is true. It is a copy for people; what can be verified is
/// the record.
struct Certificate {
  let shown: PublicElection
  let board: PublicBoard
  let outcome: Outcome
  let audit: PublicAudit
  let signed: CertifiedResult
  let address: String
  let t: Texts

  /// The PDF.
  ///
  /// - Throws: `PDFError`.
  func bytes() throws -> [UInt8] {
    let title = shown.manifest.title.description
    let time = shown.election.tallied ?? shown.now
    let pdf = try PDFDocument(
      title: t("result.title", ["title": title]), language: t.language.rawValue, created: TimeText.machine(time),
      footer: t("result.pdf.footer", ["title": title, "reference": shown.election.reference]))
    pdf.text(t("result.certificate"), .small)
    pdf.text(title, .title)
    pdf.text(t("result.certificate.says", ["threshold": String(board.roster.threshold), "count": board.roster.trustees.count]))
    pdf.rule()
    numbers(pdf)
    for contest in outcome.contests { self.contest(contest, pdf) }
    pdf.rule()
    proof(pdf)
    return try pdf.bytes()
  }

  private func numbers(_ pdf: PDFDocument) {
    let roll = UInt64(board.opening.rollCount)
    let counted = UInt64(outcome.result.counted)
    pdf.pair(t("result.counted"), NumberText.grouped(Int64(counted), t.language))
    if outcome.isWeighted { pdf.pair("", t("result.weight", ["count": outcome.result.countedWeight])) }
    pdf.pair(
      t("result.turnout"), (NumberText.percent(counted, of: roll, t.language) ?? "–") + " " + t("result.ofRoll", ["roll": roll]))
    if let opened = shown.election.opened { pdf.pair(t("public.fact.opens"), TimeText.words(opened, t.language)) }
    if let closed = shown.election.closed { pdf.pair(t("result.closed"), TimeText.words(closed, t.language)) }
    if let tallied = shown.election.tallied { pdf.pair(t("result.published"), TimeText.words(tallied, t.language)) }
  }

  private func contest(_ contest: ContestOutcome, _ pdf: PDFDocument) {
    let leaders = Set(contest.leaders)
    pdf.text(contest.contest.title.description, .heading)
    pdf.text(contest.says(t))
    for sentence in contest.lotSays(t) { pdf.text(sentence) }
    for option in contest.ranked {
      let number = NumberText.grouped(Int64(clamping: contest.totals[option]), t.language)
      pdf.bar(
        contest.contest.options[option].name.description,
        contest.share(option, t).map { "\(number) · \($0)" } ?? number, fraction: Double(contest.length(option)) / 1000,
        isFilled: leaders.contains(option))
    }
    if let blank = contest.blank, blank > 0 { pdf.pair(t("result.blank"), NumberText.grouped(Int64(clamping: blank), t.language)) }
  }

  private func proof(_ pdf: PDFDocument) {
    pdf.text(t("result.noRule"), .small)
    pdf.pair(t("result.trustees"), board.names.joined(separator: " · "))
    let cosigned = audit.cosignatures.filter { $0.size == board.status.size }.count
    pdf.pair(t("result.board"), t("result.board.signed", ["entries": board.status.entries, "signed": String(cosigned)]))
    pdf.pair(t("result.electionID"), board.status.electionID.hexadecimal, isCode: true)
    pdf.pair(t("result.boardRoot"), board.status.root.hexadecimal, isCode: true)
    pdf.pair(t("result.signature.key"), signed.jointKey.hexadecimal, isCode: true)
    pdf.pair(t("result.signature"), signed.signatureText, isCode: true)
    let verifying = "\(address)/verify/\(shown.election.reference)"
    pdf.pair(t("result.verify"), verifying)
    if let code = QRCode(verifying) {
      pdf.code(code)
      pdf.text(t("result.pdf.code"), .small)
    }
    pdf.text(t("result.pdf.limit"), .small)
  }
}

/// Certificates that were made: a result never changes, and many will want to see it.
final class CertificateCache: Sendable {
  private struct Key: Hashable {
    let reference: String
    let language: Language
  }

  private static let most = 50
  private let signed = Mutex<[String: CertifiedResult]>([:])
  private let made = Mutex<[Key: [UInt8]]>([:])

  func bytes(_ reference: String, _ language: Language, make: () throws -> [UInt8]) rethrows -> [UInt8] {
    let key = Key(reference: reference, language: language)
    if let bytes = made.withLock({ $0[key] }) { return bytes }
    let bytes = try make()
    made.withLock { made in
      if made.count >= Self.most { made.removeAll() }
      made[key] = bytes
    }
    return bytes
  }

  /// A result that was verified; `nil` when none is known.
  func certified(_ reference: String) -> CertifiedResult? { signed.withLock { $0[reference] } }

  /// Keeps one, and returns it.
  func keep(_ result: CertifiedResult, _ reference: String) -> CertifiedResult {
    signed.withLock { signed in
      if signed.count >= Self.most { signed.removeAll() }
      signed[reference] = result
    }
    return result
  }
}

extension CertifiedResult {
  /// The signature in hexadecimal.
  var signatureText: String { signature.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
