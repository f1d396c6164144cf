import Curve25519
import Database
import Elections
import ThresholdCryptography

/// An invitation, with the token that is shown once.
public struct TrusteeInvitation: Sendable, Equatable {
  /// The trustee's number as things stand.
  public let number: Int
  /// 32 random bytes in base64url: goes into the link, `<service>/trustee#<e>.<token>`.
  public let token: String
}

/// What a trustee is told when it joins (8.2).
public struct TrusteeJoined: Sendable, Equatable {
  public let election: String
  public let origin: String
  public let title: String
  public let number: Int
}

// Inviting trustees and joining (8.2).
extension Ceremonies {
  /// Invites a trustee.
  ///
  /// - Parameters:
  ///   - name: as the trustee is to be called; it may call itself otherwise when it joins.
  ///   - place: its number; `nil`: the last.
  public func invite(
    _ name: String, at place: Int? = nil, to election: String, by caller: Caller = .anonymous
  ) async throws -> TrusteeInvitation {
    guard let text = Text(name), text.isName else { throw CeremonyError.badName }
    let (token, id, now) = (random.secret(), random.reference(), clock.now())
    let number = try await change(election, "trustee.invited", caller) { store, members, session in
      guard members.count < CeremonyParameters.maximumTrustees else {
        throw CeremonyError.parameters("there are at most \(CeremonyParameters.maximumTrustees) trustees")
      }
      guard !members.contains(where: { $0.name == name }) else { throw CeremonyError.nameTaken }
      let number = min(max(place ?? members.count + 1, 1), members.count + 1)
      try await store.insert(session, id: id, number: members.count + 1, name: name, token: Self.hash(token), time: now)
      var order = members.map { $0.id }
      order.insert(id, at: number - 1)
      try await store.renumber(session, order)
      return number
    }
    return TrusteeInvitation(number: number, token: token)
  }

  /// Withdraws an invitation, whether or not someone has joined by it. Those behind move up.
  public func revoke(_ number: Int, of election: String, by caller: Caller = .anonymous) async throws {
    _ = try await change(election, "trustee.revoked", caller) { store, members, session in
      guard let member = members.first(where: { $0.number == number }) else { throw CeremonyError.unknownTrustee(number) }
      try await session.execute("DELETE FROM trustees WHERE id = $1", [.text(member.id)])
      try await store.renumber(session, members.filter { $0.id != member.id }.map { $0.id })
      return number
    }
  }

  /// Gives an invitation anew: the old link is void, and who has joined by it has to join again.
  public func reissue(_ number: Int, of election: String, by caller: Caller = .anonymous) async throws -> TrusteeInvitation {
    let (token, now) = (random.secret(), clock.now())
    _ = try await change(election, "trustee.reinvited", caller) { store, members, session in
      guard let member = members.first(where: { $0.number == number }) else { throw CeremonyError.unknownTrustee(number) }
      try await session.execute(
        """
        UPDATE trustees SET token_hash = $2, invited = $3, signing_key = NULL, joined = NULL, seen = NULL, join_time = NULL WHERE id = $1
        """, [.text(member.id), .bytes(Self.hash(token)), .integer(Int64(now))])
      return number
    }
    return TrusteeInvitation(number: number, token: token)
  }

  /// Gives the trustees other numbers.
  ///
  /// - Parameter order: the present numbers, in the new order.
  public func reorder(_ order: [Int], of election: String, by caller: Caller = .anonymous) async throws {
    _ = try await change(election, "trustee.reordered", caller) { store, members, session in
      guard order.sorted() == members.map({ $0.number }) else { throw CeremonyError.parameters("each number must stand once") }
      try await store.renumber(session, order.map { members[$0 - 1].id })
      return nil as Int?
    }
  }

  /// Changes trustees while that is possible.
  ///
  /// - Parameter body: returns the number of the trustee that it is about.
  private func change<Number: Sendable>(
    _ election: String, _ word: String, _ caller: Caller,
    _ body: @Sendable (TrusteeStore, [TrusteeStore.Member], any SQLSession) async throws -> Number
  ) async throws -> Number {
    let store = TrusteeStore(election: election)
    let result = try await database.transaction { session in
      let group = try await store.lock(session)
      try await requireEditable(store, group, session)
      let result = try await body(store, try await store.members(session), session)
      try await store.bump(session)
      try await remember(word, election, caller, trustee: result as? Int, session)
      return result
    }
    events.publish(.ceremony(election: election, phase: "gathering"))
    return result
  }

  // MARK: Joining

  /// Takes a trustee in by its invitation. The same key again gets the same answer.
  ///
  /// - Throws: `badSignature`, `unknownInvitation`, `otherKey`, `keyTaken`, `nameTaken`.
  public func join(_ joining: TrusteeJoining, signingKey: Bytes32, signature: [UInt8]) async throws -> TrusteeJoined {
    guard joining.isSigned(signature, by: signingKey) else {
      metrics.refuse("joining")
      throw CeremonyError.badSignature
    }
    let hash = SHA256.hash(joining.token)
    let now = clock.now()
    let (joined, latency) = try await database.transaction { session in
      try await self.join(joining, signingKey, hash, now, session)
    }
    if let latency {
      metrics.took(.joining, milliseconds: latency)
      events.publish(.trustee(election: joined.election, number: joined.number, status: "joined"))
    }
    return joined
  }

  private func join(
    _ joining: TrusteeJoining, _ signingKey: Bytes32, _ hash: [UInt8], _ now: UInt64, _ session: any SQLSession
  ) async throws -> (TrusteeJoined, UInt64?) {
    let rows = try await session.query("SELECT election FROM trustees WHERE token_hash = $1", [.bytes(hash)])
    guard let election = try rows.first?.text(0) else {
      return (try await joinHandOver(joining, signingKey, hash, now, session), nil)
    }
    let store = TrusteeStore(election: election)
    let group = try await store.lock(session)
    let own = try await session.query("SELECT id FROM trustees WHERE token_hash = $1", [.bytes(hash)])
    let members = try await store.members(session)
    guard let id = try own.first?.text(0), let member = members.first(where: { $0.id == id }) else {
      throw CeremonyError.unknownInvitation
    }
    let joined = TrusteeJoined(election: election, origin: group.origin, title: group.title, number: member.number)
    if let present = member.signingKey {
      guard present == signingKey else { throw CeremonyError.otherKey }
      return (joined, nil)
    }
    try await requireEditable(store, group, session)
    for other in members where other.id != id {
      if other.signingKey == signingKey { throw CeremonyError.keyTaken }
      if other.name == joining.name.description { throw CeremonyError.nameTaken }
    }
    let latency = now >= member.invited ? now - member.invited : 0
    try await session.execute(
      "UPDATE trustees SET name = $2, signing_key = $3, joined = $4, seen = $4, join_time = $5 WHERE id = $1",
      [
        .text(id), .text(joining.name.description), .bytes(signingKey.bytes), .integer(Int64(now)), .integer(Int64(latency)),
      ])
    try await store.bump(session)
    return (joined, latency)
  }

}
