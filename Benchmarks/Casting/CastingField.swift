import BallotCryptography
import Curve25519
import Elections
import LocalElection
import ParallelWork
import Sealing
import VotingService

/// An election of 5 options, at most one, and a ballot of every voter.
struct CastingField {
  let parts: OpeningParts
  let credentials: [Credential]

  init(ballots count: Int) throws {
    var random = SeededRandom(seed: Array("comitia benchmarks: casting, a seed".utf8))
    guard let rules = ContestRules.single(options: 5, blankAllowed: true), let title = Text("Benchmark"),
      let contest = Contest(
        title: title, rules: rules, options: (1...5).compactMap { Text("Option \($0)").map { ContestOption(name: $0) } }),
      let manifest = Manifest(title: title, revoting: .lastCounts, smallAcknowledged: true, contests: [contest]),
      let origin = Text("benchmark.example/casting")
    else { preconditionFailure("the benchmark's election is not one") }
    let names = (1...3).compactMap { Text("Trustee \($0)") }
    let trustees = try LocalTrustees(names: names, threshold: 2, cipher: AES256GCM.self, random: &random)
    let credentials = (0..<count).map { _ in Credential(random: &random) }
    self.credentials = credentials
    let roll = try Roll(self.credentials.map { RollEntry(credential: $0.publicKey, weight: 1, identity: .zero) })
    let (draw, output) = try trustees.draw(random: &random)
    parts = OpeningParts(
      origin: origin, manifest: manifest, trustees: trustees.roster, roll: roll, quorum: 2, draw: draw,
      openingDraw: OpeningDraw(draw, output))
  }

  /// A ballot of every voter, for the board with this id.
  func ballots(_ electionID: Bytes32) -> [[UInt8]] {
    let encryptor = BallotEncryptor(
      BallotContext(election: electionID, jointKey: parts.trustees.jointKey(.election), layout: parts.manifest.layout))
    let chunks = stride(from: 0, to: credentials.count, by: 256).map { $0..<min($0 + 256, credentials.count) }
    let voters = credentials
    return DispatchRunner(width: 2).map(chunks) { range -> [[UInt8]] in
      var random = SeededRandom(seed: electionID.bytes + Array("ballots \(range.lowerBound)".utf8))
      return range.map { voter in
        let values = [(0..<5).map { UInt32(voter % 6 == $0 ? 1 : 0) }]
        guard let (ballot, _) = try? encryptor.encrypt(values, credential: voters[voter].publicKey, number: 1, random: &random)
        else {
          preconditionFailure("a choice breaks the rules")
        }
        return CastBallot(ballot, credential: voters[voter], random: &random).encoded
      }
    }.flatMap { $0 }
  }
}
