import Curve25519
import Database
import Elections
import ThresholdCryptography

/// A hand-over as the organiser sees it.
public struct HandOverOverview: Sendable, Equatable {
  /// One who shall be a trustee.
  public struct Member: Sendable, Equatable {
    public let number: Int
    public let name: String
    public let signingKey: Bytes32?
    /// Whether the number gets another trustee.
    public let isNew: Bool
  }

  /// Why an attempt failed.
  public struct Failure: Sendable, Equatable {
    /// Its old or new number: `old 2`, `new 3`.
    public let culprit: String
    /// A stable word.
    public let fault: String
  }

  /// Of the renewal to be.
  public let renewal: Int
  public let members: [Member]
  /// Whose persons have approved.
  public let approved: [Int]
  /// Who deals in the attempt under way; empty: there is none.
  public let dealers: [Int]
  /// Whose message it waits for: old numbers of dealers, or new numbers.
  public let missing: [HandOverParty]
  /// How earlier attempts have failed.
  public let failures: [Failure]
}

/// A renewal of the trustees' shares that is on the board.
public struct RenewalRecord: Sendable, Equatable {
  /// 1, 2, …
  public let number: Int
  /// Of its entry.
  public let position: UInt64
  /// Trustees whose places others have since: number and name.
  public let replaced: [Replaced]

  /// One whose place another has.
  public struct Replaced: Sendable, Equatable {
    public let number: Int
    public let name: String
    /// Who has it.
    public let by: String
  }
}

extension Ceremonies {
  /// The hand-over that goes on; `nil`: none does.
  public func handOverOverview(of election: String) async throws -> HandOverOverview? {
    guard let context = try? await handOverContext(election) else { return nil }
    return try await database.read { session in
      guard let handOver = try await HandOverStore.running(election, session) else { return nil }
      let members = try await handOver.members(session)
      let list = try await Self.list(handOver, context, session)
      var (dealers, missing): ([Int], [HandOverParty]) = ([], [])
      if let attempt = handOver.attempt, let row = try await HandOverStore.attempt(attempt, session),
        let judge = try await self.judge(attempt, row, handOver, context, session)
      {
        (dealers, missing) = (row.dealers, judge.log.missing)
      }
      let approved = if let list { try await handOver.approvals(of: list.digest, session) } else { [Int]() }
      return HandOverOverview(
        renewal: handOver.renewal,
        members: members.map { .init(number: $0.number, name: $0.name, signingKey: $0.signingKey, isNew: $0.isNew) },
        approved: approved, dealers: dealers, missing: missing,
        failures: try await handOver.failures(session))
    }
  }

  /// The renewals on the board, and whom they replaced.
  ///
  /// - Throws: `unknownElection` of the boards.
  public func renewals(of election: String) async throws -> [RenewalRecord] {
    let terms = try await boards.roster(of: election).terms
    return zip(terms, terms.dropFirst()).map { before, after in
      let pairs = zip(before.acting.trustees, after.acting.trustees).enumerated()
      let replaced = pairs.filter { $0.element.0.signingKey != $0.element.1.signingKey }.map {
        RenewalRecord.Replaced(
          number: $0.offset + 1, name: $0.element.0.name.description, by: $0.element.1.name.description)
      }
      return RenewalRecord(number: after.renewal, position: after.size - 1, replaced: replaced)
    }
  }
}

extension HandOverStore {
  func failures(_ session: any SQLSession) async throws -> [HandOverOverview.Failure] {
    try await session.query(
      "SELECT culprit, fault FROM handover_attempts WHERE handover = $1 AND culprit IS NOT NULL ORDER BY started, id", [.text(id)]
    ).map { HandOverOverview.Failure(culprit: try $0.text(0), fault: try $0.text(1)) }
  }
}
