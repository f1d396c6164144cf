import StrictJSON
import VotingService

extension Problem.Kind {
  static let notOrganiser = Self(403, "not-organiser", "Only who made the election may change it")
  static let wrongElectionState = Self(409, "wrong-election-state", "The election is in another state")
  static let otherVersion = Self(409, "other-version", "Somebody changed the election in the meantime")
  static let notReady = Self(409, "not-ready", "The election cannot be opened yet")
  static let notReplaceable = Self(409, "not-replaceable", "The credential cannot be replaced")

  static let renewalAwaited = Self(409, "renewal-awaited", "Shares that were handed over are not in force yet")

  /// What every change of an election may meet.
  static let ofElections: [Self] = [.notFound, .notOrganiser, .wrongElectionState, .otherVersion, .invalid]
}

extension ElectionError: ProblemConvertible {
  /// What the client is told.
  public var problem: Problem {
    switch self {
    case .notFound: Problem(.notFound, detail: "There is no such election.")
    case .notOrganiser: Problem(.notOrganiser)
    case .wrongState(let action, let state):
      Problem(
        .wrongElectionState, detail: "It is \(state.rawValue): “\(action.rawValue)” is not possible now.",
        members: [.init("state", .text(state.rawValue))])
    case .otherVersion(let version):
      Problem(.otherVersion, detail: "Read it again, then change it.", members: [.init("version", .integer(version))])
    case .invalid(let path, let reason): .invalid(path, reason)
    case .notReady(let problems):
      Problem(
        .notReady, detail: problems.map { $0.text }.joined(separator: "; "),
        members: [
          .init("obstacles", .list(problems.map { ["kind": .text($0.kind.rawValue), "text": .text($0.text)] }))
        ])
    case .noSuch(let what): Problem(.notFound, detail: "There is no such \(what).")
    case .replacement(let reason): Problem(.notReplaceable, detail: reason)
    case .renewalAwaited(let names): .renewalAwaited(names)
    }
  }
}

extension Problem {
  /// Closing waits for the trustees of before (6.12).
  static func renewalAwaited(_ names: [String]) -> Problem {
    Problem(
      .renewalAwaited, detail: "As many of the trustees before the renewal as decrypt must have cosigned it.",
      members: [.init("trustees", .list(names.map { .text($0) }))])
  }
}
