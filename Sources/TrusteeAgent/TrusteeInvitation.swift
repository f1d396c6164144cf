import Curve25519
import Elections

/// Why an invitation is not accepted.
public enum TrusteeInvitationError: Error, Equatable, Sendable {
  /// Not a link of the form `<service>/trustee#<election>.<token>`.
  case notALink
  /// A name is 1 to 200 bytes in one line.
  case unusableName
  /// The service answered about another election than the link's, or under a name of a log that is not the election's.
  case otherElection
  /// The key is a trustee's of an election of this reference at another service, which can be only one of them.
  case otherService(String)
  /// The key has joined as many elections as it can.
  case tooManyElections
}

/// An invitation link: `<service>/trustee#<election reference>.<token>` (`docs/spec/08-trustee-network.md`, 8.2).
public struct TrusteeInvitation: Equatable, Sendable {
  /// The address of the service, without a slash at the end.
  public let service: String
  /// Which election.
  public let reference: ElectionReference
  /// Who holds it may join. A secret until then.
  public let token: String

  /// Reads a link.
  public init(link: String) throws(TrusteeInvitationError) {
    let halves = link.split(separator: "#", omittingEmptySubsequences: false)
    guard halves.count == 2, halves[0].hasSuffix("/trustee"), halves[0].hasPrefix("https://") || halves[0].hasPrefix("http://"),
      let text = Text(String(halves[0])), text.isName
    else { throw .notALink }
    let parts = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let reference = ElectionReference(Array(parts[0].utf8)),
      let name = Text("name"), TrusteeJoining(token: Array(parts[1].utf8), name: name) != nil
    else { throw .notALink }
    service = String(halves[0].dropLast("/trustee".count))
    self.reference = reference
    token = String(parts[1])
  }

  /// What is signed to join under a name.
  public func joining(as name: String) throws(TrusteeInvitationError) -> TrusteeJoining {
    guard let name = Text(name), let joining = TrusteeJoining(token: Array(token.utf8), name: name) else { throw .unusableName }
    return joining
  }
}

/// What the service answers to who joins.
public struct TrusteeJoined: Equatable, Sendable {
  public let election: String
  public let origin: Text
  public let title: Text
  public let number: Int

  public init(election: String, origin: Text, title: Text, number: Int) {
    self.election = election
    self.origin = origin
    self.title = title
    self.number = number
  }
}

extension TrusteeKeyring {
  /// Refuses an invitation that this key must not accept, before anything is sent.
  public func check(_ invitation: TrusteeInvitation) throws(TrusteeInvitationError) {
    if let known = elections.first(where: { $0.reference == invitation.reference }) {
      guard known.service.description == invitation.service else { throw .otherService(known.service.description) }
    } else if elections.count >= Self.mostElections {
      throw .tooManyElections
    }
  }

  /// The election that was joined: as it is kept already, or new.
  public func election(
    of invitation: TrusteeInvitation, _ joining: TrusteeJoining, answered: TrusteeJoined
  ) throws(TrusteeInvitationError) -> TrusteeElection {
    try check(invitation)
    guard answered.election == invitation.reference.description,
      answered.origin.description.hasSuffix("/" + invitation.reference.description), let service = Text(invitation.service)
    else { throw .otherElection }
    if let known = elections.first(where: { $0.reference == invitation.reference }) {
      guard known.origin == answered.origin else { throw .otherElection }
      return known
    }
    return TrusteeElection(
      service: service, reference: invitation.reference, origin: answered.origin, title: answered.title, name: joining.name)
  }
}
