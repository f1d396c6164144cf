/// How all this works, in plain words: what is secret, what is public, who has to be trusted for what, what cannot be promised.
enum HowPage {
  static let page = Page.shows("/how") { context in .page(document(context)) }

  private static let steps: [(key: String, drawing: HTML)] = [
    ("lock", HowDrawings.lock), ("board", HowDrawings.board), ("add", HowDrawings.add), ("open", HowDrawings.open),
  ]

  static func document(_ context: PageContext) -> Document {
    let t = context.t
    return Document(t("how.title"), Frame(context)) {
      div(.class("page-head")) {
        div {
          h1 { t("how.title") }
          paragraph(.class("lead")) { t("how.lead") }
        }
      }
      div(.class("col")) {
        section(.class("cols cols--two"), .aria("label", t("how.steps"))) {
          for (number, step) in steps.enumerated() {
            article(.class("sheet stack-s")) {
              step.drawing
              h2 { "\(number + 1). " + t("how.step.\(step.key)") }
              paragraph { t("how.stepText.\(step.key)") }
            }
          }
        }
        div(.class("cols cols--two")) {
          list("how.secret", ["how.secret.choice", "how.secret.keys", "how.secret.contact"], t)
          list("how.public", ["how.public.questions", "how.public.ballots", "how.public.totals", "how.public.who"], t)
        }
        trust(t)
        section(.class("sheet sheet--doc stack-s"), .aria("labelledby", "limits")) {
          h2(.id("limits")) { t("how.limits") }
          dl(.class("dl")) {
            for limit in ["coercion", "device", "trustees", "time", "link"] {
              dt { strong { t("how.limit.\(limit)") } }
              dd { t("how.limitText.\(limit)") }
            }
          }
        }
        section(.class("sheet stack-s"), .aria("labelledby", "check")) {
          h2(.id("check")) { t("how.check") }
          ol(.class("path")) {
            for check in ["receipt", "test", "all", "own"] {
              li(.data("state", "done")) {
                span(.class("dot")) { Icon.named("tick") }
                div {
                  bold { t("how.check.\(check)") }
                  paragraph(.class("small")) { t("how.checkText.\(check)") }
                }
              }
            }
          }
          paragraph { anchor(.href(Link("/elections"))) { t("how.toElections") } }
        }
      }
    }
  }

  private static func list(_ title: String, _ keys: [String], _ t: Texts) -> HTML {
    section(.class("sheet stack-s")) {
      h2 { t(title) }
      div(.class("prose")) { ul { for key in keys { li { t(key) } } } }
    }
  }

  private static func trust(_ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "trust")) {
      h2(.id("trust")) { t("how.trust") }
      // On phones its rows are blocks, and browsers forget then that it is a table.
      table(.class("stacks"), .role("table")) {
        caption { t("how.trust.caption") }
        thead(.role("rowgroup")) {
          tr(.role("row")) {
            th(.scope("col"), .role("columnheader")) { t("how.trust.who") }
            th(.scope("col"), .role("columnheader")) { t("how.trust.secrecy") }
            th(.scope("col"), .role("columnheader")) { t("how.trust.count") }
          }
        }
        tbody(.role("rowgroup")) {
          for who in ["service", "organiser", "trustees", "device"] {
            tr(.role("row")) {
              th(.scope("row"), .role("rowheader")) { t("how.trust.\(who)") }
              td(.role("cell"), .data("label", t("how.trust.secrecy"))) { t("how.trustSecrecy.\(who)") }
              td(.role("cell"), .data("label", t("how.trust.count"))) { t("how.trustCount.\(who)") }
            }
          }
        }
      }
    }
  }
}
