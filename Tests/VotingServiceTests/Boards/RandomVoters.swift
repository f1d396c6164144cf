import BallotCryptography
import Curve25519
import Database
import Elections
import TestBoards
import TestSupport
import Testing
import VotingService

/// Under which manifest voters do what they like.
struct BoardLife: Sendable, CustomTestStringConvertible {
  let revoting: Revoting
  let issuer: CredentialIssuer
  let seed: String

  var testDescription: String { "re-voting \(revoting), issuer \(issuer)" }

  static let all = [
    BoardLife(revoting: .refused, issuer: .service, seed: "first life"),
    BoardLife(revoting: .lastCounts, issuer: .voter, seed: "second life"),
    BoardLife(revoting: .lastCounts, issuer: .authority, seed: "third life"),
  ]
}

/// Voters that send good and bad things at once, at random; and an organiser who interrupts them.
struct RandomVoters {
  let field: BoardField
  let boards: Boards
  let context: BallotContext
  /// Requests that brought an entry about.
  private(set) var accepted: UInt64 = 0
  private(set) var cast: UInt64 = 0
  private var random: SeededRandom
  private var sent: [Request] = []
  private var unpublished: [[UInt8]] = []
  private var voters: [Credential]
  private var isPaused = false
  private var made = 1

  enum Request: Sendable {
    case cast([UInt8], login: String?)
    case challenge([UInt8])
    case opened([UInt8])
  }

  init(_ life: BoardLife, _ database: any Database) async throws {
    field = try BoardField(voters: 20, revoting: life.revoting, issuer: life.issuer, seed: life.seed)
    boards = field.boards(database)
    context = try await field.open(boards, in: database)
    random = seeded(life.seed + " of random voters")
    voters = field.voters
  }

  /// Some requests at once, then perhaps a step of the organiser.
  mutating func act(count: Int) async throws {
    var requests: [Request] = []
    for _ in 0..<count { requests.append(try next()) }
    let boards = boards
    let election = field.election
    let outcomes = await withTaskGroup(of: (Bool, Bool).self) { group in
      for request in requests {
        group.addTask {
          do {
            switch request {
            case .cast(let bytes, let login): return (try await boards.cast(bytes, election: election, login: login).isNew, true)
            case .challenge(let bytes): return (try await boards.challenge(bytes, election: election).isNew, false)
            case .opened(let bytes): return (try await boards.publishOpened(bytes, election: election).isNew, false)
            }
          } catch {
            return (false, false)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    accepted += UInt64(outcomes.count { $0.0 })
    cast += UInt64(outcomes.count { $0.0 && $0.1 })
    sent += requests
    try await interrupt()
    // Forwards by less than a minute, or backwards by less than five seconds.
    field.clock.advance(random.number(below: 65_000) - 5_000)
  }

  private mutating func next() throws -> Request {
    let index = random.number(below: voters.count)
    let voter = voters[index]
    let login = random.number(below: 8) == 0 ? "account \(random.number(below: 20))" : "account \(index)"
    // Mostly higher than any before; sometimes not.
    made += random.number(below: 6) == 0 ? 0 : 1
    let number = UInt32(made - random.number(below: min(2, made)))
    let (ballot, opening) = try field.encrypt(random.number(below: 4), by: voter, context, number: number, random: &random)
    let good = CastBallot(ballot, credential: voter, random: &random).encoded
    switch random.number(below: 14) {
    case 0: return sent.isEmpty ? .cast(good, login: login) : sent[random.number(below: sent.count)]
    case 1:
      let offset = random.number(below: good.count)
      return .cast(good.replacing(offset, with: [good[offset] ^ UInt8(1 + random.number(below: 255))]), login: login)
    case 2:
      // Signed as it is, with a proof that does not hold.
      let offset = 70 + 128 * ballot.bits + random.number(below: ballot.encoded.count - 70 - 128 * ballot.bits)
      let bad = ballot.encoded.replacing(offset, with: [ballot.encoded[offset] ^ 1])
      return .cast(CastBallot(try EncryptedBallot(bad), credential: voter, random: &random).encoded, login: login)
    case 3:
      let stranger = Credential(random: &random)
      return .cast(CastBallot(ballot, credential: stranger, random: &random).encoded, login: login)
    case 4, 5:
      unpublished.append(OpenedBallot(ballot, opening: opening, credential: voter, random: &random).encoded)
      return .challenge(BallotChallenge(ballot, credential: voter, random: &random).encoded)
    case 6 where !unpublished.isEmpty: return .opened(unpublished[random.number(below: unpublished.count)])
    case 7: return .opened(OpenedBallot(ballot, opening: opening, credential: voter, random: &random).encoded)
    case 8: return try signedAgain() ?? .cast(good, login: login)
    default: return .cast(good, login: login)
    }
  }

  /// A ballot that was sent before, signed again by another voter or the same one, with either intent.
  private mutating func signedAgain() throws -> Request? {
    guard case .cast(let bytes, let login)? = sent.last, let cast = try? CastBallot(bytes) else { return nil }
    let signer = voters.first { $0.publicKey == cast.ballot.credential } ?? voters[0]
    if random.number(below: 2) == 0 { return .challenge(BallotChallenge(cast.ballot, credential: signer, random: &random).encoded) }
    return .cast(CastBallot(cast.ballot, credential: signer, random: &random).encoded, login: login)
  }

  private mutating func interrupt() async throws {
    let reason = try need(PublicReason(text("A test")), "reason")
    var step: BoardStep?
    switch random.number(below: 5) {
    case 0, 1: step = isPaused ? .resume : .pause(reason)
    case 2: step = try replacement()
    default: step = isPaused ? .resume : nil
    }
    guard let step else { return }
    do {
      try await boards.append(step, to: field.election)
      accepted += 1
      if case .pause = step { isPaused = true }
      if step == .resume { isPaused = false }
    } catch BoardError.replacement {
      // The voter has cast.
      voters.removeLast()
    }
  }

  private mutating func replacement() throws -> BoardStep {
    let successor = Credential(random: &random)
    let revoked = voters[random.number(below: voters.count)].publicKey
    voters.append(successor)
    return .replacement(
      CredentialReplacement(revoked: revoked, voter: RollEntry(credential: successor.publicKey, weight: 1, identity: .zero)))
  }
}
