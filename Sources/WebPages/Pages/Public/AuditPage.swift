import Elections
import VotingService

/// Everything that is public about how an election was held, and how to check it oneself.
struct AuditPage: Sendable {
  let shown: PublicElection
  /// `nil` before the board is opened.
  let audit: PublicAudit?
  /// `nil` while there is none.
  let result: ElectionResult?
  /// The booth's files as they are served now.
  let served: [SoftwareFile]
  let address: String
  /// `nil` before the board is opened.
  var conduct: ElectionConduct?
  /// `nil` where the election is not anchored on a public chain.
  var anchors: ElectionAnchors?
  /// Of the result on Solana.
  var mark: SolanaMark?

  func document(_ context: PageContext) -> Document {
    let t = context.t
    return Document(t("audit.title", ["title": shown.manifest.title.description]), Frame(context, .elections)) {
      ElectionHead.markup(shown, .audit, t, lead: t("audit.lead"))
      div(.class("col")) {
        ElectionHead.news(shown, t)
        if let board = shown.board, let audit {
          totals(board, t)
          verify(board, t)
          AuditTimeline(shown: shown, board: board, audit: audit, anchored: anchors?.firstTime).markup(t)
          AuditAnchors(reference: shown.election.reference, anchors: anchors, mark: mark).markup(t)
          div(.class("cols cols--two")) {
            AuditBoard.entries(board, audit, t)
            AuditBoard.checkpoints(board, audit, t)
          }
          div(.class("cols cols--two")) {
            AuditTrustees.cosignatures(board, audit, t)
            AuditTrustees.ceremonies(audit, t)
          }
          if let conduct { AuditConduct(reference: shown.election.reference, board: board, conduct: conduct).markup(t) }
          AuditTrustees.latencies(board, audit, t)
          AuditDraws(shown: shown, board: board, audit: audit).markup(t)
          AuditSoftware(fixed: board.opening.software, served: served).markup(t)
        } else {
          div(.class("empty")) { paragraph { t("audit.none") } }
        }
      }
    }
  }

  private func totals(_ board: PublicBoard, _ t: Texts) -> HTML {
    let status = board.status
    let history = board.history
    let end = shown.election.closed ?? history.milestones.last { $0.kind == .abort }?.time
    return section(.class("sheet stack"), .aria("labelledby", "totals")) {
      h2(.id("totals")) { t("audit.totals") }
      dl(.class("facts")) {
        number(t("audit.cast"), status.cast, t)
        number(t("audit.voters"), status.voters, t, of: UInt64(board.opening.rollCount))
        number(t("audit.challenged"), status.challenged, t)
        number(t("audit.replaced"), status.replaced, t)
      }
      dl(.class("dl")) {
        if let result {
          dt { t("audit.counted") }
          dd { NumberText.grouped(Int64(result.counted), t.language) }
        }
        dt { t("audit.first") }
        dd { history.firstCast.map { TimeText.element($0, t.language) } ?? HTML.text(t("audit.noVote")) }
        dt { t("audit.last") }
        dd { history.lastCast.map { TimeText.element($0, t.language) } ?? HTML.text(t("audit.noVote")) }
        if let opened = shown.election.opened {
          dt { t("audit.duration") }
          dd {
            DurationText.words((end ?? shown.now) - min(opened, end ?? shown.now), t)
            if end == nil { " " + t("audit.durationSoFar") }
          }
        }
      }
      paragraph(.class("fine quiet")) { t("audit.totals.note") }
    }
  }

  private func number(_ name: String, _ value: UInt64, _ t: Texts, of whole: UInt64? = nil) -> HTML {
    div {
      dt { name }
      dd {
        NumberText.grouped(Int64(clamping: value), t.language)
        if let whole { small { " " + t("audit.of", ["whole": whole]) } }
      }
    }
  }

  private func verify(_ board: PublicBoard, _ t: Texts) -> HTML {
    let reference = shown.election.reference
    let archive = Link("/api/v1/elections", reference, "record.tar")
    return section(.class("sheet sheet--doc stack"), .aria("labelledby", "verify")) {
      h2(.id("verify")) { t("audit.verify") }
      paragraph { t("audit.verify.text") }
      div(.class("actions")) {
        anchor(.class("button button--primary"), .href(Link("/verify", reference))) { t("audit.verify.browser") }
        anchor(.class("button"), .href(archive)) {
          Icon.named("download")
          t("audit.verify.record")
        }
      }
      h3 { t("audit.verify.own") }
      paragraph { t("audit.verify.own.text") }
      codeTag(.class("cmd")) {
        "curl -O \(address)\(archive.text)\nmkdir record && tar -xf record-\(reference).tar -C record\n"
          + "comitia verify record \\\n  --election-id \(board.status.electionID.hexadecimal)"
      }
      paragraph(.class("fine quiet")) { t("audit.verify.limit") }
      dl(.class("dl")) {
        dt { t("result.electionID") }
        dd(.class("hash")) { board.status.electionID.hexadecimal }
      }
    }
  }
}
