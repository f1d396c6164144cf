import Database
import Elections

// How many mails would be sent if somebody asked for them now: said before it is done. Only to who may send them.
extension MailStore {
  /// What `invite` would do.
  public func invitationPlan(_ reference: String, for organiser: Organiser) async throws -> InvitationReport {
    try await plan(reference, in: Self.inviting, organiser) { election, session in
      let fresh = try await lacking(election, session).count
      let (mails, left) = try await invitations(election, session)
      let missing = try await queue.missing(mails, reference, session)
      return InvitationReport(
        links: fresh, queued: missing + fresh, withoutAddress: left.withoutAddress, withoutLink: left.withoutLink - fresh)
    }
  }

  /// How many `remind` would write to. Who they are is not told: that would tell who has voted.
  public func reminderPlan(_ reference: String, sparing hours: Int = 24, for organiser: Organiser) async throws -> Int {
    try await plan(reference, in: Self.reminding, organiser) { election, session in
      try await reminders(election, sparing: hours, session).count
    }
  }

  /// How many `notify` would write to.
  public func noticePlan(_ kind: MailKind, _ reference: String, for organiser: Organiser) async throws -> Int {
    try await plan(reference, in: Self.noticing(kind), organiser) { _, session in
      try await queue.missing(try await queue.notices(kind, reference, session), reference, session)
    }
  }

  /// Whether mails of a kind can be asked for in a state.
  public static func canSend(_ kind: MailKind, in state: ElectionState) -> Bool {
    switch kind {
    case .invitation: inviting.contains(state)
    case .reminder: reminding.contains(state)
    case .opening, .result: noticing(kind).contains(state)
    case .confirmation, .password, .answer: false
    }
  }

  private func plan<Plan: Sendable>(
    _ reference: String, in states: [ElectionState], _ organiser: Organiser,
    _ count: @Sendable (Election, any SQLSession) async throws -> Plan
  ) async throws -> Plan {
    try offered()
    return try await database.read { session in
      guard let election = try await ElectionRows.find(reference, session) else { throw ElectionError.notFound }
      try Self.check(election, in: states, organiser)
      return try await count(election, session)
    }
  }
}
