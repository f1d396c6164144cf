import API
import BallotCryptography
import Curve25519
import Elections
import VotingService

// The ballot as voters will see it. Nothing of it can be sent: there is no form.
extension OrganisePages {
  var ballotPreview: Page {
    .shows("/organise/{e}/ballot", may: .permission(.readElections)) { context in
      let organised = try await organised(context)
      let t = context.t
      let draw = organised.isDraft ? nil : try await services.boards.opening(of: organised.reference).entry.draw.output
      let part: OrganisePart = organised.isDraft ? .questions : .ballot
      return .page(
        document(t("organise.preview"), part, organised, context) {
          div(.class("col")) {
            Notice.saying(t("organise.preview.text"), .wait)
            if !organised.manifest.description.description.isEmpty {
              lines(organised.manifest.description)
            }
            for (index, contest) in organised.manifest.contests.enumerated() { ballot(index, contest, draw, organised, t) }
          }
        })
    }
  }

  /// A description may have several lines.
  private func lines(_ text: Text) -> HTML {
    div(.class("stack-s")) {
      for line in text.description.split(separator: "\n") { paragraph { line } }
    }
  }

  private func ballot(_ index: Int, _ contest: Contest, _ draw: Bytes32?, _ organised: Organised, _ t: Texts) -> HTML {
    let count = organised.manifest.contests.count
    return fieldset(.class("sheet sheet--doc ballot")) {
      legend(.class("ballot__head")) {
        span(.class("small quiet")) { t("organise.question", ["number": index + 1, "count": count]) }
        h2 { contest.title.description }
        if !contest.description.description.isEmpty {
          span(.class("quiet ballot__rule")) { contest.description.description }
        }
        span(.class("quiet ballot__rule")) { ContestWords.rule(contest.rules, t) }
        if contest.order == .drawn {
          span(.class("small quiet ballot__rule")) { t(draw == nil ? "organise.preview.willBeDrawn" : "organise.preview.drawn") }
        }
      }
      div {
        for row in organised.manifest.shownOptions(of: index, draw: draw) {
          contest.rules.kind == .score
            ? score(index, row, contest.options[row], contest.rules, organised)
            : mark(index, row, contest.options[row], contest.rules, organised)
        }
        if contest.rules.minimum == 0, contest.rules.kind != .score {
          label(.class("option option--blank")) {
            box("c\(index)-blank", contest.rules.kind == .approval ? "c\(index)-blank" : "c\(index)")
            span {
              bold { t("organise.preview.blank") }
              small { t("organise.preview.blank.text") }
            }
          }
        }
      }
    }
  }

  private func box(_ id: String, _ name: String) -> HTML {
    span(.class("mark")) {
      if name == id {
        input(.type("checkbox"), .id(id), .name(name))
      } else {
        input(.type("radio"), .id(id), .name(name))
      }
      svg(.aria("hidden", "true")) { useSymbol(.href(Link("/icons.svg").at("cross"))) }
    }
  }

  private func mark(_ index: Int, _ row: Int, _ option: ContestOption, _ rules: ContestRules, _ organised: Organised) -> HTML {
    let id = "c\(index)-o\(row)"
    return label(.class("option")) {
      box(id, rules.kind == .approval ? id : "c\(index)")
      if let picture = option.picture { OptionPicture.shown(picture, organised) }
      name(option)
    }
  }

  private func score(_ index: Int, _ row: Int, _ option: ContestOption, _ rules: ContestRules, _ organised: Organised) -> HTML {
    label(.class("option")) {
      span(.class("rank")) {
        input(
          .type("number"), .name("c\(index)-o\(row)"), .minimum("0"), .maximum(String(rules.range)), .inputmode("numeric"))
      }
      if let picture = option.picture { OptionPicture.shown(picture, organised) }
      name(option)
    }
  }

  private func name(_ option: ContestOption) -> HTML {
    span {
      bold { option.name.description }
      if !option.description.description.isEmpty { small { option.description.description } }
    }
  }
}
