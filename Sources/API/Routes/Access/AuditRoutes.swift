import HTTPServer
import StrictJSON
import VotingService

/// The log of administrative actions.
public struct AuditRoutes: Sendable {
  private let access: AccessService
  private static let before = Parameter<Int64?>.query(
    "after", JSONCodec<Int64>.integer(0...9_007_199_254_740_991), "The member `next` of the page before.")

  public init(access: AccessService) { self.access = access }

  /// The routes.
  public var group: RouteGroup { RouteGroup("Audit log", [list, export, key]) }

  /// An entry as it was written: the leaf of the log, parsed.
  private static let entry = JSONCodec<JSONValue>.anyObject(
    "`position`, `time`, `actor`, `action`, and where they apply `subject` and `details`.")

  private var list: Route {
    Route(
      "GET", "/audit-log", "listAuditLog", "What was done, newest first.", may: .permission(.readAuditLog),
      parameters: [Pagination.limit.declaration, Self.before.declaration], answer: .page("AuditPage", of: Self.entry)
    ) { context in
      let limit = try context.value(Pagination.limit)
      let entries = try await access.auditEntries(before: try context.value(Self.before).map { UInt64($0) }, limit: limit)
      let next = entries.last.flatMap { $0.position > 0 && entries.count == limit ? String($0.position) : nil }
      return Page(items: try entries.map { try JSONParser.parse($0.bytes) }, next: next)
    }
  }

  private var export: Route {
    let description = """
      The whole log: lines of JSON, each a leaf of a Merkle tree (RFC 6962, without its newline); then an empty line and the signed checkpoint of the \
      tree (C2SP tlog-checkpoint).
      """
    return Route(
      "GET", "/audit-log/export", "exportAuditLog", "The whole log with a signed checkpoint.", may: .permission(.readAuditLog),
      answer: .response(
        AnswerDeclaration(200, description, mediaType: "text/plain", schema: JSONSchema(["type": "string"])))
    ) { _ in
      let export = try await access.auditExport()
      let fields = HTTPHeaders([
        ("Content-Type", "text/plain; charset=utf-8"), ("Content-Disposition", "attachment; filename=\"audit-log.txt\""),
      ])
      return HTTPResponse(
        headers: fields,
        body: .stream { writer in
          try await export.writeLines { try await writer.write($0) }
          try await writer.write([0x0a] + export.checkpoint.bytes)
        })
    }
  }

  private var key: Route {
    Route(
      "GET", "/audit-log/key", "getAuditKey", "The key by which exports are verified. Keep it elsewhere from the first day on.",
      may: .permission(.readAuditLog),
      answer: .response(
        AnswerDeclaration(
          200, "A verifier key (C2SP signed-note), one line.", mediaType: "text/plain", schema: JSONSchema(["type": "string"])))
    ) { _ in
      HTTPResponse(
        headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]), body: .bytes(access.auditKey.bytes + [0x0a]))
    }
  }
}
