import Curve25519
import Testing

@testable import ThresholdCryptography

/// Messages that are late, early, repeated, lost and found again.
@Suite("Schedules of a key ceremony")
struct ScheduleTests {
  /// Delivers to each trustee whatever waits for it, in random order, some of it twice. What a trustee publishes waits for all.
  struct Chaos {
    var trustees: [Trustee]
    var waiting: [[[UInt8]]]
    var random: SeededRandom

    init(_ setting: Setting, seed: Int) throws {
      trustees = try setting.trustees()
      waiting = Array(repeating: [], count: trustees.count)
      random = seeded(seed)
    }

    mutating func publish(_ messages: [[UInt8]]) {
      for message in messages {
        for index in waiting.indices { waiting[index].append(message) }
      }
    }

    mutating func run() {
      var toStart = random.shuffled(Array(trustees.indices))
      while !toStart.isEmpty || waiting.contains(where: { !$0.isEmpty }) {
        if let index = toStart.last, random.number(in: 0..<4) == 0 || waiting.allSatisfy({ $0.isEmpty }) {
          toStart.removeLast()
          publish(trustees[index].start())
          continue
        }
        let index = random.number(in: 0..<trustees.count)
        guard !waiting[index].isEmpty else { continue }
        let place = random.number(in: 0..<waiting[index].count)
        let message = waiting[index][place]
        if random.number(in: 0..<4) != 0 { waiting[index].remove(at: place) }
        publish(trustees[index].receive(message).messages)
      }
    }
  }

  @Test("hundreds of orders, with repetitions, all end alike", arguments: [(2, 2), (3, 2), (4, 3)])
  func reordered(n: Int, t: Int) throws {
    let setting = try Setting(n, t)
    let expected = try setting.results()
    for seed in 0..<100 {
      var chaos = try Chaos(setting, seed: seed)
      chaos.run()
      for (index, trustee) in chaos.trustees.enumerated() {
        let result = try #require(trustee.result, "schedule \(seed)")
        #expect(result.keys == expected[0].keys)
        #expect(result.shares == expected[index].shares)
      }
    }
  }

  @Test("a second time is a duplicate and changes nothing")
  func duplicates() throws {
    let setting = try Setting(3, 2)
    var (trustees, messages) = try setting.completed()
    for message in messages {
      for index in trustees.indices {
        #expect(trustees[index].receive(message) == CeremonyOutcome(messages: [], event: .duplicate))
        #expect(trustees[index].round == .finished)
      }
    }
  }

  @Test("whoever is silent is named, round by round, and nobody else", arguments: [1, 2, 4])
  func missing(silent: Int) throws {
    let setting = try Setting(4, 3)
    let messages = try setting.completed().messages.map { try CeremonyMessage($0, setting.configuration) }
    let rounds: [(CeremonyRound, (CeremonyMessage.Body) -> Bool)] = [
      (.commit, { if case .commit = $0 { true } else { false } }), (.reveal, { if case .reveal = $0 { true } else { false } }),
      (.share, { if case .share = $0 { true } else { false } }), (.confirm, { if case .confirmation = $0 { true } else { false } }),
    ]
    for (round, belongs) in rounds {
      var observer = try setting.trustee(3)
      _ = observer.start()
      var log = PublicLog(setting.configuration)
      for message in messages where !(message.sender == silent && belongs(message.body)) {
        _ = observer.receive(message.encoded)
        _ = log.receive(message.encoded)
      }
      // Later messages of others are there already, early; still only the silent one holds everything up.
      #expect(observer.round == round)
      #expect(observer.missing == [silent])
      // All others have confirmed, so the public log does not ask for the shares between them.
      if round != .share { #expect(log.round == round && log.missing == [silent]) }
      for message in messages where message.sender == silent { _ = observer.receive(message.encoded) }
      #expect(observer.round == .finished)
    }
  }

  @Test("a dealer that owes one share only is named by the public log")
  func oneShareMissing() throws {
    let setting = try Setting(3, 2)
    let messages = try setting.completed().messages.map { try CeremonyMessage($0, setting.configuration) }
    var log = PublicLog(setting.configuration)
    for message in messages {
      if case .share(let share) = message.body, message.sender == 2, share.recipient == 3 { continue }
      if case .confirmation = message.body { continue }
      _ = log.receive(message.encoded)
    }
    #expect(log.round == .share)
    #expect(log.missing == [2])
  }

  @Test("nothing is revealed before all have committed, and nothing is shared before all have revealed")
  func waits() throws {
    let setting = try Setting(4, 3)
    let messages = try setting.completed().messages
    let kind = { (kind: UInt8) in messages.filter { $0[0] == kind && $0[33] != 1 } }
    var trustee = try setting.trustee(1)
    #expect(trustee.start().map { $0[0] } == [1])
    // Whatever the others say beyond, too early: what counts is what is missing.
    for message in kind(2) + kind(3) + kind(5) + kind(1).dropLast() { #expect(trustee.receive(message).messages.isEmpty) }
    let last = try #require(kind(1).last)
    #expect(trustee.receive(last).messages.map { $0[0] } == [2, 3, 3, 3, 5])
    var second = try setting.trustee(1)
    _ = second.start()
    for message in kind(1).dropLast() { #expect(second.receive(message).messages.isEmpty) }
    #expect(second.receive(last).messages.map { $0[0] } == [2])
    for message in kind(3) + kind(2).dropLast() { #expect(second.receive(message).messages.isEmpty) }
    let reveal = try #require(kind(2).last)
    #expect(second.receive(reveal).messages.map { $0[0] } == [3, 3, 3, 5])
  }

  @Test("nobody is heard before it has started, and everything waits")
  func startsLate() throws {
    let setting = try Setting(3, 2)
    let messages = try setting.completed().messages
    var late = try setting.trustee(2)
    for message in messages where message[33] != 2 {
      #expect(late.receive(message) == CeremonyOutcome(messages: [], event: .accepted))
    }
    let said = late.start()
    #expect(Set(said) == Set(messages.filter { $0[33] == 2 }))
    #expect(late.round == .finished)
  }

  @Test("after a crash at any moment the seed and the board are enough, and nothing is said twice differently")
  func resumes() throws {
    let setting = try Setting(3, 2)
    let (trustees, messages) = try setting.completed()
    let expected = try #require(trustees[1].result)
    let own = Set(messages.filter { $0[33] == 2 })
    for crash in 0...messages.count {
      var again = try Trustee(setting.configuration, trustee: 2, signingKey: setting.keys[1], seed: trustees[1].seed)
      for message in messages[..<crash] { #expect(again.receive(message).messages.isEmpty) }
      var said = again.start()
      for message in messages[crash...] { said += again.receive(message).messages }
      #expect(Set(said).isSubset(of: own), "crash after \(crash)")
      #expect(again.result?.shares == expected.shares)
      #expect(again.result?.keys == expected.keys)
    }
  }

  @Test("two machines with one signing key and different seeds expose themselves")
  func clones() throws {
    let setting = try Setting(2, 2)
    var first = try setting.trustee(1)
    var second = try Trustee(setting.configuration, trustee: 1, signingKey: setting.keys[0], seed: .zero)
    _ = first.start()
    guard case .failed(let failure) = first.receive(second.start()[0]).event else {
      Issue.record("not noticed")
      return
    }
    #expect(failure.culprit == 1)
    #expect(failure.fault == .equivocation)
  }
}
