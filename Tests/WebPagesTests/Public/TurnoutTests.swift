import TestSupport
import Testing

@testable import VotingService
@testable import WebPages

@Suite("Turnout")
struct TurnoutTests {
  private func turnout(_ casts: [UInt64], _ state: ElectionState = .active) throws -> Turnout {
    let shown = try PublicFixture().shown(state, casts.map { PublicFixture.start + $0 })
    return Turnout(shown, try need(shown.board, "board"))
  }

  @Test("the curve rises with the voters, to the share of the roll")
  func curve() throws {
    let turnout = try turnout([1000, 900_000, 1_800_000])
    let points = turnout.points()
    #expect(turnout.voters == 3 && turnout.roll == 12 && turnout.top == 25)
    #expect(points.count == 97 && points[0].x == 0 && points[0].y == 200 && points[96].x == 1000 && points[96].y == 0)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x && $0.y >= $1.y })
    #expect(points[40].y == 134 && points[50].y == 67)
  }

  @Test("nobody yet, and everybody")
  func ends() throws {
    #expect(try turnout([]).points().allSatisfy { $0.y == 200 })
    let all = try turnout((0..<12).map { $0 * 1000 }, .closed)
    #expect(all.top == 100 && all.points().last?.y == 0)
    let text = all.markup(Texts(.german), isLive: false).markup
    #expect(text.contains("100,0\u{a0}%") && !text.contains("data-live-mark"))
  }

  @Test("a hundred thousand voters are drawn with as many points")
  func many() throws {
    let casts = (0..<100_000).map { PublicFixture.start + UInt64($0) * 10 }
    var history = BoardHistory()
    for time in casts { history.cast(at: time, voters: 1) }
    #expect(history.voters(at: PublicFixture.start + 499_999) == 50_000 && history.voters(at: .max) == 100_000)
    let board = try PublicFixture().board()
    let large = PublicBoard(
      opening: board.opening, manifest: board.manifest, roster: board.roster, status: board.status, history: history)
    let shown = PublicElection(election: try PublicFixture().election(.active), board: large, now: PublicFixture.start + 1_800_000)
    #expect(Turnout(shown, large).points().count == 97)
  }
}
