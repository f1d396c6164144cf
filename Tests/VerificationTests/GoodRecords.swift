import BallotCryptography
import Elections
import TestSupport
import Testing
import Verification

/// A record that must pass, and the plain count that it must show.
struct GoodRecord: Sendable, CustomTestStringConvertible {
  let name: String
  /// Why the election was aborted, if it was.
  var aborted: String?
  let forge: @Sendable () throws -> (record: MemoryRecord, totals: [UInt64])

  var testDescription: String { name }

  private static let made = Once<(record: MemoryRecord, totals: [UInt64])>()
  private static let reports = Once<(report: VerificationReport, facts: ElectionFacts?)>()

  func make() throws -> (record: MemoryRecord, totals: [UInt64]) { try Self.made.value(name, make: forge) }

  /// What the verifier says of it.
  func verified() throws -> (report: VerificationReport, facts: ElectionFacts?) {
    let record = try make().record
    return try Self.reports.value(name) { try verify(record) }
  }

  static let all: [GoodRecord] = kinds + shapes + interrupted + renewed + anchored

  /// Every kind of contest by itself, the extreme ballots of each cast.
  private static let kinds: [GoodRecord] =
    rules.map { name, rules in
      GoodRecord(name: name) { try election(ElectionSetup([rules()], weights: [1, 1, 1, 1])) }
    }

  static let rules: [(String, @Sendable () -> ContestRules?)] = [
    ("yes/no", { .yesNo(blankAllowed: false) }),
    ("yes/no, blank allowed", { .yesNo(blankAllowed: true) }),
    ("single choice of 2", { .single(options: 2, blankAllowed: false) }),
    ("single choice of 5, blank allowed", { .single(options: 5, blankAllowed: true) }),
    ("approval of 1", { .approval(options: 1, maximum: 1) }),
    ("approval without limits", { .approval(options: 4, maximum: 4) }),
    ("approval of exactly 2 in 4", { .approval(options: 4, minimum: 2, maximum: 2) }),
    ("approval of 1 to 2 in 4", { .approval(options: 4, minimum: 1, maximum: 2) }),
    ("approval of 0 to 3 in 5", { .approval(options: 5, minimum: 0, maximum: 3) }),
    ("approval of 1 to 4 in 4", { .approval(options: 4, minimum: 1, maximum: 4) }),
    ("approval of exactly all", { .approval(options: 3, minimum: 3, maximum: 3) }),
    ("score to 2", { .score(options: 3, range: 2, blankAllowed: true) }),
    ("score to 3, not blank", { .score(options: 2, range: 3, blankAllowed: false) }),
    ("score to 5, not blank", { .score(options: 3, range: 5, blankAllowed: false) }),
    ("score to 10", { .score(options: 3, range: 10, blankAllowed: true) }),
    ("score to 1000, not blank", { .score(options: 1, range: 1000, blankAllowed: false) }),
  ]

  /// Elections that differ in all else.
  private static let shapes: [GoodRecord] = [
    GoodRecord(name: "five contests") {
      try election(
        ElectionSetup(
          [
            .yesNo(blankAllowed: false), .single(options: 3, blankAllowed: true), .approval(options: 4, minimum: 1, maximum: 3),
            .score(options: 2, range: 5, blankAllowed: false), .approval(options: 2, maximum: 2),
          ], weights: [1, 1, 1]))
    },
    GoodRecord(name: "orders of options drawn, and ties") {
      var setup = try ElectionSetup(
        [
          .single(options: 5, blankAllowed: true), .yesNo(blankAllowed: true), .approval(options: 6, maximum: 3),
          .score(options: 4, range: 5, blankAllowed: true),
        ], weights: Array(repeating: 1, count: 12))
      setup.drawn = [0, 3]
      setup.revoting = .lastCounts
      return try election(setup, voting: Array(0..<12) + [3, 5])
    },
    GoodRecord(name: "weights") { try election(ElectionSetup([.yesNo(blankAllowed: true)], weights: [1, 7, 1, 300])) },
    GoodRecord(name: "opening hours") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      (setup.opens, setup.closes) = (1_800_000_000_000, 1_800_000_600_000)
      return try election(setup)
    },
    GoodRecord(name: "no ballot at all") { try election(ElectionSetup([.yesNo(blankAllowed: true)]), voting: []) },
    GoodRecord(name: "some abstain") { try election(ElectionSetup([.yesNo(blankAllowed: true)]), voting: [2]) },
    GoodRecord(name: "re-voting, the last counts") {
      var setup = try ElectionSetup([.single(options: 3, blankAllowed: false)])
      setup.revoting = .lastCounts
      return try election(setup, voting: [0, 1, 0, 2, 0])
    },
    GoodRecord(name: "re-voting, numbers left out and the largest of all") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      setup.revoting = .lastCounts
      var forge = try Forge(setup)
      for number in [7, 8, .max - 2, .max - 1] as [UInt32] {
        forge.numbers[forge.voters[0].key] = number
        try forge.cast([[number == .max - 1 ? 1 : 0, 0]], by: 0)
      }
      forge.close()
      return (try forge.record(), [1, 0])
    },
    GoodRecord(name: "challenged and opened ballots") { try challenges() },
    GoodRecord(name: "one trustee") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      (setup.trustees, setup.threshold) = (1, 1)
      return try election(setup)
    },
    GoodRecord(name: "ten unacknowledged voters") {
      var setup = try ElectionSetup([.approval(options: 2, maximum: 2)], weights: Array(repeating: 1, count: 10))
      setup.smallAcknowledged = false
      return try election(setup)
    },
    GoodRecord(name: "ballots of two leaves each, over more than one tile") {
      try election(longSetup([250, 91], voters: 130))
    },
    GoodRecord(name: "ballots of three leaves, challenged and opened ones, too") { try longChallenges([250, 250, 250, 50]) },
    GoodRecord(name: "opened ballots of two leaves, cast ones of one") { try longChallenges([250, 50]) },
    GoodRecord(name: "more than one tile") {
      try election(ElectionSetup([.approval(options: 1, maximum: 1)], weights: Array(repeating: 1, count: 270)))
    },
  ]

  /// Elections that were paused, aborted, or had credentials replaced.
  private static let interrupted: [GoodRecord] = [
    GoodRecord(name: "paused and resumed, twice, and closed while paused") {
      let setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      var forge = try Forge(setup)
      for voter in 0..<2 {
        try forge.cast([[1, 0]], by: voter)
        forge.pause("Störung am Eingang: \(voter)")
        forge.resume()
      }
      try forge.cast([[0, 1]], by: 2)
      forge.pause(String(repeating: "r", count: 500))
      forge.close()
      return (try forge.record(), [2, 1])
    },
    GoodRecord(name: "replaced credentials") {
      let setup = try ElectionSetup([.yesNo(blankAllowed: true)], weights: [1, 20, 300, 1])
      var forge = try Forge(setup)
      forge.replace(0)
      try forge.cast([[1, 0]], by: 1)
      // One that was challenged with, replaced while voting is paused, and replaced again.
      let (ballot, opening) = try forge.encrypt([[1, 0]], by: 2)
      forge.challenge(ballot, by: 2)
      forge.publish(ballot, opening, by: 2)
      forge.pause()
      forge.replace(2)
      forge.replace(2)
      forge.resume()
      for voter in [0, 2] { try forge.cast([[0, 1]], by: voter) }
      forge.replace(3)
      forge.close()
      return (try forge.record(), [20, 301])
    },
    GoodRecord(name: "trustees absent from the fire drill") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      (setup.trustees, setup.threshold) = (5, 3)
      var forge = try Forge(setup) { $0.opening.absent = [2, 5] }
      try forge.cast([[1, 0]], by: 0)
      forge.close()
      return (try forge.record(), [1, 0])
    },
    GoodRecord(name: "aborted", aborted: "The roll was wrong.") {
      var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)]))
      for voter in 0..<3 { try forge.cast([[1, 0]], by: voter) }
      forge.abort("The roll was wrong.")
      return (try forge.abortedRecord(), [])
    },
    GoodRecord(name: "aborted while paused, before any ballot", aborted: "Nobody came.") {
      var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)]))
      forge.pause()
      forge.replace(1)
      forge.abort("Nobody came.")
      return (try forge.abortedRecord(), [])
    },
  ]

  /// Elections whose shares were handed over while voting went on.
  private static let renewed: [GoodRecord] = [
    GoodRecord(name: "refreshed twice, once while paused") {
      try renewing { forge in
        try forge.renew()
        try forge.cast([[1, 0]], by: 0)
        forge.pause()
        try forge.renew(by: [2, 3])
        forge.resume()
      }
    },
    GoodRecord(name: "a trustee replaced") { try renewing { try $0.renew(replacing: [2], by: [1, 3]) } },
    GoodRecord(name: "all trustees replaced, one by two hand-overs") {
      try renewing { forge in
        try forge.renew(replacing: [1, 3], by: [1, 2])
        try forge.cast([[1, 0]], by: 0)
        try forge.renew(replacing: [1, 2])
      }
    },
    GoodRecord(name: "replaced just before the end") {
      try renewing { forge in
        try forge.cast([[1, 0]], by: 0)
        try forge.renew(replacing: [3])
      }
    },
    GoodRecord(name: "handed over, and aborted", aborted: "Enough.") {
      var forge = try Forge(ElectionSetup([.yesNo(blankAllowed: true)]))
      try forge.renew(replacing: [3])
      forge.abort("Enough.")
      return (try forge.abortedRecord(), [])
    },
    GoodRecord(name: "the only trustee replaced") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      (setup.trustees, setup.threshold) = (1, 1)
      return try renewing(setup) { try $0.renew(replacing: [1]) }
    },
    GoodRecord(name: "five trustees, one absent at first and then replaced") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      (setup.trustees, setup.threshold) = (5, 3)
      var forge = try Forge(setup) { $0.opening.absent = [4] }
      try forge.renew(replacing: [4], by: [1, 2, 5])
      try forge.cast([[1, 0]], by: 0)
      forge.close()
      return (try forge.record(cosigners: [3, 4, 5], decrypting: [3, 4, 5]), [1, 0])
    },
  ]

  /// Elections whose boards are on a chain.
  private static let anchored: [GoodRecord] = [
    GoodRecord(name: "anchored, each state once") { try anchored { try $0.addAnchors([1, 2, 4], to: &$1) } },
    GoodRecord(name: "anchored, the election alone in the service's tree") {
      try anchored(.each) { $1["anchors"] = try $0.anchorFile([$0.anchor(block: 1, others: 0)]) }
    },
    GoodRecord(name: "anchored, but the record does not say where") { try anchored(.batch) { _, _ in } },
    GoodRecord(name: "anchored, and the certificate marked on Solana") {
      try anchored {
        try $0.addAnchors(to: &$1)
        $1["anchor-solana"] = try $0.solanaAnchor(of: $1["certificate"])
      }
    },
    GoodRecord(name: "marked on Solana only") {
      try anchored(nil) { $1["anchor-solana"] = try $0.solanaAnchor(of: $1["certificate"]) }
    },
    GoodRecord(name: "anchored, long ballots") {
      var setup = try longSetup([250, 91], voters: 3)
      setup.anchoring = try Forge.anchoring()
      return try anchored(setup) { try $0.addAnchors([1, 3, 5], to: &$1) }
    },
    GoodRecord(name: "anchored and aborted", aborted: "Enough.") {
      var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
      setup.anchoring = try Forge.anchoring()
      var forge = try Forge(setup)
      try forge.cast([[1, 0]], by: 0)
      forge.abort("Enough.")
      var record = try forge.abortedRecord()
      try forge.addAnchors([2], to: &record)
      return (record, [])
    },
  ]

  private static func anchored(
    _ mode: ElectionAnchoring.Mode? = .checkpoint, _ add: (inout Forge, inout MemoryRecord) throws -> Void
  ) throws -> (record: MemoryRecord, totals: [UInt64]) {
    var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
    setup.anchoring = try mode.map { try Forge.anchoring($0) }
    return try anchored(setup, add)
  }

  private static func anchored(
    _ setup: ElectionSetup, _ add: (inout Forge, inout MemoryRecord) throws -> Void
  ) throws -> (record: MemoryRecord, totals: [UInt64]) {
    var forge = try Forge(setup)
    let choice = setup.contests.map { values($0, 2) }
    for voter in 0..<3 { try forge.cast(choice, by: voter) }
    forge.close()
    var record = try forge.record()
    try add(&forge, &record)
    return (record, plainCount(setup, [0: choice, 1: choice, 2: choice]))
  }

  /// The first voter casts last, unless that was done between.
  private static func renewing(
    _ setup: ElectionSetup? = nil, _ renew: (inout Forge) throws -> Void
  ) throws -> (record: MemoryRecord, totals: [UInt64]) {
    var forge = try Forge(setup ?? ElectionSetup([.yesNo(blankAllowed: true)]))
    try forge.cast([[0, 1]], by: 1)
    try renew(&forge)
    if forge.numbers[forge.voters[0].key] == nil { try forge.cast([[1, 0]], by: 0) }
    forge.close()
    return (try forge.record(), [1, 1])
  }

  /// Votes differ from voter to voter and reach both ends of what is allowed.
  static func election(
    _ setup: ElectionSetup, voting: [Int]? = nil
  ) throws -> (record: MemoryRecord, totals: [UInt64]) {
    var forge = try Forge(setup)
    var last: [Int: [[UInt32]]] = [:]
    for (number, voter) in (voting ?? Array(setup.weights.indices)).enumerated() {
      let values = setup.contests.map { Self.values($0, number) }
      try forge.cast(values, by: voter)
      last[voter] = values
    }
    forge.close()
    return (try forge.record(), plainCount(setup, last))
  }

  static func plainCount(_ setup: ElectionSetup, _ last: [Int: [[UInt32]]]) -> [UInt64] {
    var totals = [UInt64](repeating: 0, count: setup.contests.reduce(0) { $0 + $1.options })
    for (voter, values) in last {
      for (option, value) in values.joined().enumerated() { totals[option] += UInt64(value) * UInt64(setup.weights[voter]) }
    }
    return totals
  }

  /// A choice that keeps the rules: by turns the least allowed, the most allowed, and something between.
  static func values(_ rules: ContestRules, _ number: Int) -> [UInt32] {
    var rest = [rules.minimum, rules.maximum, (rules.minimum + rules.maximum + 1) / 2][number % 3]
    var values = [UInt32](repeating: 0, count: rules.options)
    for step in 0..<rules.options {
      let value = min(rest, rules.range)
      values[(number + step) % rules.options] = UInt32(value)
      rest -= value
    }
    return values
  }

  /// Contests of so many options each, of which any number may be chosen: an option is a bit.
  private static func longSetup(_ options: [Int], voters: Int) throws -> ElectionSetup {
    try ElectionSetup(options.map { .approval(options: $0, maximum: $0) }, weights: Array(repeating: 1, count: voters))
  }

  private static func longChallenges(_ options: [Int]) throws -> (record: MemoryRecord, totals: [UInt64]) {
    let setup = try longSetup(options, voters: 3)
    let choice = setup.contests.map { values($0, 2) }
    var forge = try Forge(setup)
    try forge.cast(choice, by: 0)
    let (ballot, opening) = try forge.encrypt(choice, by: 1)
    forge.challenge(ballot, by: 1)
    forge.publish(ballot, opening, by: 1)
    try forge.cast(choice, by: 1)
    forge.close()
    return (try forge.record(), plainCount(setup, [0: choice, 1: choice]))
  }

  private static func challenges() throws -> (record: MemoryRecord, totals: [UInt64]) {
    let setup = try ElectionSetup([.single(options: 3, blankAllowed: true)])
    var forge = try Forge(setup)
    for choice in [[[1, 0, 0]], [[0, 0, 0]]] as [[[UInt32]]] {
      let (ballot, opening) = try forge.encrypt(choice, by: 0)
      forge.challenge(ballot, by: 0)
      forge.publish(ballot, opening, by: 0)
    }
    try forge.cast([[0, 1, 0]], by: 1)
    // Challenged twenty times, never opened, then cast.
    for _ in 0..<20 { forge.challenge(try forge.encrypt([[0, 0, 1]], by: 2).ballot, by: 2) }
    try forge.cast([[0, 1, 0]], by: 2)
    try forge.cast([[1, 0, 0]], by: 0)
    forge.close()
    return (try forge.record(), [1, 2, 0])
  }
}
