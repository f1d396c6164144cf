import BallotCryptography
import Curve25519
import Dispatch
import Elections
import Foundation
import LocalElection
import ParallelWork
import RecordFiles
import Sealing
import Verification

let n = Int(CommandLine.arguments[1])!
let rules = ContestRules.approval(options: 5, maximum: 1)!
let contest = Contest(title: Text("Board")!, rules: rules, options: (1...5).map { ContestOption(name: Text("Option \($0)")!) })!
let manifest = Manifest(title: Text("Test")!, smallAcknowledged: true, contests: [contest])!
var ballots: [PlainBallot] = []
for i in 0..<n { ballots.append(PlainBallot(values: [(0..<5).map { $0 == i % 6 ? 1 : 0 }])) }
let plan = ElectionPlan(manifest: manifest, trustees: (1...5).map { Text("Trustee \($0)")! }, threshold: 3, ballots: ballots)
var start = ContinuousClock.now
var last: ElectionPhase?
var election = LocalElection(plan, cipher: AES256GCM.self, random: SystemRandom(), runner: DispatchRunner(width: 2), clock: { UInt64(Date().timeIntervalSince1970 * 1000) }) { p in
  if p.done == p.total { print(p.phase.rawValue, ContinuousClock.now - start) }
}
let draft = try RecordDraft(path: CommandLine.arguments[2])
let (id, result) = try election.run(into: draft)
try draft.commit()
print(id.hex, result, plan.plainTotals)
start = ContinuousClock.now
let (report, facts) = try RecordVerifier(source: RecordFolder(path: CommandLine.arguments[2]), runner: DispatchRunner(width: 2)).verify()
for o in report.outcomes { print(o.check.rawValue, o.check.name, o.passed, o.detail) }
print(report.passed, ContinuousClock.now - start, facts?.castTimes as Any)
