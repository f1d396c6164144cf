import VotingService

extension Problem.Kind {
  static let mailNotOffered = Self(409, "mail-not-offered", "This service sends no mail")
  static let noAddress = Self(409, "no-address", "The voter has no address")
  static let noMailedLink = Self(409, "no-mailed-link", "The service does not have the voter's link")

  /// What every mail of an election may meet.
  static let ofMails: [Self] = ofElections + [.mailNotOffered]
}

extension MailError: ProblemConvertible {
  /// What the client is told.
  public var problem: Problem {
    switch self {
    case .notOffered: Problem(.mailNotOffered, detail: "Set smtp, and what belongs to it, in the service's configuration.")
    case .noAddress: Problem(.noAddress, detail: "Give the voter an address first.")
    case .noLink:
      Problem(
        .noMailedLink, detail: "The link was handed out otherwise. Send invitations to all, or replace the voter's credential.")
    }
  }
}
