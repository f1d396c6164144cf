import Database
import StrictJSON

/// Takes down what was done with elections, in the transaction that does it. Never what or that somebody voted.
public protocol ElectionAudit: Sendable {
  /// - Parameters:
  ///   - action: a stable word such as `election.open`.
  ///   - election: the reference.
  ///   - part: the id of the voter, trustee or ceremony that it is about; `nil`: the election as a whole.
  ///   - actor: who did it.
  ///   - detail: for people; no names of people, no contact data. May be empty.
  func record(
    _ action: String, election: String, part: String?, by actor: AuditActor, detail: String, in session: any SQLSession
  ) async throws
}

extension AuditLog: ElectionAudit {
  public func record(
    _ action: String, election: String, part: String?, by actor: AuditActor, detail: String, in session: any SQLSession
  ) async throws {
    var details: [JSONValue.Member] = []
    if let part { details.append(JSONValue.Member("part", .text(part))) }
    if !detail.isEmpty { details.append(JSONValue.Member("detail", .text(detail))) }
    try await append(
      AuditEvent(AuditAction(action), by: actor, on: AuditSubject("election", election), details: details), in: session)
  }
}
