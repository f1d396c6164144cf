import API
import Elections
import HTTPServer
import VotingService

/// What everybody may see of elections: the list, each election, its options, its result, its audit; and how all this works.
struct PublicPages: Sendable {
  let elections: PublicElections
  /// Where the service is, without a slash at the end.
  let address: String
  private let certificates = CertificateCache()

  var pages: [Page] { [list, election, contest, option, result, resultCSV, certificate, audit, HowPage.page] }

  private static let listed = 20
  /// Ballots drawn for an audit where nobody says how many.
  private static let sample = 10

  private var list: Page {
    .shows("/elections") { context in
      let page = Self.page(context)
      let (shown, total) = try await elections.list(page: page, size: Self.listed)
      if page > 0 && shown.isEmpty { throw Problem(.notFound) }
      return .page(
        ElectionList(elections: shown, page: page, pages: (total + Self.listed - 1) / Self.listed).document(context))
    }
  }

  private var election: Page {
    .shows("/elections/{reference}") { context in
      let shown = try await shown(context)
      let isCounting = shown.state == .counting
      let progress = isCounting ? try await elections.progress(of: shown.election.reference) : nil
      let place = shown.manifest.anchoring.map { elections.place(of: $0) }
      return .page(ElectionPage(shown: shown, progress: progress, place: place).document(context))
    }
  }

  private var contest: Page {
    .shows("/elections/{reference}/options/{contest}") { context in
      let shown = try await shown(context)
      return .page(try ContestPage(shown: shown, contest: context.value("contest")).document(context))
    }
  }

  private var option: Page {
    .shows("/elections/{reference}/options/{contest}/{option}") { context in
      let shown = try await shown(context)
      let page = try OptionPage(shown: shown, contest: context.value("contest"), option: context.value("option"))
      return .page(page.document(context))
    }
  }

  private var result: Page {
    .shows("/elections/{reference}/result") { context in
      let shown = try await shown(context)
      guard let outcome = try await outcome(shown) else {
        let progress = shown.state == .counting ? try await elections.progress(of: shown.election.reference) : nil
        return .page(NoResultPage(shown: shown, progress: progress).document(context))
      }
      let pages = outcome.pages()
      let page = Self.page(context)
      guard pages.indices.contains(page) else { throw Problem(.notFound) }
      let signed = try await certified(shown)
      return .page(ResultPage(shown: shown, outcome: outcome, pages: pages, page: page, signed: signed).document(context))
    }
  }

  private var resultCSV: Page {
    .shows("/elections/{reference}/result.csv") { context in
      let shown = try await shown(context)
      guard let outcome = try await outcome(shown) else { throw Problem(.notFound) }
      return .response(
        Self.file(ResultCSV.bytes(outcome), "text/csv; charset=utf-8", "result-\(shown.election.reference).csv"))
    }
  }

  private var certificate: Page {
    .shows("/elections/{reference}/certificate.pdf") { context in
      let shown = try await shown(context)
      guard let outcome = try await outcome(shown), let board = shown.board else { throw Problem(.notFound) }
      let audit = try await elections.audit(of: shown.election.reference)
      // Before it is signed it will change.
      guard let signed = try await certified(shown) else { throw Problem(.notFound) }
      let bytes = try certificates.bytes(shown.election.reference, context.t.language) {
        try Certificate(
          shown: shown, board: board, outcome: outcome, audit: audit, signed: signed, address: address, t: context.t
        ).bytes()
      }
      return .response(Self.file(bytes, "application/pdf", "certificate-\(shown.election.reference).pdf"))
    }
  }

  private var audit: Page {
    .shows("/elections/{reference}/audit") { context in
      let shown = try await shown(context)
      let result = try await outcome(shown)?.result
      let sample = min(max(Int(context.query["sample"]) ?? Self.sample, 0), AuditDraws.most)
      let audit = shown.board == nil ? nil : try await elections.audit(of: shown.election.reference, sample: sample)
      let conduct = shown.board == nil ? nil : try await elections.conduct(of: shown.election.reference)
      let anchors = shown.board == nil ? nil : try await elections.anchors(of: shown.election.reference)
      let mark = shown.board == nil ? nil : try await elections.mark(of: shown.election.reference)
      return .page(
        AuditPage(
          shown: shown, audit: audit, result: result, served: elections.software, address: address, conduct: conduct,
          anchors: anchors, mark: mark
        ).document(context))
    }
  }

  private func shown(_ context: PageContext) async throws -> PublicElection {
    try await elections.election(context.value("reference"), for: context.reader)
  }

  private func outcome(_ shown: PublicElection) async throws -> Outcome? {
    guard let board = shown.board, let result = try await elections.result(of: shown.election.reference) else { return nil }
    return Outcome(manifest: board.manifest, result: result, draw: try await elections.closingDraw(of: shown.election.reference))
  }

  /// The result as the trustees signed it; `nil` while they have not.
  private func certified(_ shown: PublicElection) async throws -> CertifiedResult? {
    guard shown.election.tallied != nil else { return nil }
    let reference = shown.election.reference
    if let known = certificates.certified(reference) { return known }
    guard let proof = try await elections.certificate(of: reference) else { return nil }
    return certificates.keep(try proof.verify(), reference)
  }

  /// Which page of a list is asked for, from 0.
  private static func page(_ context: PageContext) -> Int { max(1, min(Int(context.query["page"]) ?? 1, 100_000)) - 1 }

  /// A file to keep.
  private static func file(_ bytes: [UInt8], _ type: String, _ name: String) -> HTTPResponse {
    HTTPResponse(
      headers: HTTPHeaders([
        ("Content-Type", type), ("Content-Disposition", "attachment; filename=\"\(name)\""), ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-cache"),
      ]), body: .bytes(bytes))
  }
}
