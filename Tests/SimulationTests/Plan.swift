/// How the service behaves.
enum ServiceConduct: String {
  /// As it must.
  case honest
  /// Answers arrive with flipped bits, and states with other values.
  case garbling
  /// It has two boards, or two logs of a ceremony.
  case forking
  /// It tells some that the election is aborted, and goes on with it.
  case reviving
}

/// What becomes of an election: it follows from the number alone.
struct Plan {
  let seed: UInt64
  let trustees: Int
  let threshold: Int
  let quorum: Int
  let ballots: Int
  /// Whether the key ceremony and the fire drill are past when it begins.
  let isReady: Bool
  /// Whether it ends when all have accepted the opening.
  let endsAtOpening: Bool
  /// Whether it is left in the middle of the faults: only what must never happen is looked for.
  let isCutShort: Bool
  /// Who lies, ascending.
  let liars: [Int]
  let service: ServiceConduct
  /// Steps with faults; then all is well.
  let steps: Int
  /// In a thousand.
  let lost: Int
  let delayed: Int
  let doubled: Int
  let crashing: Int
  let corrupted: Int
  let interleaved: Int
  let lying: Int
  /// The step at which the organiser gives the election up.
  let abortion: Int?
  /// The step at which the service begins to fork or to tell of an abort.
  let turn: Int
  /// Whether it turns no sooner than somebody has decrypted: then both faces have one board.
  let turnsLate: Bool
  let handOver: HandOverPlan
  /// In a thousand: how often an organiser who could lets voting pause.
  let pausing: Int

  init(seed: UInt64) {
    var chance = Chance(seed)
    self.seed = seed
    trustees = chance.pick([1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, chance.pick([4, 5, 5, 7])])
    let least = trustees / 2 + 1
    threshold = least + chance.below(trustees - least + 1)
    let kind = chance.below(10)
    isReady = kind < 6
    endsAtOpening = kind >= 6 && kind < 9
    isCutShort = chance.happens(250)
    service = chance.pick([.honest, .honest, .honest, .garbling, .forking, .reviving])
    let most = chance.happens(isReady ? 80 : 400) ? trustees : trustees - threshold
    var liars: Set<Int> = []
    if most > 0, chance.happens(700) { for _ in 0..<1 + chance.below(most) { liars.insert(1 + chance.below(trustees)) } }
    self.liars = liars.sorted()
    let most2 = max(threshold, trustees - liars.count)
    quorum = threshold + chance.below(most2 - threshold + 1)
    ballots = 2 + chance.below(2)
    steps = 20 + chance.below(20) * trustees
    lost = chance.pick([0, 0, 60, 200])
    delayed = chance.pick([0, 0, 60, 150])
    doubled = chance.pick([0, 0, 100])
    crashing = chance.pick([0, 0, 30, 80])
    corrupted = chance.pick([0, 0, 150])
    interleaved = chance.pick([0, 50, 200])
    lying = chance.pick([150, 400, 1000])
    abortion = chance.happens(120) ? chance.below(steps) : nil
    turn = chance.below(max(1, steps / 2))
    turnsLate = service == .forking && isReady && chance.happens(600)
    handOver = HandOverPlan(trustees: trustees, steps: steps, &chance)
    pausing = chance.pick([0, 0, 150])
  }

  /// Whether the election must end if this many trustees are honest.
  func mustEnd(honest: Int) -> Bool {
    honest >= max(threshold, quorum) && (service == .honest || service == .garbling) && !isCutShort
  }

  var text: String {
    """
    seed \(seed): \(threshold) of \(trustees), quorum \(quorum), \(ballots) ballots, liars \(liars), service \(service), \
    \(isReady ? "from the fire drill" : endsAtOpening ? "to the opening" : "whole"), \(steps) steps, lost \(lost), delayed \(delayed), \
    doubled \(doubled), crashing \(crashing), corrupted \(corrupted), interleaved \(interleaved), lying \(lying), \
    abort \(abortion.map { "at \($0)" } ?? "never"), turn \(turnsLate ? "late" : "\(turn)"), hand-overs \(handOver.replaced), stranger \
    \(handOver.strangerAt.map { "at \($0)" } ?? "never"), pausing \(pausing)\(isCutShort ? ", cut short" : "")
    """
  }
}
