import API
import Elections
import VotingService

/// What of an election stands on a public chain: how much, at what price, where, and whether it agrees with the board.
struct AuditAnchors: Sendable {
  let reference: String
  /// `nil`: it is not anchored, by the manifest.
  let anchors: ElectionAnchors?
  /// Of the result on Solana, which an election may have without the other.
  let mark: SolanaMark?

  func markup(_ t: Texts) -> HTML {
    section(.class("sheet stack"), .id("anchors"), .aria("labelledby", "anchors-title")) {
      headerTag {
        h2(.id("anchors-title")) { t("audit.anchors") }
        if let anchors { span(.class("small quiet")) { ChainText.network(anchors.place, t) } }
      }
      if let anchors {
        paragraph { t("audit.anchors.mode.\(anchors.mode.word)") }
        facts(anchors, t)
        terms(anchors, t)
        if anchors.anchors.isEmpty {
          div(.class("empty")) { paragraph { t("audit.anchors.awaited") } }
        } else {
          list(anchors, t)
        }
        if anchors.queued > 0 { Notice.saying(t("audit.anchors.queued", ["count": anchors.queued]), .wait) }
        paragraph(.class("fine quiet")) { t("audit.anchors.limit") }
        codeTag(.class("cmd")) { "comitia verify record --rpc https://…" }
        if anchors.isInRecord {
          paragraph(.class("small")) {
            anchor(.href(Link("/api/v1/elections", reference, "board", "anchors")), .download("anchors")) {
              t("audit.anchors.file")
            }
          }
        }
      } else {
        div(.class("empty")) { paragraph { t("audit.anchors.none") } }
        if let mark { dl(.class("dl")) { solana(mark, t) } }
      }
    }
  }

  private func facts(_ anchors: ElectionAnchors, _ t: Texts) -> HTML {
    dl(.class("facts")) {
      if anchors.mode == .checkpoint {
        fact(t("audit.anchors.covered"), anchors.coveredSize, t, of: anchors.boardSize)
      } else {
        fact(t("audit.anchors.recorded"), UInt64(anchors.recorded), t, of: UInt64(anchors.ballots))
      }
      fact(t("audit.anchors.transactions"), UInt64(anchors.transactions), t)
      fact(t("audit.anchors.blocks"), UInt64(anchors.distinctBlocks), t)
      fact(t("audit.anchors.gas"), anchors.gas, t)
    }
  }

  private func fact(_ name: String, _ value: UInt64, _ t: Texts, of whole: UInt64? = nil) -> HTML {
    div {
      dt { name }
      dd {
        NumberText.grouped(Int64(clamping: value), t.language)
        if let whole { small { " " + t("audit.of", ["whole": whole]) } }
      }
    }
  }

  private func terms(_ anchors: ElectionAnchors, _ t: Texts) -> HTML {
    dl(.class("dl")) {
      dt { t("audit.anchors.agree") }
      dd { check(anchors.check, t) }
      if anchors.mode != .checkpoint {
        dt { t("audit.anchors.covered") }
        dd { t("audit.anchors.share", ["part": anchors.coveredSize, "whole": anchors.boardSize]) }
      }
      if anchors.waiting > 0 {
        dt { t("audit.anchors.waiting") }
        dd { NumberText.grouped(Int64(anchors.waiting), t.language) }
      }
      if let first = anchors.firstTime, let last = anchors.lastTime {
        dt { t("audit.anchors.first") }
        dd { TimeText.element(first, t.language) }
        dt { t("audit.anchors.last") }
        dd { TimeText.element(last, t.language) }
      }
      if let mark { solana(mark, t) }
      dt { t("audit.anchors.chain") }
      dd { t("audit.anchors.number", ["network": ChainText.network(anchors.place, t), "chain": String(anchors.place.chain)]) }
      dt { t("audit.anchors.contract") }
      dd(.class("hash")) { ChainText.contract(anchors.place) }
    }
  }

  /// The rate over all ballots, as the last reconciliation found it.
  private func check(_ check: ElectionAnchors.Check?, _ t: Texts) -> HTML {
    guard let check else { return .text(t("audit.anchors.unchecked")) }
    let percent = NumberText.percent(UInt64(check.matched), of: UInt64(check.total), t.language)
    return group {
      Chip.labelled(
        t("audit.anchors.rate", ["matched": check.matched, "total": check.total]), check.matched == check.total ? .ok : .wait)
      if let percent { strong { percent } }
      " · "
      t.html("audit.anchors.checked", ["time": TimeText.short(check.time, t.language)])
    }
  }

  private func solana(_ mark: SolanaMark, _ t: Texts) -> HTML {
    let short = "\(mark.transaction.prefix(8))…\(mark.transaction.suffix(6))"
    let link = mark.explorer.flatMap { Link.explorer($0) }
    return group {
      dt { t("audit.anchors.solana") }
      dd {
        t.html(
          "audit.anchors.solana.there",
          [
            "transaction": span(.class("hash"), .title(mark.transaction)) {
              link.map { anchor(.href($0)) { short } } ?? .text(short)
            },
            "slot": .text(NumberText.grouped(Int64(clamping: mark.slot), t.language)), "network": .text(mark.network),
          ])
      }
    }
  }

  private func list(_ anchors: ElectionAnchors, _ t: Texts) -> HTML {
    let place = anchors.place
    return table(.class("stacks")) {
      caption {
        anchors.anchorCount > anchors.anchors.count
          ? t("audit.anchors.newest", ["count": anchors.anchors.count, "all": anchors.anchorCount]) : t("audit.anchors.list")
      }
      thead {
        tr {
          th(.scope("col")) { t("audit.anchors.transaction") }
          th(.scope("col")) { t("audit.anchors.block") }
          th(.scope("col")) { t("audit.time") }
          th(.scope("col")) { t("audit.anchors.size") }
          th(.scope("col")) { t("audit.anchors.state") }
        }
      }
      tbody {
        for entry in anchors.anchors {
          tr {
            th(.scope("row"), .class("hash"), .title("0x\(entry.transaction.hexadecimal)")) {
              ChainText.transaction(entry.transaction, place)
            }
            td(.data("label", t("audit.anchors.block"))) { entry.block.map { ChainText.block($0, place, t) } ?? .text("–") }
            td(.data("label", t("audit.time"))) { TimeText.short(entry.time, t.language) }
            td(.data("label", t("audit.anchors.size"))) { NumberText.grouped(Int64(clamping: entry.size), t.language) }
            td(.data("label", t("audit.anchors.state"))) { state(entry, t) }
          }
        }
      }
    }
  }

  private func state(_ entry: Anchor, _ t: Texts) -> HTML {
    switch entry.state {
    case .confirmed: Chip.labelled(t("audit.anchors.confirmed"), .ok)
    case .sent:
      Chip.labelled(
        entry.confirmations.map { t("audit.anchors.confirmations", ["count": $0]) } ?? t("audit.anchors.sent"), .wait)
    }
  }
}
