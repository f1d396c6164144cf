import BallotCryptography
import Curve25519
import Elections
import HTTPServer
import StrictJSON
import Verification
import VotingService

/// What a voting booth needs: the election's definition, what is known of a credential, and where ballots go. Bodies are binary, as
/// `docs/spec/03-ballots.md` has them: nothing is converted on the way to the board.
public struct CastingRoutes: Sendable {
  private let boards: Boards
  private let isPilot: Bool

  /// - Parameter isPilot: whether the service asks people how it went.
  public init(_ boards: Boards, isPilot: Bool = false) {
    self.boards = boards
    self.isPilot = isPilot
  }

  /// The routes.
  public var group: RouteGroup {
    RouteGroup("Casting", [booth, credential, cast, challenge, opened, receipt])
  }

  static let election = Parameter<String>.path("e", .text(20...20, .identifier), "The election's reference.")
  private static let credentialParameter = Parameter<[UInt8]>.path(
    "credential", .hexadecimal(bytes: 32), "A public credential, lower-case hexadecimal.")
  static let tracker = Parameter<[UInt8]>.path(
    "tracker", .hexadecimal(bytes: 32), "The tracker of a cast ballot, lower-case hexadecimal.")

  /// What is read of a body, so that what is a little too long is told so by the board, which knows the length of its own ballots.
  private static let most: [EntryKind: Int] = [
    .cast: room(CastBallot.length(bits: BallotLayout.mostBits)), .opened: room(OpenedBallot.length(bits: BallotLayout.mostBits)),
    .challenge: room(BallotChallenge.length),
  ]

  private static func room(_ length: Int) -> Int { length + 512 }

  private var booth: Route {
    Route(
      "GET", "/elections/{e}/booth", "getBooth", "All that a voting booth needs of an election.", may: .anyone,
      parameters: [Self.election.declaration], answer: .json(BoothAnswer.json, isCompressible: true),
      problems: [.notFound, .boardUnavailable]
    ) { context in
      let election = try context.value(Self.election)
      return try await answering {
        BoothAnswer(try await boards.booth(of: election), try await boards.state(of: election), isPilot: isPilot)
      }
    }
  }

  private var credential: Route {
    Route(
      "GET", "/elections/{e}/credentials/{credential}", "getCredential", "What the board shows of a credential.", may: .anyone,
      parameters: [Self.election.declaration, Self.credentialParameter.declaration], answer: .json(CredentialAnswer.json),
      problems: [.notFound, .boardUnavailable]
    ) { context in
      let election = try context.value(Self.election)
      guard let credential = Bytes32(try context.value(Self.credentialParameter)) else { throw Problem(.notFound) }
      return try await answering { CredentialAnswer(try await boards.status(of: credential, election: election)) }
    }
  }

  private var cast: Route {
    submission("ballots", "castBallot", "Casts a ballot. The same bytes again get the same receipt.", .cast) {
      context, bytes throws(CastRefusal) in
      try await boards.cast(bytes, election: context.election, login: context.account)
    }
  }

  private var challenge: Route {
    submission("challenges", "challengeBallot", "Challenges a ballot, which is then never counted.", .challenge) {
      context, bytes throws(CastRefusal) in
      try await boards.challenge(bytes, election: context.election)
    }
  }

  private var opened: Route {
    submission("opened", "publishOpening", "Publishes the opening of a challenged ballot.", .opened) {
      context, bytes throws(CastRefusal) in
      try await boards.publishOpened(bytes, election: context.election)
    }
  }

  /// From whom a submission comes, and for what.
  private struct Sender: Sendable {
    let election: String
    let account: String?
  }

  private func submission(
    _ path: String, _ name: String, _ summary: String, _ kind: EntryKind,
    _ submit: @escaping @Sendable (Sender, [UInt8]) async throws(CastRefusal) -> CastReceipt
  ) -> Route {
    Route(
      "POST", "/elections/{e}/\(path)", name, summary, may: .anyone, limit: .cast, parameters: [Self.election.declaration],
      body: .bytes(limit: Self.most[kind] ?? 0) { [boards] values in
        // The election's reference is the first value of the path.
        values.first.flatMap { boards.longest(kind, of: $0) }.map { Self.room($0) }
      },
      answer: .response(Self.receiptAnswer(201, "It is on the board now."), Self.receiptAnswer(200, "It was on the board.")),
      problems: Problem.Kind.ofCasting
    ) { context, bytes in
      let sender = Sender(election: try context.value(Self.election), account: context.caller.account)
      do throws(CastRefusal) {
        return HTTPResponse(receipt: try await submit(sender, bytes))
      } catch {
        throw error.problem
      }
    }
  }

  private var receipt: Route {
    Route(
      "GET", "/elections/{e}/ballots/{tracker}", "getReceipt", "The receipt of a cast ballot, by its tracker.", may: .anyone,
      parameters: [Self.election.declaration, Self.tracker.declaration],
      answer: .response(
        Self.receiptAnswer(200, "The receipt, under the newest checkpoint that the quorum cosigned, if one contains the ballot.")),
      problems: [.notFound, .boardUnavailable]
    ) { context in
      let election = try context.value(Self.election)
      guard let tracker = Bytes32(try context.value(Self.tracker)) else { throw Problem(.notFound) }
      return try await answering {
        guard let found = try await boards.receipt(tracker, election: election) else {
          throw Problem(.notFound, detail: "No ballot on the board has this tracker.")
        }
        return HTTPResponse(receipt: found)
      }
    }
  }

  private static func receiptAnswer(_ status: Int, _ description: String) -> AnswerDeclaration {
    AnswerDeclaration(
      status, description, mediaType: "text/plain", schema: JSONSchema(["type": "string", "description": "A tlog-proof."]),
      headers: [
        ("Comitia-Tracker", "By which the ballot is found, lower-case hexadecimal."), ("Comitia-Entry", "The entry's number."),
        (
          "Comitia-Time",
          "The entry's time, Unix milliseconds: with the bytes sent it gives the entry, whose hash the receipt proves."
        ),
      ])
  }
}

extension HTTPResponse {
  /// A receipt.
  fileprivate init(receipt: CastReceipt) {
    self.init(
      status: receipt.isNew ? 201 : 200,
      headers: HTTPHeaders([
        ("Content-Type", "text/plain; charset=utf-8"), ("Comitia-Tracker", receipt.tracker.hex),
        ("Comitia-Entry", String(receipt.entry)), ("Comitia-Time", String(receipt.time)),
      ]), body: .bytes(receipt.bytes))
  }
}

/// Runs what asks a board, and says what went wrong as a problem.
func answering<Value>(_ body: () async throws -> Value) async throws -> Value {
  do { return try await body() } catch let error as BoardError { throw error.problem }
}
