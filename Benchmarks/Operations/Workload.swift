/// Fixed work whose instructions are counted under valgrind: nothing in it depends on time or chance.
enum Workload: String, CaseIterable {
  /// Encrypts, proves and signs `ballots` ballots of 5 options, at most 1.
  case encrypt
  /// Encrypts them too, then verifies all of them in one batch.
  case verify

  func run(ballots: Int) {
    let factory = BallotFactory.single()
    let cast = factory.first(ballots)
    if self == .verify { factory.verify(cast, signatures: true) }
    keep(cast)
  }
}
