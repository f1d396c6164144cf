import Elections
import VotingService

/// Where an election stands, as everybody is told.
enum PublicState: String, Sendable {
  case draft
  /// The board is open, and ballots are taken from a time on that is to come.
  case soon
  case open
  case paused
  /// The time of the manifest is over; the closing entry is about to come.
  case ending
  /// Closed: the trustees cosign and decrypt.
  case counting
  case tallied
  case aborted

  /// Without a look at the hours of the manifest.
  init(_ state: ElectionState) {
    switch state {
    case .draft: self = .draft
    case .active: self = .open
    case .paused: self = .paused
    case .closed: self = .counting
    case .tallied, .archived: self = .tallied
    case .aborted: self = .aborted
    }
  }

  func chip(_ t: Texts) -> HTML {
    let kind: Chip.Kind =
      switch self {
      case .draft: .plain
      case .soon, .paused, .ending, .counting: .wait
      case .open: .live
      case .tallied: .ok
      case .aborted: .stop
      }
    return Chip.labelled(t("public.state.\(rawValue)"), kind)
  }
}

extension PublicElection {
  var state: PublicState {
    let state = PublicState(election.state)
    guard state == .open, let manifest = board?.manifest else { return state }
    if manifest.opens > now { return .soon }
    return manifest.closes > 0 && manifest.closes <= now ? .ending : .open
  }

  /// The definition: as the board fixes it, or as it is being made.
  var manifest: Manifest { board?.manifest ?? election.manifest }
}

/// How long something took.
enum DurationText {
  /// The two largest units: `3 d 4 h`, `5 min 2 s`, `3.4 s`, `40 ms`.
  static func words(_ milliseconds: UInt64, _ t: Texts) -> String {
    if milliseconds < 1000 { return t("public.duration.milliseconds", ["milliseconds": String(milliseconds)]) }
    let seconds = Int(milliseconds / 1000)
    if seconds >= 86_400 { return t("public.duration.days", ["days": seconds / 86_400, "hours": seconds % 86_400 / 3600]) }
    if seconds >= 3600 { return t("public.duration.hours", ["hours": seconds / 3600, "minutes": seconds % 3600 / 60]) }
    if seconds >= 60 { return t("public.duration.minutes", ["minutes": seconds / 60, "seconds": seconds % 60]) }
    if seconds >= 10 { return t("public.duration.seconds", ["seconds": String(seconds)]) }
    let point = t.language == .english ? "." : ","
    return t("public.duration.seconds", ["seconds": "\(seconds)\(point)\(milliseconds % 1000 / 100)"])
  }
}

/// Text that a person wrote, in paragraphs.
enum Prose {
  static func paragraphs(_ text: String, _ name: String = "") -> HTML {
    group {
      for part in text.split(separator: "\n") { paragraph(.class(name)) { part } }
    }
  }
}
