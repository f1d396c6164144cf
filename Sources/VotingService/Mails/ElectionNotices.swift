import Database
import Elections

/// What is to be done when voting begins and ends, in the transaction that begins or ends it.
public protocol ElectionNotices: Sendable {
  /// Voting has begun.
  func opened(_ election: String, in session: any SQLSession) async throws
  /// Voting has ended, or the election was given up.
  func ended(_ election: String, in session: any SQLSession) async throws
}

/// Queues the mails that an election sends by itself, and deletes the voting links when nobody can vote with them any more.
public struct MailNotices: ElectionNotices {
  let queue: MailQueue
  /// Whether mails can be sent at all.
  let isOffered: Bool

  public init(jobs: JobQueue, clock: any Clock, isOffered: Bool) {
    queue = MailQueue(jobs: jobs, clock: clock)
    self.isOffered = isOffered
  }

  public func opened(_ election: String, in session: any SQLSession) async throws {
    guard isOffered, try await MailSettings.of(election, session).opening else { return }
    _ = try await queue.notify(.opening, election, session)
  }

  public func ended(_ election: String, in session: any SQLSession) async throws {
    try await session.execute("DELETE FROM voting_links WHERE election = $1", [.text(election)])
  }

  /// The result is published: to be called within that transaction.
  public func tallied(_ election: String, in session: any SQLSession) async throws {
    guard isOffered, try await MailSettings.of(election, session).result else { return }
    _ = try await queue.notify(.result, election, session)
  }
}
