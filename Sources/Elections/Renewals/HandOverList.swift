import Curve25519

/// Who shall be trustees from now on: what the persons behind the dealers look at and approve (`docs/spec/04-trustees.md`, 4.6).
public struct HandOverList: Equatable, Sendable {
  /// One of them.
  public struct Member: Equatable, Sendable {
    /// Unlike that of any other.
    public let name: Text
    /// Ed25519.
    public let signingKey: Bytes32

    /// A trustee to be.
    public init(name: Text, signingKey: Bytes32) {
      self.name = name
      self.signingKey = signingKey
    }
  }

  /// The election id.
  public let election: Bytes32
  /// Of the renewal.
  public let number: UInt16
  /// SHA-256 of `trustees`, or of the renewal before.
  public let before: Bytes32
  /// Number *j* stands at *j* − 1.
  public let members: [Member]

  /// A list.
  public init(election: Bytes32, number: UInt16, before: Bytes32, members: [Member]) {
    self.election = election
    self.number = number
    self.before = before
    self.members = members
  }

  /// The list that follows on the roster as it is now.
  public init(election: Bytes32, after roster: AmendedRoster, members: [Member]) {
    self.init(
      election: election, number: UInt16(roster.current.renewal + 1), before: roster.lastHash, members: members)
  }

  /// What is approved.
  public var digest: Bytes32 {
    var writer = ByteWriter()
    for member in members {
      writer.counted(member.name.utf8)
      writer.b32(member.signingKey)
    }
    var transcript = Transcript("hand-over list")
    transcript.absorb("election", election)
    transcript.absorb("number", UInt64(number))
    transcript.absorb("before", before)
    transcript.absorb("trustees", UInt64(members.count))
    transcript.absorb("members", writer.bytes)
    return transcript.digest("list")
  }

  /// Checks who is on the list: as many as now, each number kept by its trustee or given to a key that never was one's.
  public func check(_ roster: AmendedRoster, logKey: Bytes32) throws(RenewalError) {
    let acting = roster.current.acting
    guard number == UInt16(roster.current.renewal + 1), before == roster.lastHash else { throw .outOfTurn }
    guard members.count == acting.trustees.count else { throw .wrongNumber }
    for (index, member) in members.enumerated() {
      let now = acting.trustees[index]
      guard member.name.isName, !members[..<index].contains(where: { $0.name == member.name }) else {
        throw .name(trustee: index + 1)
      }
      if member.signingKey == now.signingKey {
        guard member.name == now.name else { throw .name(trustee: index + 1) }
      } else if roster.hasKnown(member.signingKey) || member.signingKey == logKey
        || members[..<index].contains(where: { $0.signingKey == member.signingKey })
      {
        throw .signingKey(trustee: index + 1)
      }
    }
  }

  /// The numbers that other trustees get.
  public func replaced(in acting: ActingTrustees) -> [Int] {
    zip(members, acting.trustees).enumerated().filter { $0.element.0.signingKey != $0.element.1.signingKey }.map { $0.offset + 1 }
  }
}
