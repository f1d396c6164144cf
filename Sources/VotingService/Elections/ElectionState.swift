/// Where an election stands in its life.
public enum ElectionState: String, Sendable, CaseIterable, Equatable {
  /// Being prepared; nothing is on a board.
  case draft
  /// Voting is open, within the hours of the manifest.
  case active
  /// Voting is interrupted.
  case paused
  /// Voting has ended; the trustees cosign and decrypt.
  case closed
  /// The result is published.
  case tallied
  /// The result is published, and the organiser has put the election away.
  case archived
  /// Given up: there will be no result.
  case aborted
}

/// What an organiser, or the clock, does with an election.
public enum ElectionAction: String, Sendable, CaseIterable {
  /// To change definition, roll, rules, pictures, trustees; to hold the key ceremony and the fire drill.
  case edit
  case delete
  case open
  case pause
  case resume
  case abort
  case close
  /// To replace a lost credential.
  case replaceCredential
  /// To publish the result: what the trustees' last part does.
  case tally
  case archive

  /// Where it leads from a state; `nil`: it is refused there. The whole life of an election is this table.
  public func next(from state: ElectionState) -> ElectionState? {
    switch (self, state) {
    case (.edit, .draft), (.delete, .draft): .draft
    case (.open, .draft): .active
    case (.pause, .active): .paused
    case (.resume, .paused): .active
    case (.close, .active), (.close, .paused): .closed
    case (.abort, .draft), (.abort, .active), (.abort, .paused), (.abort, .closed): .aborted
    case (.replaceCredential, .active): .active
    case (.replaceCredential, .paused): .paused
    case (.tally, .closed): .tallied
    case (.archive, .tallied): .archived
    default: nil
    }
  }
}
