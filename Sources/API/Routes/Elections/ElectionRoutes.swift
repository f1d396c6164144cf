import Curve25519
import Elections
import HTTPServer
import PictureFiles
import StrictJSON
import VotingService

/// Elections: drafts, their life, pictures, results.
public struct ElectionRoutes: Sendable {
  private let elections: ElectionStore
  private let life: LifeCycle
  private let boards: Boards
  private let archive: RecordArchive

  static let e = CastingRoutes.election
  private static let version = Parameter<Int64?>.query("version", .version, "The version that was seen.")
  private static let sha256 = Parameter<String>.path("sha256", .text(64...64, .hexadecimal), "SHA-256 of the picture.")

  public init(elections: ElectionStore, life: LifeCycle, boards: Boards, archive: RecordArchive) {
    self.elections = elections
    self.life = life
    self.boards = boards
    self.archive = archive
  }

  /// The routes.
  public var groups: [RouteGroup] {
    [
      RouteGroup("Elections", [templates, list, create, get, update, delete, clone, results, record, obstacles]),
      RouteGroup("Life of an election", [open, pause, resume, close, abort, archiving]),
      RouteGroup("Pictures", [picture] + PictureType.allCases.map(putPicture) + [deletePicture]),
    ]
  }

  // MARK: Drafts

  private var templates: Route {
    struct Templates: Sendable { let items: [ElectionTemplate] }
    return Route(
      "GET", "/election-templates", "listTemplates", "Definitions to begin with.", may: .anyone,
      answer: .json(
        JSONCodec<Templates>.answer("Templates", .required("items", .list(of: ElectionTemplate.json, maximum: 100), \.items)))
    ) { _ in Templates(items: ElectionTemplate.all) }
  }

  private var list: Route {
    Route(
      "GET", "/elections", "listElections", "Elections, by reference; drafts for those who may see them.", may: .anyone,
      parameters: Pagination.parameters, answer: .page("ElectionPage", of: ElectionSummary.json)
    ) { context in
      let limit = try context.value(Pagination.limit)
      let found = try await elections.list(
        for: context.reader, after: try context.value(Pagination.after) ?? "", limit: limit + 1)
      return Page(items: Array(found.prefix(limit)), next: found.count > limit ? found[limit - 1].reference : nil)
    }
  }

  private var create: Route {
    Route(
      "POST", "/elections", "createElection", "Makes a draft.", may: .permission(.manageElections), idempotencyKey: true,
      body: .json(ElectionInput.json(chain: elections.chain), limit: 1 << 20), answer: .json(ElectionView.json, status: 201),
      problems: [.invalid]
    ) { context, input in
      ElectionView(election: try await elections.create(input.definition, by: try context.organiser()), board: nil)
    }
  }

  private var get: Route {
    Route(
      "GET", "/elections/{e}", "getElection", "An election.", may: .anyone, parameters: [Self.e.declaration],
      answer: .json(ElectionView.json), problems: [.notFound]
    ) { context in try await view(try await elections.election(try context.value(Self.e), for: context.reader)) }
  }

  private var update: Route {
    Route(
      "PUT", "/elections/{e}", "updateElection", "Changes a draft.", may: .permission(.manageElections),
      parameters: [Self.e.declaration], body: .json(ElectionInput.json(chain: elections.chain), limit: 1 << 20),
      answer: .json(ElectionView.json),
      problems: Problem.Kind.ofElections
    ) { context, input in
      let changed = try await elections.update(
        try context.value(Self.e), to: input.definition, version: input.version, by: try context.organiser())
      return ElectionView(election: changed, board: nil)
    }
  }

  private var delete: Route {
    Route(
      "DELETE", "/elections/{e}", "deleteElection", "Removes a draft and all that belongs to it.",
      may: .permission(.manageElections), parameters: [Self.e.declaration, Self.version.declaration], answer: .none(),
      problems: Problem.Kind.ofElections
    ) { context in
      try await elections.delete(
        try context.value(Self.e), version: try context.value(Self.version), by: try context.organiser())
    }
  }

  private var clone: Route {
    Route(
      "POST", "/elections/{e}/clone", "cloneElection", "Makes a draft like another election, without roll, trustees and times.",
      may: .permission(.manageElections), idempotencyKey: true, parameters: [Self.e.declaration],
      answer: .json(ElectionView.json, status: 201), problems: [.notFound]
    ) { context in
      ElectionView(election: try await elections.clone(try context.value(Self.e), by: try context.organiser()), board: nil)
    }
  }

  /// The election with what its board shows.
  private func view(_ election: Election) async throws -> ElectionView {
    guard election.opened != nil else { return ElectionView(election: election, board: nil) }
    return try await answering {
      let status = try await boards.state(of: election.reference)
      let opening = try await boards.opening(of: election.reference)
      return ElectionView(election: election, board: BoardView(electionID: opening.electionID, status: status))
    }
  }

  // MARK: Life

  private var obstacles: Route {
    struct Obstacles: Sendable { let items: [OpeningProblem] }
    let item = JSONCodec<OpeningProblem>.answer(
      "OpeningObstacle", .required("kind", .word, \.kind), .required("text", .anyText, \.text))
    return Route(
      "GET", "/elections/{e}/opening", "getObstacles", "What a draft still lacks to be opened.",
      may: .permission(.readElections), parameters: [Self.e.declaration],
      answer: .json(
        JSONCodec<Obstacles>.answer("OpeningObstacles", .required("items", .list(of: item, maximum: 100), \.items))),
      problems: [.notFound]
    ) { context in
      Obstacles(items: try await life.obstacles(try context.value(Self.e), for: try context.organiser()))
    }
  }

  private var open: Route {
    action("opening", "openElection", "Freezes definition, roll and trustees, and opens the board.", [.notReady]) {
      try await life.open($0, version: $1.version, by: $2)
    }
  }

  private var close: Route {
    action("closing", "closeElection", "Ends voting. The trustees then decrypt.", [.renewalAwaited]) {
      try await life.close($0, version: $1.version, by: $2)
    }
  }

  private var resume: Route {
    action("resumption", "resumeElection", "Goes on with voting.") { try await life.resume($0, version: $1.version, by: $2) }
  }

  private var archiving: Route {
    action("archive", "archiveElection", "Puts a tallied election away; its record stays public.") {
      try await life.archive($0, version: $1.version, by: $2)
    }
  }

  private var pause: Route {
    action("pause", "pauseElection", "Interrupts voting, for a public reason.", ReasonInput.json) {
      try await life.pause($0, reason: $1.reason, version: $1.version, by: $2)
    }
  }

  private var abort: Route {
    action(
      "abort", "abortElection", "Gives the election up, for a public reason; nothing of it is ever decrypted.", ReasonInput.json
    ) {
      try await life.abort($0, reason: $1.reason, version: $1.version, by: $2)
    }
  }

  private func action(
    _ path: String, _ name: String, _ summary: String, _ problems: [Problem.Kind] = [],
    _ act: @escaping @Sendable (String, ActionInput, Organiser) async throws -> Election
  ) -> Route { action(path, name, summary, ActionInput.json, problems, act) }

  private func action<Input: Sendable>(
    _ path: String, _ name: String, _ summary: String, _ input: JSONCodec<Input>, _ problems: [Problem.Kind] = [],
    _ act: @escaping @Sendable (String, Input, Organiser) async throws -> Election
  ) -> Route {
    Route(
      "POST", "/elections/{e}/\(path)", name, summary, may: .permission(.manageElections), parameters: [Self.e.declaration],
      body: .json(input), answer: .json(ElectionView.json), problems: Problem.Kind.ofElections + [.boardUnavailable] + problems
    ) { context, input in
      let (reference, organiser) = (try context.value(Self.e), try context.organiser())
      return try await answering { try await view(try await act(reference, input, organiser)) }
    }
  }

  // MARK: Results

  private var results: Route {
    Route(
      "GET", "/elections/{e}/results", "getResults", "The result, once the trustees have decrypted it.", may: .anyone,
      parameters: [Self.e.declaration], answer: .json(ResultView.json, isCompressible: true),
      problems: [.notFound, .boardUnavailable]
    ) { context in
      let election = try context.value(Self.e)
      return try await answering {
        guard let file = try await boards.file("result", election: election) else {
          throw Problem(.notFound, detail: "There is no result yet.")
        }
        let opening = try await boards.opening(of: election)
        let result = try ElectionResult(file.bytes, options: opening.manifest.layout.optionCount)
        return ResultView(
          electionID: opening.electionID, result, opening.manifest, draw: try await boards.closingDraw(of: election))
      }
    }
  }

  private var record: Route {
    Route(
      "GET", "/elections/{e}/record.tar", "getRecord", "The record as one file: unpacked, it is what comitia verify reads.",
      may: .anyone,
      parameters: [Self.e.declaration],
      answer: .response(
        AnswerDeclaration(
          200, "The record.", mediaType: "application/x-tar",
          schema: JSONSchema(["type": "string", "contentMediaType": "application/x-tar"]))),
      problems: [.notFound, .boardUnavailable]
    ) { context in
      let reference = try context.value(Self.e)
      // Asked first, so that an unknown election is answered and not cut off.
      _ = try await answering { try await boards.opening(of: reference) }
      return HTTPResponse(
        headers: HTTPHeaders([
          ("Content-Type", "application/x-tar"), ("Content-Disposition", "attachment; filename=\"record-\(reference).tar\""),
          ("Cache-Control", "no-cache"),
        ]),
        body: .stream { writer in try await archive.write(reference) { bytes in try await writer.write(bytes) } })
    }
  }

  // MARK: Pictures

  private var picture: Route {
    Route(
      "GET", "/elections/{e}/pictures/{sha256}", "getPicture", "A picture of an option.", may: .anyone,
      parameters: [Self.e.declaration, Self.sha256.declaration],
      answer: .response(
        AnswerDeclaration(
          200, "The picture.", mediaType: "image/*", schema: JSONSchema(["type": "string", "contentMediaType": "image/*"]))),
      problems: [.notFound]
    ) { context in
      let picture = try await elections.picture(
        try context.value(Self.sha256), in: try context.value(Self.e), for: context.reader)
      return HTTPResponse(
        headers: HTTPHeaders([
          ("Content-Type", picture.mediaType.rawValue),
          // Its address never shows another picture; nobody on the way keeps one that is not public yet.
          ("Cache-Control", "\(picture.isPublic ? "public" : "private"), max-age=31536000, immutable"),
          // Should a browser ever take it for a page, that page may do nothing.
          ("Content-Security-Policy", "default-src 'none'; sandbox"), ("X-Content-Type-Options", "nosniff"),
        ]),
        body: .bytes(picture.bytes))
    }
  }

  private func putPicture(_ type: PictureType) -> Route {
    Route(
      "PUT", "/elections/{e}/pictures/{sha256}/\(type.word)", "put\(type.word.uppercased())Picture",
      "Keeps a picture (\(type.rawValue), at most 1 MiB) for options to name.", may: .permission(.manageElections),
      parameters: [Self.e.declaration, Self.sha256.declaration], body: .bytes(type.rawValue, limit: PictureType.largest),
      answer: .none(), problems: Problem.Kind.ofElections
    ) { context, bytes in
      try await elections.putPicture(
        bytes, sha256: try context.value(Self.sha256), mediaType: type.rawValue, in: try context.value(Self.e),
        by: try context.organiser())
    }
  }

  private var deletePicture: Route {
    Route(
      "DELETE", "/elections/{e}/pictures/{sha256}", "deletePicture", "Removes a picture that no option has.",
      may: .permission(.manageElections), parameters: [Self.e.declaration, Self.sha256.declaration], answer: .none(),
      problems: Problem.Kind.ofElections
    ) { context in
      try await elections.removePicture(
        try context.value(Self.sha256), in: try context.value(Self.e), by: try context.organiser())
    }
  }
}

extension PictureType {
  /// The end of the address.
  fileprivate var word: String { String(rawValue.dropFirst("image/".count)) }
}
