import Curve25519
import Testing

@testable import BallotCryptography

/// What a voter chooses is what the ballot encrypts, and the ballot verifies.
struct EncryptionTests {
  /// Every valid choice in every small contest.
  @Test func everyChoiceInEverySmallContest() throws {
    for rules in try smallContests() {
      var election = try TestElection([rules])
      var batch = BallotBatch(election.context)
      for values in tuples(rules.options, 0...UInt32(rules.range)) {
        guard let bits = election.spec.bits(of: [values.map { Int($0) }]) else {
          #expect(throws: BallotError.self) { try election.encrypt([values]) }
          continue
        }
        let (ballot, opening) = try election.encrypt([values])
        #expect(opening.bits.map { Int($0) } == bits)
        #expect(try election.decrypt(ballot) == opening.bits)
        #expect(election.layout.values(ofBits: opening.bits) == [values.map { UInt64($0) }])
        try batch.add(election.sign(ballot))
      }
      #expect(batch.count > 0)
      #expect(batch.invalidBallots() == [])
    }
  }

  /// Contests together, singly and by the equations of the specification.
  @Test func randomChoicesInTheSamples() throws {
    for rules in try sampleLayouts() {
      var election = try TestElection(rules)
      for _ in 0..<4 {
        let values = election.randomValues()
        let (ballot, opening) = try election.encrypt(values)
        #expect(ballot.bits == election.spec.bits)
        #expect(ballot.encoded.count == 166 + 192 * ballot.bits)
        let decrypted = try #require(try election.decrypt(ballot))
        #expect(decrypted == opening.bits)
        #expect(election.layout.values(ofBits: decrypted) == values.map { $0.map { UInt64($0) } })
        let cast = election.sign(ballot)
        #expect(defect(cast, election.context) == nil)
        #expect(election.slow.findings(cast).isEmpty)
      }
    }
  }

  /// As large as ballots may be.
  @Test func largestBallots() throws {
    let limited = try #require(ContestRules.approval(options: 250, maximum: 64))
    let scores = try #require(ContestRules.score(options: 25, range: 1000, blankAllowed: true))
    for rules in [[limited], [scores]] {
      var election = try TestElection(rules)
      let values = rules.map { rule in (0..<rule.options).map { $0 < 64 ? UInt32(rule.range) : 0 } }
      let (ballot, opening) = try election.encrypt(values)
      #expect(election.layout.values(ofBits: opening.bits) == values.map { $0.map { UInt64($0) } })
      #expect(try election.decrypt(ballot) == opening.bits)
      #expect(defect(election.sign(ballot), election.context) == nil)
    }
  }

  /// The same choice twice has nothing in common but election, credential and length.
  @Test func ballotsAreRandom() throws {
    var election = try TestElection(sampleLayouts()[9])
    let values = election.randomValues()
    let first = try BallotParts(election.encrypt(values).ballot)
    let second = try BallotParts(election.encrypt(values).ballot)
    let points = Set((first.points + second.points).map { $0.encoded })
    #expect(points.count == 2 * first.points.count)
    let scalars = Set((first.scalars + second.scalars).map { $0.encoded })
    #expect(scalars.count == 2 * first.scalars.count)
  }

  @Test func invalidChoicesAreRefused() throws {
    var election = try TestElection(sampleLayouts()[3])
    #expect(throws: BallotError.wrongNumberOfContests(expected: 1)) { try election.encrypt([]) }
    #expect(throws: BallotError.wrongNumberOfOptions(contest: 0, expected: 4)) { try election.encrypt([[1, 0, 0]]) }
    #expect(throws: BallotError.valueOutOfRange(contest: 0, option: 2, range: 1)) { try election.encrypt([[0, 0, 2, 0]]) }
    #expect(throws: BallotError.undervote(contest: 0, minimum: 1)) { try election.encrypt([[0, 0, 0, 0]]) }
    #expect(throws: BallotError.overvote(contest: 0, maximum: 1)) { try election.encrypt([[1, 0, 0, 1]]) }
  }
}
