import BallotCryptography
import Curve25519
import Elections
import Synchronization
import TestBoards
import TestSupport
import VotingService

/// Who votes at the service of a stage while its worker is in the middle of something.
struct Voters: Sendable {
  private static let field = Result { try BoardField() }

  private let field: BoardField
  private let boards: Boards
  private let context: BallotContext
  private let box = Count()

  private final class Count: Sendable {
    let asked = Mutex(0)
    let answered = Mutex(0)
  }

  init(of stage: Stage) async throws {
    field = try Self.field.get()
    boards = field.boards(stage.database)
    context = try await field.open(boards, in: stage.database)
  }

  /// Of those who wanted to vote all have their answer, and are on the board.
  func allAreAnswered(_ count: Int) async throws -> Bool {
    let cast = try await boards.state(of: field.election).cast
    return (box.asked.withLock { $0 }, box.answered.withLock { $0 }, cast) == (count, count, UInt64(count))
  }

  /// The next one votes, and waits for the answer.
  func vote() async throws {
    let voter = box.asked.withLock { count in
      defer { count += 1 }
      return count
    }
    var random = seeded("the ballot of voter \(voter)")
    _ = try await boards.cast(field.ballot(1, by: voter, context, random: &random), election: field.election)
    box.answered.withLock { $0 += 1 }
  }
}
