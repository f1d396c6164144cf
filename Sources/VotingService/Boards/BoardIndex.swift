import Curve25519
import Elections

/// What of the entries decides whether another one may follow. Held for a whole board, and for the entries that are about to be committed: what is
/// looked up is looked up in both.
struct BoardIndex: Sendable {
  /// What a voter has done. Voters are known by their place on the roll.
  struct Voter: Sendable {
    /// Ballots cast.
    var casts: UInt64 = 0
    /// Entry of the last.
    var lastCast: UInt64 = 0
    /// The smallest number that the next ballot may have.
    var nextNumber: UInt64 = 1
    /// Challenges made.
    var challenges = 0
  }

  /// What became of a ballot, by its hash.
  struct Ballot: Sendable {
    /// Of the cast or challenge.
    let entry: UInt64
    /// Who cast or challenged it.
    let place: Int
    /// Whether it was challenged; cast otherwise.
    let isChallenge: Bool
    /// Entry that published its opening.
    var opened: UInt64?
  }

  /// Entries that voters sent, by the hash of all that was sent: cast ballots by tracker.
  private(set) var entries: [Bytes32: UInt64] = [:]
  private(set) var ballots: [Bytes32: Ballot] = [:]
  private(set) var ciphertexts: Set<CiphertextKey> = []
  private(set) var voters: [Int: Voter] = [:]
  /// Where casting needs a login: with which account's login the voter at a place casts, and the other way round.
  private(set) var accounts: [Int: String] = [:]
  private(set) var places: [String: Int] = [:]
  private(set) var cast: UInt64 = 0
  private(set) var voted: UInt64 = 0
  private(set) var challenged: UInt64 = 0

  /// Takes note of an entry that a voter sent.
  ///
  /// - Parameters:
  ///   - place: of its credential on the roll.
  ///   - earlier: what the voter had done before, where this index does not know.
  ///   - challenge: what is known of the ballot, where this index does not.
  mutating func insert(
    _ submission: Submission, at entry: UInt64, place: Int, earlier: Voter? = nil, challenge: Ballot? = nil
  ) {
    entries[submission.key] = entry
    var voter = voters[place] ?? earlier ?? Voter()
    switch submission.content {
    case .ballot(let ballot, let keys):
      ballots[submission.ballotHash] = Ballot(entry: entry, place: place, isChallenge: false)
      ciphertexts.formUnion(keys)
      if voter.casts == 0 { voted += 1 }
      cast += 1
      voter.casts += 1
      voter.lastCast = entry
      voter.nextNumber = UInt64(ballot.ballot.number) + 1
    case .challenge:
      ballots[submission.ballotHash] = Ballot(entry: entry, place: place, isChallenge: true)
      challenged += 1
      voter.challenges += 1
    case .opened(_, let keys):
      ciphertexts.formUnion(keys)
      if var known = ballots[submission.ballotHash] ?? challenge {
        known.opened = entry
        ballots[submission.ballotHash] = known
      }
    }
    voters[place] = voter
  }

  /// Ties an account and the credential at a place to each other.
  mutating func bind(_ account: String, to place: Int) {
    accounts[place] = account
    places[account] = place
  }

  /// Takes over what entries did that are committed now.
  mutating func merge(_ later: BoardIndex) {
    entries.merge(later.entries) { first, _ in first }
    ballots.merge(later.ballots) { _, last in last }
    ciphertexts.formUnion(later.ciphertexts)
    voters.merge(later.voters) { _, last in last }
    accounts.merge(later.accounts) { _, last in last }
    places.merge(later.places) { _, last in last }
    cast += later.cast
    voted += later.voted
    challenged += later.challenged
  }
}
