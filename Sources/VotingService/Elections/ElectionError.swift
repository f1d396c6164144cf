/// Why something is not done with an election.
public enum ElectionError: Error, Equatable, Sendable {
  /// There is no such election, or who asks may not know of it.
  case notFound
  /// Who asks may read it, not change it.
  case notOrganiser
  /// The action does not follow from the state.
  case wrongState(ElectionAction, ElectionState)
  /// Somebody changed it in the meantime: the version now.
  case otherVersion(Int64)
  /// What is asked for cannot be: the member of the definition or request, and why.
  case invalid(path: String, reason: String)
  /// The election cannot be opened yet: all that is missing.
  case notReady([OpeningProblem])
  /// Voting cannot end before shares that were handed over are in force: whose cosignature is waited for.
  case renewalAwaited([String])
  /// There is no such voter, picture or rule.
  case noSuch(String)
  /// The credential may not be replaced: why.
  case replacement(String)
}

/// What an election lacks to be opened. Texts are for the organiser.
public struct OpeningProblem: Error, Equatable, Sendable {
  /// A stable word.
  public enum Kind: String, Sendable, CaseIterable {
    case rollEmpty, rollTooHeavy, smallGroup, credentialsMissing, trustees, quorum, pictures, tooLate, otherChain
  }

  public let kind: Kind
  /// What is missing, and what to do.
  public let text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
