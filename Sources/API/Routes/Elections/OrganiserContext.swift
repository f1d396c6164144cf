import VotingService

extension Context {
  /// Who asks, as far as it matters to elections; `nil` for those who see what everybody sees.
  var reader: Organiser? { caller.may(.readElections) ? caller.organiser : nil }

  /// Who asks, on a route that demands a permission over elections or rolls.
  func organiser() throws(Problem) -> Organiser {
    guard let organiser = caller.organiser else { throw Problem(.notAuthenticated) }
    return organiser
  }
}

extension Caller {
  /// Who asks, as far as it matters to elections.
  package var organiser: Organiser? {
    account.map { Organiser(account: $0, managesAll: role == .owner, readsAll: may(.readElections)) }
  }
}
