import API
import VotingService

/// What administrators see of the public chain.
struct ChainSheet: Sendable {
  let overview: ChainOverview
  let settings: AnchorSettings?
  /// Whether who looks may have something done.
  let mayAct: Bool

  /// Coins below which somebody should fill the account up: what a new deployment asks for, too.
  private static let low: UInt128 = 2_000_000_000_000_000_000

  func markup(_ t: Texts) -> HTML {
    group {
      if let error = overview.error { trouble(t("administration.chain.error"), error) }
      if let balance = overview.balance, balance < Self.low { Notice.saying(t("administration.chain.low"), .wait) }
      if !overview.elsewhere.isEmpty { elsewhere(t) }
      account(t)
      queue(t)
      if mayAct { actions(t) }
      reconciliation(t)
      costs(t)
      prices(t)
    }
  }

  private func trouble(_ said: String, _ error: String) -> HTML {
    div(.class("notice notice--stop")) {
      Icon.named("warning")
      div {
        paragraph { strong { said } }
        paragraph(.lang("en")) { error }
      }
    }
  }

  private func elsewhere(_ t: Texts) -> HTML {
    trouble(t("administration.chain.elsewhere"), overview.elsewhere.joined(separator: " "))
  }

  private func number(_ value: UInt64, _ t: Texts) -> String { NumberText.grouped(Int64(clamping: value), t.language) }

  // MARK: Account

  private func account(_ t: Texts) -> HTML {
    let place = overview.place
    return section(.class("sheet stack"), .aria("labelledby", "account")) {
      headerTag {
        h2(.id("account")) { t("administration.chain.account") }
        span(.class("small quiet")) { ChainText.network(place, t) }
      }
      dl(.class("facts facts--two")) {
        div {
          dt { t("administration.chain.balance") }
          dd { overview.balance.map { AmountText.coins($0, t.language) } ?? "–" }
        }
        div {
          dt { t("administration.chain.price") }
          dd { overview.prices.last.map { AmountText.gwei($0.wei, t.language) } ?? "–" }
        }
      }
      dl(.class("dl")) {
        AccountSheet.fact(t("administration.chain.address"), span(.class("hash")) { overview.account })
        AccountSheet.fact(t("audit.anchors.contract"), span(.class("hash")) { ChainText.contract(place) })
        AccountSheet.fact(t("audit.anchors.chain"), .text(String(place.chain)))
        AccountSheet.fact(t("administration.chain.head"), overview.head.map { ChainText.block($0, place, t) } ?? .text("–"))
        AccountSheet.fact(
          t("administration.chain.asked"),
          overview.asked.map { TimeText.element($0, t.language) } ?? .text(t("administration.chain.never")))
        AccountSheet.fact(
          t("audit.anchors.last"), overview.lastAnchor.map { last($0, t) } ?? .text(t("administration.chain.noAnchor")))
      }
    }
  }

  private func last(_ anchor: ChainOverview.LastAnchor, _ t: Texts) -> HTML {
    t.html(
      "administration.chain.lastAnchor",
      ["time": TimeText.element(anchor.time, t.language), "block": ChainText.block(anchor.block, overview.place, t)])
  }

  // MARK: Queue

  private func queue(_ t: Texts) -> HTML {
    let queue = overview.queue
    return section(.class("sheet stack"), .aria("labelledby", "queue")) {
      headerTag { h2(.id("queue")) { t("administration.chain.queue") } }
      dl(.class("facts")) {
        for (name, count) in [
          ("pending", queue.pending), ("sent", queue.sent), ("queued", queue.queued), ("confirmed", queue.confirmed),
        ] {
          div {
            dt { t("administration.chain.queue.\(name)") }
            dd { number(UInt64(count), t) }
          }
        }
      }
      if let oldest = queue.oldest {
        paragraph(.class("small")) { t.html("administration.chain.oldest", ["time": TimeText.element(oldest, t.language)]) }
      }
      if !overview.troubles.isEmpty {
        h3 { t("administration.chain.troubles") }
        ul(.class("rows")) {
          for trouble in overview.troubles {
            li {
              span(.lang("en")) { trouble.reason }
              Chip.labelled(t("administration.chain.records", ["count": trouble.records]), .wait)
            }
          }
        }
      }
      rhythm(t)
    }
  }

  /// When is sent, in words.
  @HTMLBuilder private func rhythm(_ t: Texts) -> HTML {
    if let settings {
      paragraph(.class("small quiet")) {
        t("administration.chain.every", ["count": max(1, settings.anchorEvery / 60_000)]) + " "
          + (settings.cheapWait > 0
            ? t("administration.chain.cheap", ["count": max(1, settings.cheapWait / 60_000)])
            : t("administration.chain.cheap.not"))
      }
    }
    if overview.isAnchorAsked { Notice.saying(t("administration.chain.anchorAsked"), .wait) }
  }

  private func actions(_ t: Texts) -> HTML {
    section(.class("sheet"), .aria("labelledby", "actions")) {
      headerTag { h2(.id("actions")) { t("administration.chain.actions") } }
      ul(.class("rows rows--links")) {
        for action in ChainPages.Action.allCases {
          li {
            span {
              bold {
                anchor(.href(Link("/administration/chain", action.rawValue))) { t("administration.chain.do.\(action.rawValue)") }
              }
              small { t("administration.chain.about.\(action.rawValue)") }
            }
            Icon.named("onward")
          }
        }
      }
    }
  }

  // MARK: Reconciliation

  private func reconciliation(_ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "check")) {
      headerTag { h2(.id("check")) { t("administration.chain.check") } }
      if overview.isCheckAsked { Notice.saying(t("administration.chain.checkAsked"), .wait) }
      if let check = overview.check {
        paragraph {
          t.html(
            "administration.chain.compared",
            [
              "time": TimeText.element(check.time, t.language), "compared": .text(number(UInt64(check.compared), t)),
              "block": ChainText.block(check.head, overview.place, t),
            ])
        }
        if check.findingCount == 0 {
          Notice.saying(t("administration.chain.agree"))
        } else {
          Notice.saying(t("administration.chain.findings", ["count": check.findingCount]), .stop)
          findings(check, t)
        }
      } else if !overview.isCheckAsked {
        div(.class("empty")) { paragraph(.class("small")) { t("administration.chain.check.none") } }
      }
    }
  }

  private func findings(_ check: ChainCheck, _ t: Texts) -> HTML {
    group {
      ul(.class("rows")) {
        for finding in check.findings {
          li {
            span {
              bold { t("administration.chain.finding.\(finding.kind.rawValue)") }
              small { details(finding, t) }
              small(.class("hash")) { finding.hash.hexadecimal }
            }
            finding.isMended
              ? Chip.labelled(t("administration.chain.mended"), .ok) : Chip.labelled(t("administration.chain.wrong"), .stop)
          }
        }
      }
      if check.findingCount > check.findings.count {
        paragraph(.class("fine quiet")) { t("administration.chain.findings.first", ["count": check.findings.count]) }
      }
    }
  }

  private func details(_ finding: ChainCheck.Finding, _ t: Texts) -> HTML {
    var parts: [HTML] = []
    if let election = finding.election {
      parts.append(anchor(.href(Link("/elections", election).down("audit"))) { election })
    } else {
      parts.append(.text(t("administration.chain.finding.noElection")))
    }
    let place = overview.place
    if let here = finding.here {
      parts.append(t.html("administration.chain.finding.here", ["block": ChainText.block(here, place, t)]))
    }
    if let there = finding.chain {
      parts.append(t.html("administration.chain.finding.there", ["block": ChainText.block(there, place, t)]))
    }
    if let transaction = finding.transaction { parts.append(ChainText.transaction(transaction, place)) }
    return group {
      for (index, part) in parts.enumerated() {
        if index > 0 { " · " }
        part
      }
    }
  }

  // MARK: Money

  private func costs(_ t: Texts) -> HTML {
    let costs = overview.costs
    return section(.class("sheet stack"), .aria("labelledby", "costs")) {
      headerTag {
        h2(.id("costs")) { t("administration.chain.costs") }
        span(.class("small quiet")) { t("administration.chain.costs.days") }
      }
      if costs.transactions == 0 {
        div(.class("empty")) { paragraph(.class("small")) { t("administration.chain.costs.none") } }
      } else {
        dl(.class("facts")) {
          fact(t("administration.chain.costs.paid"), AmountText.coins(costs.cost, t.language))
          fact(t("administration.chain.costs.gas"), number(costs.gas, t))
          fact(t("audit.anchors.transactions"), number(UInt64(costs.transactions), t))
          fact(t("administration.chain.costs.ballots"), number(costs.ballots, t))
        }
        if costs.ballots > 0 { perBallot(costs, t) }
        modes(costs, t)
      }
    }
  }

  private func fact(_ name: String, _ value: String) -> HTML {
    div {
      dt { name }
      dd { value }
    }
  }

  private func perBallot(_ costs: ChainCosts, _ t: Texts) -> HTML {
    dl(.class("dl")) {
      AccountSheet.fact(
        t("administration.chain.costs.one"),
        .text(
          t(
            "administration.chain.costs.one.is",
            ["gas": costs.gasPerBallot, "cost": AmountText.coins(costs.costPerBallot, t.language)])))
      if let saving = costs.saving(against: ChainCosts.Gas.replacedDesign), saving > 0 {
        AccountSheet.fact(
          t("administration.chain.costs.saved"),
          .text(
            t(
              "administration.chain.costs.saved.is",
              ["percent": NumberText.percent(UInt64(saving), of: 1000, t.language) ?? "", "gas": ChainCosts.Gas.replacedDesign])))
      }
    }
  }

  private func modes(_ costs: ChainCosts, _ t: Texts) -> HTML {
    table {
      caption { t("administration.chain.costs.modes") }
      thead {
        tr {
          th(.scope("col")) { t("administration.chain.costs.mode") }
          th(.scope("col"), .class("r")) { t("administration.chain.costs.gas") }
          th(.scope("col"), .class("r")) { t("administration.chain.costs.cost") }
        }
      }
      tbody {
        for mode in costs.modes {
          tr {
            th(.scope("row")) { t("organise.anchoring.\(mode.name)") }
            td(.class("r")) { number(mode.gas, t) }
            td(.class("r")) { AmountText.coins(mode.cost, t.language) }
          }
        }
      }
    }
  }

  private func prices(_ t: Texts) -> HTML {
    section(.class("sheet stack"), .aria("labelledby", "prices")) {
      headerTag {
        h2(.id("prices")) { t("administration.chain.prices") }
        span(.class("small quiet")) { t("administration.chain.prices.days") }
      }
      if let chart = GasChart(overview.prices) {
        if let hour = chart.cheapestHours {
          paragraph {
            t(
              "administration.chain.prices.cheapest",
              ["from": Self.clock(hour), "to": Self.clock((hour + 3) % 24)])
          }
        }
        chart.markup(t)
      } else {
        div(.class("empty")) { paragraph(.class("small")) { t("administration.chain.prices.none") } }
      }
    }
  }

  private static func clock(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }
}
