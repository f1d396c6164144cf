/// Where an election stands by its board (`docs/spec/06-record.md`, 6.3), and which entries may follow.
public enum BoardPhase: Equatable, Sendable {
  /// Ballots may be cast, as far as the manifest's times allow.
  case voting
  /// Voting is interrupted.
  case paused
  /// Voting has ended; the totals may be decrypted.
  case closed
  /// The election was given up; nothing may ever be decrypted.
  case aborted

  /// What the entry that is appended next makes of it.
  ///
  /// - Returns: `nil` when an entry of this kind may not follow. An opening entry never may: it comes before all phases.
  public func following(_ kind: EntryKind) -> BoardPhase? {
    switch (self, kind) {
    case (.closed, _), (.aborted, _), (_, .opening): nil
    case (_, .closing): .closed
    case (_, .abort): .aborted
    case (_, .replacement), (_, .renewal): self
    case (.voting, .cast), (.voting, .challenge), (.voting, .opened), (.paused, .resume): .voting
    case (.voting, .pause): .paused
    case (.voting, .resume), (.paused, .pause), (.paused, .cast), (.paused, .challenge), (.paused, .opened): nil
    }
  }
}
