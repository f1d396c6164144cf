import Database

/// Takes down what was done with elections, in the transaction that does it. Never what or that somebody voted.
public protocol ElectionAudit: Sendable {
  /// - Parameters:
  ///   - action: a stable word such as `election.open`.
  ///   - subject: the election's reference, and where it applies `/` and a voter's or trustee's id.
  ///   - account: who did it; `nil`: the service by itself.
  ///   - detail: for people; no contact data.
  func record(
    _ action: String, subject: String, by account: String?, detail: String, time: UInt64, in session: any SQLSession
  ) async throws
}

/// Takes nothing down: for services that have their audit elsewhere, and tests of other things.
public struct NoElectionAudit: ElectionAudit {
  public init() {}

  public func record(
    _ action: String, subject: String, by account: String?, detail: String, time: UInt64, in session: any SQLSession
  ) async throws {}
}
