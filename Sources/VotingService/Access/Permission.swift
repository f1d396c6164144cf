/// What somebody may do. The router asks for one by each route; nothing else decides by role.
public enum Permission: String, Sendable, CaseIterable, Hashable {
  /// To see and change one's own account, sessions and tokens.
  case ownAccount
  /// To register the own voting credential for an election.
  case vote
  /// To see elections of every state, drafts too.
  case readElections
  /// To create and change elections, open, close, pause and abort them, and to invite trustees.
  case manageElections
  /// To see who is on the roll, without contact data.
  case readRoll
  /// To add, change and exclude voters, and to replace credentials.
  case manageRoll
  /// To see accounts and their states, without contact data.
  case readAccounts
  /// To see names, e-mail addresses and voter ids of others.
  case readContactData
  /// To approve and reject registrations.
  case approveAccounts
  /// To change, suspend and delete accounts of lower rank, to give them roles below one's own, and to reset their passwords.
  case manageAccounts
  /// To read and export the audit log.
  case readAuditLog
  /// To see how the service does: jobs, health, settings, and what is counted of voting.
  case readOperations
  /// To have failed jobs done again.
  case manageJobs
  /// To read questions to the support desk, answer and close them.
  case answerQuestions
  /// To read and export what people say of a pilot.
  case readFeedback
}

/// What an account is for. The order of rank is `rank`.
public enum Role: String, Sendable, CaseIterable, Hashable {
  case owner
  case administrator
  case auditor
  case support
  case voter

  /// The one table of what each role may.
  public var permissions: Set<Permission> {
    switch self {
    case .owner, .administrator: Set(Permission.allCases)
    case .auditor: [.ownAccount, .vote, .readElections, .readRoll, .readAccounts, .readAuditLog, .readOperations]
    case .support:
      [
        .ownAccount, .vote, .readElections, .readRoll, .manageRoll, .readAccounts, .readContactData, .approveAccounts,
        .answerQuestions,
      ]
    case .voter: [.ownAccount, .vote]
    }
  }

  /// Higher is more. Auditor and support stand beside each other: neither may what the other may.
  public var rank: Int {
    switch self {
    case .owner: 3
    case .administrator: 2
    case .auditor, .support: 1
    case .voter: 0
    }
  }

  /// Whether someone of this role may change an account of `other`, or give that role: below one's own rank; owners also their equals.
  public func governs(_ other: Role) -> Bool { rank > other.rank || self == .owner }
}
