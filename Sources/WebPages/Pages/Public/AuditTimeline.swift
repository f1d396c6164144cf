import Elections
import VotingService

/// What happened, in order: from the making of the keys to the result.
struct AuditTimeline: Sendable {
  let shown: PublicElection
  let board: PublicBoard
  let audit: PublicAudit
  /// When the first anchor above the board stood on a public chain, by its block.
  var anchored: UInt64?

  /// Pauses that are told one by one.
  private static let mostPauses = 20

  struct Event: Sendable, Equatable {
    let kind: String
    let time: UInt64
    var detail = ""
  }

  /// All events, in order of time.
  func events(_ t: Texts) -> [Event] {
    let election = shown.election
    var events = [Event(kind: "defined", time: election.created, detail: definition(t))]
    if let made = audit.ceremonies.last(where: { $0.state == "complete" })?.ended {
      let parts: KeyValuePairs<String, any TextValue> = [
        "threshold": String(board.roster.threshold), "count": board.roster.trustees.count,
      ]
      events.append(Event(kind: "keys", time: made, detail: t("audit.event.keys.text", parts)))
    }
    if let opened = election.opened {
      events.append(Event(kind: "opened", time: opened, detail: t("audit.event.opened.text", ["count": board.opening.rollCount])))
    }
    events += pauses(t) + renewals(t)
    for milestone in board.history.milestones where milestone.kind == .closing || milestone.kind == .abort {
      let detail = milestone.reason ?? t("audit.event.closed.text", ["count": board.status.cast])
      events.append(Event(kind: milestone.kind == .abort ? "aborted" : "closed", time: milestone.time, detail: detail))
    }
    if let anchored { events.append(Event(kind: "anchored", time: anchored, detail: t("audit.event.anchored.text"))) }
    if let cosigned { events.append(Event(kind: "cosigned", time: cosigned, detail: t("audit.event.cosigned.text"))) }
    if let tallied = election.tallied {
      events.append(Event(kind: "tallied", time: tallied, detail: t("audit.event.tallied.text")))
    }
    return events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map { $0.element }
  }

  private func definition(_ t: Texts) -> String { t("audit.event.defined.text", ["count": board.manifest.contests.count]) }

  /// When as many trustees as are needed had cosigned the closing checkpoint.
  private var cosigned: UInt64? {
    guard let closed = board.history.milestones.last(where: { $0.kind == .closing })?.time else { return nil }
    let latencies = audit.trustees.compactMap { $0.latencies[.cosignature] }.sorted()
    let quorum = Int(board.opening.quorum)
    return quorum > 0 && latencies.count >= quorum ? closed + latencies[quorum - 1] : nil
  }

  private func pauses(_ t: Texts) -> [Event] {
    let milestones = board.history.milestones
    var events: [Event] = []
    for (index, pause) in milestones.enumerated() where pause.kind == .pause {
      // Replacements of credentials and renewals of shares may stand between.
      let end = milestones[(index + 1)...].first { $0.kind != .replacement && $0.kind != .renewal }
      let reason = pause.reason ?? ""
      let duration = end.map { DurationText.words($0.time - pause.time, t) }
      let detail = duration.map { t("audit.event.paused.text", ["reason": reason, "duration": $0]) } ?? reason
      events.append(Event(kind: "paused", time: pause.time, detail: detail))
    }
    return Array(events.suffix(Self.mostPauses))
  }

  /// Who has whose place since a renewal, and who has used a share from before one.
  private func renewals(_ t: Texts) -> [Event] {
    let times = board.history.milestones.filter { $0.kind == .renewal }.map { $0.time }
    var events = zip(audit.renewals, times).map { renewal, time in
      let names = renewal.replaced.map { t("audit.event.renewed.replaced", ["name": $0.name, "by": $0.by]) }
      return Event(
        kind: "renewed", time: time,
        detail: names.isEmpty ? t("audit.event.renewed.text") : names.joined(separator: "; "))
    }
    for refusal in audit.outdated {
      let detail = t("audit.event.outdated.\(refusal.phase.rawValue)", ["name": refusal.name])
      events.append(Event(kind: "outdated", time: refusal.last, detail: detail))
    }
    return events
  }

  func markup(_ t: Texts) -> HTML {
    let pauses = board.history.milestones.count { $0.kind == .pause }
    return section(.class("sheet stack"), .aria("labelledby", "timeline")) {
      h2(.id("timeline")) { t("audit.timeline") }
      ol(.class("life")) { for event in events(t) { item(event, t) } }
      if pauses > Self.mostPauses {
        paragraph(.class("fine quiet")) { t("audit.event.morePauses", ["count": pauses - Self.mostPauses]) }
      }
      if board.status.replaced > 0 {
        paragraph(.class("small")) { t("audit.replaced.text", ["count": board.status.replaced]) }
      }
    }
  }

  private func item(_ event: Event, _ t: Texts) -> HTML {
    let content = group {
      span(.class("dot")) {
        switch event.kind {
        case "aborted", "outdated": Icon.named("close")
        case "paused": Icon.named("pause")
        default: Icon.named("tick")
        }
      }
      span(.class("life__t")) {
        bold { t("audit.event.\(event.kind)") }
        TimeText.short(event.time, t.language)
        if !event.detail.isEmpty { " · " + event.detail }
      }
    }
    return event.kind == "aborted"
      ? li(.data("state", "stop")) { content } : li(.data("state", "done")) { content }
  }
}
