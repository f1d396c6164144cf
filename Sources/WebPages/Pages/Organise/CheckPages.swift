import API
import Elections
import VotingService

// The last look before voting opens.
extension OrganisePages {
  var checkPages: [Page] { [showCheck, openElection] }

  private var showCheck: Page {
    .shows("/organise/{e}/check", may: .permission(.manageElections)) { context in
      let organised = try await organised(context)
      guard organised.isDraft else { return .redirect(organised.link) }
      return .page(try await check(organised, context, Filled()))
    }
  }

  /// The word that is typed: what is opened stays as it is.
  private static let word = "OPEN"

  private var openElection: Page {
    .does("/organise/{e}/check", may: .permission(.manageElections)) { context in
      let organised = try await changeable(context)
      var found: [Fault] = []
      if let fault = OrganiseForm.confirmationFault(Self.word, context) { found.append(fault) }
      if found.isEmpty {
        found = try await faults(context.t) {
          _ = try await services.life.open(
            organised.reference, version: Int64(context.form["version"]), by: try context.organiser())
        }
      }
      guard found.isEmpty else {
        let now = try await self.organised(context)
        guard now.isDraft else { return .redirect(now.link) }
        return .page(try await check(now, context, Filled(context.form, faults: found)), status: 422)
      }
      return .redirect(organised.link.with(["done": "organise.opened"]))
    }
  }

  private func check(_ organised: Organised, _ context: PageContext, _ filled: Filled) async throws -> Document {
    let obstacles = try await services.life.obstacles(organised.reference, for: try context.organiser())
    let facts = try await facts(organised, context)
    let t = context.t
    return document(t("organise.part.check"), .check, organised, context, modules: ["organise"]) {
      div(.class("col")) {
        Field.faults(filled, t)
        div(.class("col"), .id("live"), .data("live", organised.reference)) {
          self.obstacles(obstacles, organised, t)
          whole(organised, facts, t)
        }
        if obstacles.isEmpty, organised.mayChange {
          section(.class("sheet stack confirm"), .aria("labelledby", "open")) {
            h2(.id("open")) { t("organise.open") }
            paragraph { t("organise.consequence.open") }
            SentForm.to(organised.link.down("check"), context, name: "form") {
              organised.version
              OrganiseForm.confirmation(Self.word, filled, t)
              div(.class("actions")) {
                button(.class("button button--primary"), .type("submit")) { t("organise.open") }
              }
            }
          }
        }
      }
    }
  }

  private func obstacles(_ obstacles: [OpeningProblem], _ organised: Organised, _ t: Texts) -> HTML {
    guard !obstacles.isEmpty else { return Notice.saying(t("organise.check.ready")) }
    return section(.class("sheet stack"), .aria("labelledby", "missing")) {
      headerTag {
        h2(.id("missing")) { t("organise.check.missing", ["count": obstacles.count]) }
      }
      ul(.class("rows")) {
        for obstacle in obstacles {
          li {
            span {
              bold { t("organise.obstacle.\(obstacle.kind.rawValue)") }
              small(.lang("en")) { obstacle.text }
            }
            anchor(.class("button button--small"), .href(Self.place(obstacle.kind, organised))) {
              t("organise.obstacle.do.\(obstacle.kind.rawValue)")
            }
          }
        }
      }
    }
  }

  /// Where an obstacle is cleared away.
  private static func place(_ kind: OpeningProblem.Kind, _ organised: Organised) -> Link {
    switch kind {
    case .rollEmpty: organised.link.down("voters", "import")
    case .rollTooHeavy: organised.link.down("voters")
    case .credentialsMissing: organised.link.down("voters", "links")
    case .smallGroup, .tooLate, .otherChain: organised.link.down("times")
    case .trustees, .quorum: organised.link.down("trustees")
    case .pictures: organised.link.down("questions")
    }
  }

  /// All that is fixed by opening.
  private func whole(_ organised: Organised, _ facts: ElectionFacts, _ t: Texts) -> HTML {
    let manifest = organised.manifest
    func time(_ time: UInt64) -> HTML { time == 0 ? .text(t("organise.byHand")) : TimeText.element(time, t.language) }
    let issuer =
      switch manifest.issuer {
      case .service: "service"
      case .authority: "authority"
      case .voter: "voter"
      }
    return section(.class("sheet stack"), .aria("labelledby", "whole")) {
      headerTag {
        h2(.id("whole")) { t("organise.whole") }
        anchor(.class("small"), .href(organised.link.down("ballot"))) { t("organise.preview.do") }
      }
      dl(.class("dl")) {
        dt { t("organise.part.questions") }
        dd {
          for contest in manifest.contests {
            div {
              "\(contest.title.description) · \(ContestWords.kind(contest.rules, t)) · "
                + t("organise.options", ["count": contest.options.count])
            }
          }
        }
        dt { t("organise.opens") }
        dd { time(manifest.opens) }
        dt { t("organise.closes") }
        dd { time(manifest.closes) }
        dt { t("organise.revoting") }
        dd { manifest.revoting == .lastCounts ? t("organise.revoting.last-counts") : t("organise.revoting.refused") }
        dt { t("organise.issuer") }
        dd { t("organise.issuer.\(issuer)") }
        if services.elections.chain != nil || manifest.anchoring != nil {
          dt { t("organise.anchoring") }
          dd { t("organise.anchoring.\(manifest.anchoring?.mode.word ?? "none")") }
        }
        dt { t("organise.part.voters") }
        dd { t("organise.whole.voters", ["count": facts.roll.eligible]) }
        dt { t("organise.part.trustees") }
        dd {
          t("organise.trustees.needed", ["count": facts.trustees.trustees.count, "needed": facts.trustees.state.threshold])
        }
      }
    }
  }
}
