import Curve25519
import HTTPServer
import StrictJSON
import TransparencyLog
import VotingService

/// The bulletin board for everyone, under the paths of the record (`docs/spec/06-record.md`): whoever mirrors it has the record.
public struct BoardRoutes: Sendable {
  private let boards: Boards

  public init(_ boards: Boards) { self.boards = boards }

  /// The routes.
  public var group: RouteGroup { RouteGroup("Bulletin board", [consistency, file]) }

  private static let path = Parameter<String>.path("path", .text(1...200), "A path of the record, such as `checkpoint`.")
  private static let old = Parameter<UInt64>.requiredQuery("old", .integer(0...largestNumber), "The smaller size.")
  private static let new = Parameter<UInt64>.requiredQuery("new", .integer(0...largestNumber), "The larger size.")

  /// Files that are text.
  private static let texts: Set<String> = ["checkpoint", "evidence", "vkey", "witnesses"]

  private var consistency: Route {
    Route(
      "GET", "/elections/{e}/board/consistency", "getConsistency", "Proof that the board of one size begins with that of another.",
      may: .anyone, parameters: [CastingRoutes.election.declaration, Self.old.declaration, Self.new.declaration],
      answer: .response(
        AnswerDeclaration(
          200, "Hashes in base64, one a line.", mediaType: "text/plain",
          schema: JSONSchema(["type": "string", "description": "As in RFC 9162, 2.1.4."]))),
      problems: [.unknownElection, .beyondEnd, .notAcceptable, .boardUnavailable]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      let (old, new) = (try context.value(Self.old), try context.value(Self.new))
      guard old <= new else { throw Problem(.notAcceptable, detail: "The parameter old is above new.") }
      return try await answering {
        let proof = try await boards.consistency(election, from: old, to: new)
        let text = proof.hashes.map { Base64Text.encode($0.bytes) + "\n" }.joined()
        return HTTPResponse(headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]), body: .bytes(Array(text.utf8)))
      }
    }
  }

  private var file: Route {
    Route(
      "GET", "/elections/{e}/board/{path*}", "getBoardFile", "A file of the record, as far as there is one by now.", may: .anyone,
      parameters: [CastingRoutes.election.declaration, Self.path.declaration],
      answer: .response(
        AnswerDeclaration(
          200, "The file.", mediaType: "application/octet-stream",
          schema: JSONSchema(["type": "string", "contentMediaType": "application/octet-stream"])),
        AnswerDeclaration(
          200, "The newest checkpoint, the log's key, what witnesses outside cosigned, or a checkpoint that the board cannot show.",
          mediaType: "text/plain", schema: JSONSchema(["type": "string"]))),
      problems: [.unknownElection, .boardUnavailable]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      let path = try context.value(Self.path)
      return try await answering {
        guard let file = try await boards.file(path, election: election) else {
          throw Problem(.notFound, detail: "The record has no such file, or not yet.")
        }
        let type = Self.texts.contains(path) ? "text/plain; charset=utf-8" : "application/octet-stream"
        // What is final never changes, so that everyone on the way may keep it.
        let caching = file.isFinal ? "public, max-age=31536000, immutable" : "no-cache"
        return HTTPResponse(
          headers: HTTPHeaders([("Content-Type", type), ("Cache-Control", caching)]), body: .bytes(file.bytes))
      }
    }
  }
}
