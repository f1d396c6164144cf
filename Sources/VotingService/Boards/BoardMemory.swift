import BallotCryptography
import Curve25519
import Elections
import TransparencyLog
import Verification

/// A board as far as this process has read it: never ahead of the database. Its rules are those of `docs/spec/03-ballots.md`, 3.7, and
/// `docs/spec/07-verification.md`: what they let through passes checks 5 to 8.
struct BoardMemory: Sendable {
  let frame: BoardFrame
  private(set) var tree = BoardTree()
  private(set) var index = BoardIndex()
  private(set) var phase = BoardPhase.voting
  private(set) var lastTime: UInt64 = 0
  /// Of each leaf, Unix milliseconds.
  private(set) var times: [UInt64] = []
  /// Of each leaf the kind of the entry that it ends, `nil` for a piece.
  private(set) var kinds: [EntryKind?] = []
  private(set) var entries: UInt64 = 0
  private(set) var history = BoardHistory()
  private(set) var roll: AmendedRoll
  private(set) var replaced: UInt64 = 0
  /// Where the renewal entries are, ascending.
  private(set) var renewals: [UInt64] = []

  var size: UInt64 { tree.size }

  /// An empty board.
  init(_ frame: BoardFrame) {
    self.frame = frame
    roll = AmendedRoll(frame.roll)
  }

  /// What the rules say of a submission.
  enum Verdict: Sendable {
    /// It becomes an entry of the voter at this place.
    case accepted(place: Int)
    /// It is on the board.
    case known(entry: UInt64)
    case refused(CastRefusal)
  }

  /// Where the voter stands who may vote with a credential.
  func place(of credential: Bytes32) -> Int? { roll.place(of: credential) }

  /// What a voter has done, those entries included that are about to be committed.
  func voter(_ place: Int, _ coming: BoardIndex) -> BoardIndex.Voter {
    coming.voters[place] ?? index.voters[place] ?? BoardIndex.Voter()
  }

  /// What became of a ballot.
  func ballot(_ hash: Bytes32, _ coming: BoardIndex) -> BoardIndex.Ballot? { coming.ballots[hash] ?? index.ballots[hash] }

  /// The rules, but for proofs and signatures.
  ///
  /// - Parameters:
  ///   - account: who is logged in.
  ///   - time: at which the entry would stand.
  ///   - coming: entries that are about to be committed before it.
  func judge(_ submission: Submission, account: String?, at time: UInt64, after coming: BoardIndex) -> Verdict {
    guard submission.election == frame.electionID else { return .refused(.foreignElection) }
    if let entry = coming.entries[submission.key] ?? index.entries[submission.key] { return .known(entry: entry) }
    if let refusal = hours(time) { return .refused(refusal) }
    guard let place = place(of: submission.credential) else { return .refused(.notEligible) }
    let voter = voter(place, coming)
    let known = ballot(submission.ballotHash, coming)
    switch submission.content {
    case .ballot(let cast, let keys):
      if let refusal = login(account, place, coming) { return .refused(refusal) }
      if voter.casts > 0 && frame.manifest.revoting == .refused { return .refused(.alreadyVoted(entry: voter.lastCast)) }
      if known?.isChallenge == true { return .refused(.ballotChallenged) }
      if repeats(keys, coming) { return .refused(.repeatedCiphertext) }
      if cast.ballot.number < voter.nextNumber { return .refused(.numberTooLow(next: voter.nextNumber)) }
    case .challenge:
      if let known { return .refused(known.isChallenge ? .ballotChallenged : .ballotCast) }
      if voter.challenges >= BallotChallenge.mostPerCredential { return .refused(.tooManyChallenges) }
    case .opened(_, let keys):
      guard let known, known.isChallenge, known.place == place else { return .refused(.notChallenged) }
      if known.opened != nil { return .refused(.alreadyOpened) }
      if repeats(keys, coming) { return .refused(.repeatedCiphertext) }
    }
    return .accepted(place: place)
  }

  /// Whether a ciphertext is on the board, or twice in the ballot itself.
  private func repeats(_ keys: [CiphertextKey], _ coming: BoardIndex) -> Bool {
    Set(keys).count < keys.count || keys.contains { index.ciphertexts.contains($0) || coming.ciphertexts.contains($0) }
  }

  private func hours(_ time: UInt64) -> CastRefusal? {
    switch phase {
    case .voting: break
    case .paused: return .paused
    case .closed: return .closed
    case .aborted: return .aborted
    }
    if frame.manifest.allowsVoting(at: time) { return nil }
    return time < frame.manifest.opens ? .notOpen(opens: frame.manifest.opens) : .closed
  }

  /// Where a separate party issues credentials, casting needs a login, one account a credential, so that neither can stuff alone.
  private func login(_ account: String?, _ place: Int, _ coming: BoardIndex) -> CastRefusal? {
    guard frame.manifest.issuer == .authority else { return nil }
    guard let account else { return .loginNeeded }
    let holder = coming.accounts[place] ?? index.accounts[place]
    let held = coming.places[account] ?? index.places[account]
    return (holder ?? account) == account && (held ?? place) == place ? nil : .otherAccount
  }

  /// Whether an account is not yet tied to the credential that it casts with.
  func needsBinding(_ place: Int, _ coming: BoardIndex) -> Bool {
    frame.manifest.issuer == .authority && (coming.accounts[place] ?? index.accounts[place]) == nil
  }

  /// Whether a step may follow.
  ///
  /// - Throws: `wrongPhase`, `replacement`.
  func check(_ step: BoardStep) throws(BoardError) {
    guard phase.following(step.kind) != nil else { throw .wrongPhase(phase) }
    if case .renewal(let renewal) = step, Int(renewal.number) != renewals.count + 1 {
      throw .parts("renewal \(renewal.number) does not follow on \(renewals.count)")
    }
    guard case .replacement(let replacement) = step else { return }
    var amended = roll
    try replace(replacement, in: &amended)
  }

  private func replace(_ replacement: CredentialReplacement, in roll: inout AmendedRoll) throws(BoardError) {
    let hasCast = roll.place(everHeldBy: replacement.revoked).map { index.voters[$0, default: .init()].casts > 0 } ?? false
    do throws(ReplacementError) { try roll.replace(replacement, hasCast: hasCast) } catch let error {
      throw .replacement(error.text)
    }
  }

  /// Takes the next entry of the board, which the database has.
  ///
  /// - Parameters:
  ///   - leaves: the hashes of its leaves.
  ///   - submission: what the entry says, where that is known already.
  /// - Throws: `damaged` when it cannot be an entry of this board.
  mutating func append(_ entry: BoardEntry, leaves: [Bytes32], _ submission: Submission?) throws(BoardError) {
    let number = size + UInt64(leaves.count) - 1
    if let submission {
      guard let place = place(of: submission.credential) else { throw .damaged("entry \(number) bears an unknown credential") }
      let voted = index.voted
      index.insert(submission, at: number, place: place)
      if entry.kind == .cast { history.cast(at: entry.time, voters: index.voted - voted) }
    } else {
      history.append(entry, at: number)
    }
    for leaf in leaves { do throws(LogError) { try tree.append(leaf) } catch { throw .damaged("the board is full") } }
    lastTime = max(lastTime, entry.time)
    times += repeatElement(entry.time, count: leaves.count)
    kinds += repeatElement(nil, count: leaves.count - 1) + [entry.kind]
    entries += 1
    if entry.kind != .opening {
      guard let next = phase.following(entry.kind) else { throw .damaged("entry \(size - 1) may not follow") }
      phase = next
    }
    if entry.kind == .renewal { renewals.append(number) }
    guard entry.kind == .replacement else { return }
    guard let replacement = try? CredentialReplacement(entry.body) else { throw .damaged("entry \(size - 1) is malformed") }
    try replace(replacement, in: &roll)
    replaced += 1
  }

  /// Takes voters' entries that are committed now.
  ///
  /// - Parameter kinds: of each leaf the kind of the entry that it ends, `nil` for a piece.
  mutating func append(_ leaves: [Bytes32], _ kinds: [EntryKind?], time: UInt64, _ coming: BoardIndex) throws(BoardError) {
    for leaf in leaves { do throws(LogError) { try tree.append(leaf) } catch { throw .damaged("the board is full") } }
    index.merge(coming)
    lastTime = max(lastTime, time)
    times += repeatElement(time, count: leaves.count)
    self.kinds += kinds
    entries += UInt64(kinds.count { $0 != nil })
    if coming.cast > 0 { history.cast(at: time, voters: coming.voted) }
  }

  /// Ties an account to a credential, as the database says.
  mutating func bind(_ account: String, to credential: Bytes32) {
    if let place = place(of: credential) { index.bind(account, to: place) }
  }
}
