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
  case otherService(Text)
  /// The key has joined as many elections as it can.
  case tooManyElections
}

/// An invitation link: `<service>/trustee#<election reference>.<token>` (`docs/spec/08-trustee-network.md`, 8.2).
public struct TrusteeInvitation: Equatable, Sendable {
  /// The address of the service, without a slash at the end.
  public let service: Text
  /// Which election.
  public let reference: ElectionReference
  /// Who holds it may join. A secret until then.
  public let token: [UInt8]

  /// Reads a link, UTF-8.
  public init(utf8 link: [UInt8]) throws(TrusteeInvitationError) {
    let halves = link.split(separator: 0x23, omittingEmptySubsequences: false)
    guard halves.count == 2, let address = Self.service(Array(halves[0])) else { throw .notALink }
    let parts = halves[1].split(separator: 0x2e, omittingEmptySubsequences: false)
    guard parts.count == 2, let reference = ElectionReference(Array(parts[0])),
      let name = Text(utf8: Self.ascii("name")), TrusteeJoining(token: Array(parts[1]), name: name) != nil
    else { throw .notALink }
    service = address
    self.reference = reference
    token = Array(parts[1])
  }

  /// Reads a link.
  public init(link: String) throws(TrusteeInvitationError) { try self.init(utf8: Array(link.utf8)) }

  /// What stands before `/trustee` in an address of the web.
  private static func service(_ address: [UInt8]) -> Text? {
    let page = ascii("/trustee")
    guard address.count > page.count, address.suffix(page.count).elementsEqual(page) else { return nil }
    guard address.starts(with: ascii("https://")) || address.starts(with: ascii("http://")) else { return nil }
    guard let whole = Text(utf8: address), whole.isName else { return nil }
    return Text(utf8: Array(address.dropLast(page.count)))
  }

  private static func ascii(_ text: StaticString) -> [UInt8] {
    Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// What is signed to join under a name.
  public func joining(as name: String) throws(TrusteeInvitationError) -> TrusteeJoining { try joining(asUTF8: Array(name.utf8)) }

  /// What is signed to join under a name, UTF-8.
  public func joining(asUTF8 name: [UInt8]) throws(TrusteeInvitationError) -> TrusteeJoining {
    guard let name = Text(utf8: name), let joining = TrusteeJoining(token: token, name: name) else { throw .unusableName }
    return joining
  }
}

/// What the service answers to who joins.
public struct TrusteeJoined: Equatable, Sendable {
  public let election: [UInt8]
  public let origin: Text
  public let title: Text
  public let number: Int

  /// - Parameter election: the reference, ASCII.
  public init(election: [UInt8], origin: Text, title: Text, number: Int) {
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
      guard known.service == invitation.service else { throw .otherService(known.service) }
    } else if elections.count >= Self.mostElections {
      throw .tooManyElections
    }
  }

  /// The election that was joined: as it is kept already, or new.
  public func election(
    of invitation: TrusteeInvitation, _ joining: TrusteeJoining, answered: TrusteeJoined
  ) throws(TrusteeInvitationError) -> TrusteeElection {
    try check(invitation)
    let reference = invitation.reference.ascii
    guard answered.election == reference, answered.origin.utf8.suffix(reference.count + 1).elementsEqual([0x2f] + reference) else {
      throw .otherElection
    }
    if let known = elections.first(where: { $0.reference == invitation.reference }) {
      guard known.origin == answered.origin else { throw .otherElection }
      return known
    }
    return TrusteeElection(
      service: invitation.service, reference: invitation.reference, origin: answered.origin, title: answered.title,
      name: joining.name)
  }
}
