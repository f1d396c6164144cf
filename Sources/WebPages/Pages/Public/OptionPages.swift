import API
import Curve25519
import Elections
import VotingService

/// All options of one question.
struct ContestPage: Sendable {
  let shown: PublicElection
  let number: Int
  let contest: Contest

  /// - Parameter contest: its number, from 1.
  /// - Throws: where there is none.
  init(shown: PublicElection, contest: String) throws(Problem) {
    let contests = shown.manifest.contests
    guard let number = Int(contest), contests.indices.contains(number - 1), String(number) == contest else {
      throw Problem(.notFound)
    }
    self.shown = shown
    self.number = number
    self.contest = contests[number - 1]
  }

  func document(_ context: PageContext) -> Document {
    let t = context.t
    let base = Link("/elections", shown.election.reference)
    return Document(contest.title.description, Frame(context, .elections)) {
      ElectionHead.markup(shown, .election, t)
      section(.class("sheet sheet--doc stack-s"), .aria("labelledby", "question")) {
        h2(.id("question")) { contest.title.description }
        Prose.paragraphs(contest.description.description)
        paragraph(.class("small quiet")) { ContestText.rule(contest.rules, t) }
        OrderNote.markup(shown, contest, t)
        ul(.class("rows rows--links")) {
          for index in shown.shownOptions(of: number - 1) {
            li {
              span {
                bold {
                  anchor(.href(base.down("options", String(number), String(index + 1)))) { contest.options[index].name.description }
                }
              }
              Icon.named("onward")
            }
          }
        }
      }
      paragraph { anchor(.class("back"), .href(base)) { t("public.option.back") } }
    }
  }
}

/// One option with its picture and description.
struct OptionPage: Sendable {
  let page: ContestPage
  let number: Int
  let option: ContestOption

  /// - Parameters:
  ///   - contest, option: their numbers, from 1.
  /// - Throws: where there is none.
  init(shown: PublicElection, contest: String, option: String) throws(Problem) {
    page = try ContestPage(shown: shown, contest: contest)
    guard let number = Int(option), page.contest.options.indices.contains(number - 1), String(number) == option else {
      throw Problem(.notFound)
    }
    self.number = number
    self.option = page.contest.options[number - 1]
  }

  private var base: Link { Link("/elections", page.shown.election.reference) }

  func document(_ context: PageContext) -> Document {
    let t = context.t
    let name = option.name.description
    let order = page.shown.shownOptions(of: page.number - 1)
    let place = order.firstIndex(of: number - 1) ?? 0
    return Document(name, Frame(context, .elections)) {
      ElectionHead.markup(page.shown, .election, t)
      article(.class("sheet sheet--doc stack"), .aria("labelledby", "option")) {
        paragraph(.class("small quiet")) { page.contest.title.description }
        h2(.id("option")) { name }
        if let picture = option.picture {
          img(
            .class("portrait"), .alt(t("public.option.picture", ["name": name])),
            .src(Link("/api/v1/elections", page.shown.election.reference, "pictures", picture.hexadecimal)))
        }
        if option.description.utf8.isEmpty {
          paragraph(.class("quiet")) { t("public.option.noDescription") }
        } else {
          Prose.paragraphs(option.description.description)
        }
      }
      nav(.class("pager"), .aria("label", t("public.option.others"))) {
        if place > 0 { neighbour(order[place - 1] + 1, t("public.option.before")) } else { span {} }
        anchor(.href(base.down("options", String(page.number)))) { t("public.option.all") }
        if place + 1 < order.count { neighbour(order[place + 1] + 1, t("public.option.after")) } else { span {} }
      }
      paragraph { anchor(.class("back"), .href(base)) { t("public.option.back") } }
    }
  }

  private func neighbour(_ other: Int, _ text: String) -> HTML {
    anchor(.href(base.down("options", String(page.number), String(other)))) { text }
  }
}

/// Whose order the options of a contest stand in, where it was drawn.
enum OrderNote {
  static func markup(_ shown: PublicElection, _ contest: Contest, _ t: Texts) -> HTML? {
    guard contest.order == .drawn else { return nil }
    guard shown.board != nil else { return paragraph(.class("small quiet")) { t("public.order.willBeDrawn") } }
    let audit = Link("/elections", shown.election.reference, "audit").at("draws")
    return paragraph(.class("small quiet")) {
      t("public.order.drawn") + " "
      anchor(.href(audit)) { t("public.draw.how") }
    }
  }
}

extension Bytes32 {
  /// 64 digits, lower case.
  var hexadecimal: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
