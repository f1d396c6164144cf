import Curve25519
import Elections
import Sealing
import Testing
import ThresholdCryptography
import TrusteeAgent
import TrusteeSupport

/// Shares that are handed over while voting is open (8.13).
struct HandOverTests {
  private func opened(_ count: Int = 3, _ threshold: Int = 2, power: PowerCut? = nil) throws -> Trustees {
    let trustees = try Trustees(count, threshold: threshold, power: power)
    try trustees.open()
    try trustees.service.cast(0..<2)
    try trustees.settle()
    return trustees
  }

  /// The first ones approve a list with somebody new at a number, and all settles.
  private func replace(_ number: Int, in trustees: Trustees, approving: [Int] = [1, 2], absent: Set<Int> = []) throws -> Int {
    let newcomer = try trustees.join(for: number, name: "Newcomer")
    trustees.service.beginHandOver([number: (newcomer.name, newcomer.key)])
    try trustees.settle(absent: absent)
    for number in approving { try trustees.approve(number) }
    try trustees.settle(absent: absent)
    return newcomer.place
  }

  private func finish(_ trustees: Trustees, absent: Set<Int> = []) throws {
    try trustees.service.cast(2..<4)
    try trustees.service.close()
    try trustees.settle(absent: absent)
    try #require(trustees.phase() == .decrypting)
    try trustees.settle(absent: absent)
    try trustees.service.finish()
    try trustees.settle(absent: absent)
    #expect(trustees.phase() == .tallied)
  }

  @Test func aLostTrusteeIsReplaced() throws {
    let trustees = try opened()
    let place = try replace(3, in: trustees, absent: [3])
    let service = trustees.service
    #expect(service.with { $0.board?.renewals } == [3])
    let acting = try #require(service.with { $0.board?.acting })
    for place in [0, 1, place] {
      let election = trustees.agents[place].election
      #expect(election.renewals.count == 1 && election.handOvers.isEmpty && election.approved == nil)
      #expect(acting.own(try #require(election.ceremony?.shares)))
      #expect(election == trustees.vaults[place].keyring.elections[0])
    }
    #expect(trustees.agents[place].election.ceremony?.number == 3)
    #expect(service.with { $0.cosignatures[4]?.keys.sorted() } == [1, 2, 3])
    // The new one and one of the old: 1 is away, too.
    try finish(trustees, absent: [1, 3])
    #expect(service.with { $0.partials.keys.sorted() } == [2, 3])
    #expect(trustees.agents[place].election.ending == .tallied)
  }

  @Test func sharesAreRefreshedTwice() throws {
    let trustees = try opened(5, 3)
    for approving in [[1, 2, 3], [2, 4, 5]] {
      let before = trustees.agents.map { $0.election.ceremony?.shares }
      trustees.service.beginHandOver()
      for number in approving { try trustees.approve(number) }
      try trustees.settle()
      for (agent, old) in zip(trustees.agents, before) {
        #expect(agent.election.ceremony?.shares != nil && agent.election.ceremony?.shares != old)
      }
    }
    #expect(trustees.service.with { $0.board?.renewals } == [3, 4])
    try finish(trustees)
    #expect(trustees.agents.allSatisfy { $0.election.ending == .tallied })
  }

  @Test func whoIsReplacedLearnsItAndWipes() throws {
    let trustees = try opened()
    let place = try replace(3, in: trustees)
    let replaced = trustees.agents[2].election
    #expect(replaced.ending == .replaced && replaced.ceremony?.shares == nil && replaced.handOvers.isEmpty)
    #expect(trustees.events.of(3).contains(.replaced(number: 1)))
    #expect(try trustees.agents[2].step() == .ended)
    trustees.restart(2)
    #expect(try trustees.agents[2].step() == .ended)
    // It has cosigned what shows it, under its old number and for the renewal, and what is no more its matter it has not.
    #expect(trustees.service.with { $0.renewalCosignatures[1]?.keys.sorted() } == [1, 2, 3])
    #expect(trustees.service.with { $0.cosignatures[4]?.count } == 3)
    try finish(trustees)
    #expect(trustees.agents[place].election.ending == .tallied)
  }

  @Test func whoIsReplacedMayDealItself() throws {
    let trustees = try opened()
    _ = try replace(1, in: trustees, approving: [1, 3], absent: [2])
    // Trustee 2 has to be there to get its shares.
    #expect(trustees.service.with { $0.board?.renewals } == [])
    try trustees.settle()
    #expect(trustees.service.with { $0.board?.renewals } == [3])
    #expect(trustees.agents[0].election.ending == .replaced)
    try finish(trustees)
  }

  @Test func nothingIsDealtWithoutAPerson() throws {
    let trustees = try opened()
    let newcomer = try trustees.join(for: 3, name: "Mallory")
    trustees.service.beginHandOver([3: (newcomer.name, newcomer.key)])
    try trustees.settle()
    let list = try #require(trustees.service.with { $0.handOverList })
    #expect(trustees.events.of(1).contains(.approvalDue(list, replaced: [3])))
    // The service says that they approved.
    trustees.service.with { $0.handOver?.approvals = [1, 2] }
    try trustees.service.beginHandOverAgain()
    try trustees.settle()
    #expect(trustees.service.with { $0.handOver?.messages.map { $0[0] } } == [1, 1, 1])
    // One has, of another list.
    try trustees.agents[0].approveHandOver(list.digest)
    trustees.service.beginHandOver([3: (try #require(Text("Another")), newcomer.key)])
    trustees.service.with { $0.handOver?.approvals = [1, 2] }
    try trustees.service.beginHandOverAgain()
    try trustees.settle()
    #expect(trustees.service.with { $0.handOver?.messages.contains { $0[0] == 2 } } == false)
    #expect(trustees.agents[0].election.ceremony?.shares != nil)
  }

  @Test func anAttemptIsBegunAgainWithOtherDealers() throws {
    let trustees = try opened()
    let newcomer = try trustees.join(for: 3, name: "Newcomer")
    trustees.service.beginHandOver([3: (newcomer.name, newcomer.key)])
    for number in [1, 2, 3] { try trustees.approve(number) }
    // Trustee 2 has approved, and vanishes before it deals.
    trustees.service.with { $0.handOver?.approvals = [1, 2, 3] }
    try trustees.service.beginHandOverAgain()
    try trustees.settle(absent: [2])
    #expect(trustees.service.with { $0.handOver?.log?.round } == .acceptance)
    let first = try #require(trustees.agents[0].election.handOvers.first?.id)
    try trustees.service.beginHandOverAgain(without: [2])
    try trustees.settle()
    #expect(trustees.service.with { $0.board?.renewals } == [3])
    #expect(trustees.agents[0].election.retired.contains(first))
    #expect(trustees.agents[2].election.ending == .replaced)
    try finish(trustees)
  }

  /// All have confirmed, and the renewal never comes: the next attempt finds the old shares in force, and one that comes late finds its own.
  @Test func confirmedSharesAreKeptUntilTheBoardDecides() throws {
    let trustees = try opened()
    trustees.service.beginHandOver()
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    for number in [1, 2] { try trustees.approve(number) }
    try trustees.settle()
    let (list, first) = trustees.service.with { ($0.handOverList, $0.handOver?.log?.outcome) }
    let before = trustees.agents.map { $0.election.ceremony?.shares }
    try trustees.service.beginHandOverAgain()
    try trustees.settle()
    #expect(trustees.agents.map { $0.election.ceremony?.shares } == before)
    #expect(
      trustees.agents.allSatisfy { $0.election.handOvers.count == 2 && $0.election.handOvers.allSatisfy { $0.shares != nil } })
    try trustees.service.with { try $0.renew(Renewal(#require(list), #require(first))) }
    try trustees.settle()
    let acting = try #require(trustees.service.with { $0.board?.acting })
    for agent in trustees.agents {
      #expect(acting.own(try #require(agent.election.ceremony?.shares)))
      #expect(agent.election.handOvers.isEmpty && agent.election.retired.count == 2)
    }
    try finish(trustees)
  }

  @Test func aTrusteeThatWasAwayFindsTheRenewalLater() throws {
    let trustees = try opened()
    trustees.service.beginHandOver()
    for number in [1, 2] { try trustees.approve(number) }
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    try trustees.settle()
    try trustees.service.with { try $0.renew(Renewal(#require($0.handOverList), #require($0.handOver?.log?.outcome))) }
    try trustees.service.cast(2..<4)
    try trustees.settle(absent: [3])
    try trustees.service.close()
    try trustees.settle(absent: [3])
    #expect(trustees.agents[2].election.renewals.isEmpty)
    try trustees.settle()
    #expect(trustees.agents[2].election.renewals.count == 1)
    #expect(trustees.service.with { $0.partials.count } == 3)
  }

  @Test func closingWaitsUntilEnoughOfThoseBeforeHaveCosigned() throws {
    let trustees = try opened()
    let newcomers = try [2, 3].map { try trustees.join(for: $0, name: "Newcomer \($0)") }
    trustees.service.beginHandOver([2: (newcomers[0].name, newcomers[0].key), 3: (newcomers[1].name, newcomers[1].key)])
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    try trustees.settle()
    for number in [1, 2] { try trustees.approve(number) }
    try trustees.settle()
    try trustees.service.with { try $0.renew(Renewal(#require($0.handOverList), #require($0.handOver?.log?.outcome))) }
    // All who are new, and one who was there before.
    try trustees.settle(absent: [2, 3])
    #expect(trustees.service.with { $0.board?.pending } == [1])
    #expect(throws: TrusteeConnectionError.refused(status: 409, "not in force")) { try trustees.service.close() }
    try trustees.settle(absent: [3])
    #expect(trustees.service.with { $0.board?.pending } == [])
    #expect(trustees.agents[1].election.ending == .replaced)
    try finish(trustees, absent: [3])
  }

  /// The renewal that gives the place of one to another is on the board, and nobody has seen it.
  private func replacing(_ number: Int) throws -> Trustees {
    let trustees = try opened()
    let newcomer = try trustees.join(for: number, name: "Newcomer")
    trustees.service.beginHandOver([number: (newcomer.name, newcomer.key)])
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    for other in [1, 2, 3] where other != number { try trustees.approve(other) }
    try trustees.settle()
    try trustees.service.with { try $0.renew(Renewal(#require($0.handOverList), #require($0.handOver?.log?.outcome))) }
    return trustees
  }

  @Test func whoIsReplacedSaysItsLastWordUntilItHasArrived() throws {
    let trustees = try replacing(1)
    trustees.service.with { $0.losesCosignatures = true }
    #expect(throws: TrusteeConnectionError.unavailable("lost")) { try trustees.agents[0].step() }
    #expect(trustees.agents[0].election.ending == .replaced && !trustees.agents[0].election.isOver)
    #expect(trustees.agents[0].election.ceremony?.shares == nil)
    trustees.service.with { $0.losesCosignatures = false }
    try trustees.service.cast(2..<3)
    trustees.restart(0)
    #expect(try trustees.agents[0].step() == .ended)
    // The one in which it saw the renewal, and no newer one.
    #expect(trustees.service.with { $0.renewalCosignatures[1]?.keys.sorted() } == [1])
    #expect(trustees.vaults[0].keyring.elections[0].isOver)
  }

  /// A proxy that is wrongly set up, a clock, a service that was half restored: all of that may be mended, and the renewal still waits.
  @Test(arguments: [400, 401, 404, 409, 413, 422])
  func whoIsReplacedForgetsNothingUponARefusal(status: Int) throws {
    let trustees = try replacing(1)
    trustees.service.with { $0.refusesCosignatures = status }
    for _ in 0..<2 {
      #expect(throws: TrusteeConnectionError.refused(status: status, "refused")) { try trustees.agents[0].step() }
      #expect(trustees.agents[0].election.ending == .replaced && !trustees.agents[0].election.isOver)
      trustees.restart(0)
    }
    #expect(trustees.service.with { $0.renewalCosignatures[1] } == nil)
    trustees.service.with { $0.refusesCosignatures = nil }
    #expect(try trustees.agents[0].step() == .ended)
    #expect(trustees.service.with { $0.renewalCosignatures[1]?.keys.sorted() } == [1])
    #expect(trustees.vaults[0].keyring.elections[0].isOver)
  }

  @Test func whoIsReplacedForgetsItsLastWordWhenItIsNotWanted() throws {
    let trustees = try replacing(1)
    trustees.service.with { $0.refusesCosignatures = 403 }
    #expect(try trustees.agents[0].step() == .ended)
    #expect(trustees.vaults[0].keyring.elections[0].isOver)
  }

  /// A renewal may wait for the line of one who stays, too, although the board goes on.
  @Test func whoStaysCosignsNothingElseBeforeARefusalIsMended() throws {
    let trustees = try replacing(1)
    trustees.service.with { $0.refusesCosignatures = 401 }
    for ballots in [0, 1] {
      if ballots > 0 { try trustees.service.cast(0..<ballots) }
      #expect(throws: TrusteeConnectionError.refused(status: 401, "refused")) { try trustees.agents[1].step() }
      trustees.restart(1)
    }
    trustees.service.with { $0.refusesCosignatures = nil }
    _ = try trustees.agents[1].step()
    #expect(trustees.service.with { $0.renewalCosignatures[1]?.keys.sorted() } == [2])
    #expect(trustees.service.with { state in state.cosignatures[state.board?.size ?? 0]?.keys.sorted() } == [2])
  }

  /// The election was given up before those who have to know had seen the renewal.
  @Test func whoIsReplacedCosignsNothingMoreAfterAnAbortEither() throws {
    let trustees = try replacing(1)
    func said() -> Int { trustees.events.of(1).count { if case .cosigned = $0 { true } else { false } } }
    let before = said()
    try trustees.service.abort()
    #expect(try trustees.agents[0].step() == .ended)
    #expect(trustees.agents[0].election.isOver && trustees.agents[0].election.ceremony?.shares == nil)
    trustees.restart(0)
    #expect(try trustees.agents[0].step() == .ended)
    #expect(trustees.service.with { $0.renewalCosignatures[1]?.keys.sorted() } == [1])
    #expect(said() == before + 1)
    // Who has its place cosigns the end, and so do those who stay.
    for place in [1, 2, 3] { #expect(try trustees.agents[place].step() == .ended) }
    #expect(trustees.service.with { state in state.cosignatures[state.board?.size ?? 0]?.keys.sorted() } == [1, 2, 3])
  }

  @Test func aNewcomerThatIsShownAnotherOpeningKeepsNothingOfIt() throws {
    let other = try opened()
    let files = try #require(other.service.with { $0.board?.files })
    let trustees = try Trustees(3, threshold: 2)
    try trustees.service.beginCeremony(Bytes32([UInt8](repeating: 6, count: 32).span))
    try trustees.settle()
    try trustees.service.open()
    try trustees.settle()
    let newcomer = try trustees.join(for: 3, name: "Newcomer")
    trustees.service.with { $0.alterFile = { name, bytes in name == "trustees" ? files["trustees"] ?? bytes : bytes } }
    #expect(throws: TrusteeAgentError.self) { try trustees.agents[newcomer.place].step() }
    #expect(trustees.agents[newcomer.place].election.ceremony == nil)
    trustees.service.with { $0.alterFile = nil }
    _ = try trustees.agents[newcomer.place].step()
    #expect(trustees.agents[newcomer.place].election.opening != nil)
  }

  /// The power goes at every act of a dealer that stays: before it, and after it.
  @Test(arguments: [false, true]) func powerIsCutAnywhere(after: Bool) throws {
    let counter = PowerCut()
    func hold(_ power: PowerCut) throws -> Trustees {
      let trustees = try opened(power: power)
      let newcomer = try trustees.join(for: 3, name: "Newcomer")
      trustees.service.beginHandOver([3: (newcomer.name, newcomer.key)])
      for number in [1, 2] {
        do { try trustees.approve(number) } catch {
          trustees.restart(number - 1)
          try trustees.approve(number)
        }
      }
      try trustees.settle()
      return trustees
    }
    _ = try hold(counter)
    try #require(counter.count > 30)
    for cut in 0..<counter.count {
      let trustees = try hold(PowerCut(at: cut, after: after))
      #expect(trustees.service.with { $0.board?.renewals.count } == 1, "cut at \(cut)")
      let acting = try #require(trustees.service.with { $0.board?.acting })
      for place in [0, 1, 3] {
        #expect(acting.own(try #require(trustees.agents[place].election.ceremony?.shares)), "cut at \(cut)")
      }
      #expect(trustees.agents[2].election.ending == .replaced)
    }
  }

  /// The same for who comes new.
  @Test(arguments: [false, true]) func powerIsCutAtANewcomer(after: Bool) throws {
    let counter = PowerCut()
    func hold(_ power: PowerCut) throws -> Trustees {
      let trustees = try opened()
      let newcomer = try trustees.join(for: 3, name: "Newcomer", power: power)
      trustees.service.beginHandOver([3: (newcomer.name, newcomer.key)])
      for number in [1, 2] { try trustees.approve(number) }
      try trustees.settle()
      return trustees
    }
    _ = try hold(counter)
    try #require(counter.count > 15)
    for cut in 0..<counter.count {
      let trustees = try hold(PowerCut(at: cut, after: after))
      let acting = try #require(trustees.service.with { $0.board?.acting })
      #expect(acting.own(try #require(trustees.agents[3].election.ceremony?.shares)), "cut at \(cut)")
    }
  }

  // MARK: Lies

  private func alarm(_ trustees: Trustees, _ place: Int = 0) -> TrusteeAgentError? {
    do {
      _ = try trustees.agents[place].step()
      return nil
    } catch { return error as? TrusteeAgentError }
  }

  @Test func listsThatCannotFollow() throws {
    let trustees = try opened()
    let newcomer = try trustees.join(for: 3, name: "Newcomer")
    trustees.service.beginHandOver([3: (newcomer.name, newcomer.key)])
    let changes: [@Sendable (inout TrusteeState.HandOver) -> Void] = [
      { $0.members.removeLast() }, { $0.members[2].signingKey = $0.members[0].signingKey },
      { $0.members[1].name = $0.members[0].name },
      { $0.members[0].name = Text("Other") ?? .empty }, { $0.members[0].number = 2 },
      { $0.members[2].name = $0.members[0].name },
    ]
    for change in changes {
      trustees.service.with {
        $0.alterState = { if $0.handOver != nil, var wanted = $0.handOver.take() { change(&wanted); $0.handOver = wanted } }
      }
      guard case .unusableList = alarm(trustees) else {
        Issue.record("a list that cannot follow was taken")
        continue
      }
    }
    #expect(trustees.service.with { $0.handOver?.approvals.isEmpty } == true)
  }

  @Test func aHandOverThatChangesOrComesBack() throws {
    let trustees = try opened()
    trustees.service.beginHandOver()
    for number in [1, 2] { try trustees.approve(number) }
    _ = try trustees.agents[0].step()
    _ = try trustees.agents[1].step()
    _ = try trustees.agents[0].step()
    let id = try #require(trustees.agents[0].election.handOvers.first?.id)
    trustees.service.with { $0.alterState = { $0.handOver?.dealers = [1, 3] } }
    #expect(alarm(trustees) == .handOverChanged(id))
    trustees.service.with { $0.alterState = nil }
    try trustees.service.beginHandOverAgain()
    _ = try trustees.agents[0].step()
    trustees.service.with { $0.alterState = { $0.handOver?.id = id } }
    #expect(alarm(trustees) == .ceremonyRepeated(id))
  }

  @Test func aLogThatIsRewritten() throws {
    let trustees = try opened()
    trustees.service.beginHandOver()
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    for number in [1, 2] { try trustees.approve(number) }
    try trustees.settle()
    trustees.restart(0)
    let size = trustees.agents[0].election.handOvers[0].size
    trustees.service.with { $0.handOver?.messages.swapAt(0, 1) }
    #expect(alarm(trustees) == .ceremonyLogRewritten(size: size))
    trustees.service.with { $0.handOver?.messages.removeLast() }
    trustees.restart(0)
    #expect(alarm(trustees) == .ceremonyLogRewritten(size: size))
  }

  @Test func aRenewalThatIsNotOnTheBoardOrDoesNotHold() throws {
    let trustees = try opened()
    trustees.service.beginHandOver()
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    for number in [1, 2] { try trustees.approve(number) }
    try trustees.settle()
    let shares = trustees.agents[0].election.ceremony?.shares
    // At entry 1 stands a ballot.
    trustees.service.with { $0.alterState = { $0.renewals = [1] } }
    #expect(alarm(trustees) == .badRenewal(number: 1, "its entry is not on the board"))
    trustees.service.with { $0.alterState = nil }
    try trustees.service.with { try $0.renew(Renewal(#require($0.handOverList), #require($0.handOver?.log?.outcome))) }
    trustees.service.with {
      $0.alterFile = { path, bytes in path == "renewal-1" ? Array(bytes.dropLast()) + [bytes[bytes.count - 1] ^ 1] : bytes }
    }
    #expect(alarm(trustees) == .badRenewal(number: 1, "another file"))
    #expect(trustees.agents[0].election.ceremony?.shares == shares)
    trustees.service.with { $0.alterFile = nil }
    try trustees.settle()
    #expect(trustees.agents[0].election.renewals.count == 1 && trustees.agents[0].election.ceremony?.shares != shares)
  }

  /// The old file of one who was replaced, put back on a machine.
  @Test func anOldFileIsOfNoUse() throws {
    let trustees = try opened()
    let old = trustees.vaults[2].keyring
    _ = try replace(3, in: trustees, absent: [3])
    try trustees.service.cast(2..<4)
    try trustees.service.close()
    try trustees.settle(absent: [3])
    #expect(old.elections[0].ceremony?.shares != nil)
    // Its machine learns from the board that it is replaced, and wipes what is left.
    _ = try trustees.agents[2].step()
    #expect(trustees.agents[2].election.ending == .replaced && trustees.agents[2].election.ceremony?.shares == nil)
    // And where it does not want to learn it: what it says is refused.
    let board = try #require(trustees.service.with { $0.board })
    let statement = try trustees.service.with { try $0.closedBoard().statement }
    var random = SystemRandom()
    let shares = try #require(old.elections[0].ceremony?.shares)
    let part = ClosingPart(
      decryption: PartialDecryption(of: statement, with: shares[.election], using: &random),
      draw: DrawPart(
        in: BeaconStatement(
          seed: .closing(election: statement.election, size: statement.size, root: statement.root), key: board.acting.keys.beacon),
        with: shares, using: &random))
    #expect(throws: TrusteeConnectionError.refused(status: 422, "a part that does not verify")) {
      try trustees.service.takePartial(part.encoded, from: 3)
    }
  }

  @Test func theKeyFileHoldsEveryStage() throws {
    let trustees = try opened()
    let newcomer = try trustees.join(for: 3, name: "Newcomer")
    trustees.service.beginHandOver([3: (newcomer.name, newcomer.key)])
    trustees.service.with { $0.handOver?.keepsRenewalBack = true }
    var keyrings = [trustees.vaults[0].keyring]
    for number in [1, 2] { try trustees.approve(number) }
    keyrings.append(trustees.vaults[0].keyring)
    try trustees.settle()
    keyrings += [trustees.vaults[0].keyring, trustees.vaults[3].keyring]
    try trustees.service.with { try $0.renew(Renewal(#require($0.handOverList), #require($0.handOver?.log?.outcome))) }
    try trustees.settle()
    keyrings += [trustees.vaults[0].keyring, trustees.vaults[2].keyring, trustees.vaults[3].keyring]
    for keyring in keyrings {
      let encoded = keyring.encoded
      #expect(try TrusteeKeyring(encoded) == keyring)
      for count in stride(from: 0, to: encoded.count, by: 31) { #expect((try? TrusteeKeyring(Array(encoded[..<count]))) == nil) }
      for index in stride(from: 0, to: encoded.count, by: 5) {
        var bytes = encoded
        bytes[index] ^= 0x81
        guard let read = try? TrusteeKeyring(bytes) else { continue }
        #expect(read.encoded == bytes)
      }
    }
    #expect(keyrings[2].elections[0].handOvers.count == 1 && keyrings[4].elections[0].renewals.count == 1)
  }
}
