import Dispatch
import Foundation
import Synchronization
import Testing

private let environment = ProcessInfo.processInfo.environment

/// Whole elections on the worst of networks. `COMITIA_SEED=123 swift test --filter Simulation` tells one of them step by step, `COMITIA_SEED=1,2,3` several.
struct SimulationTests {
  /// The first 1 000, or 100 000, or those from one number up to another: `COMITIA_SEEDS=5000-6000`.
  private static let seeds: Range<Int> = {
    let bounds = environment["COMITIA_SEEDS"].map { $0.split(separator: "-").compactMap { Int($0) } } ?? []
    if bounds.count == 2, bounds[0] < bounds[1] { return bounds[0]..<bounds[1] }
    return 0..<(environment["COMITIA_LONG"] == nil ? 1000 : 100_000)
  }()

  private static func ending(of seed: Int, _ mutation: Mutation? = nil) -> Ending {
    do {
      let world = try World(Plan(seed: UInt64(seed)), mutation: mutation)
      world.run()
      return world.ending
    } catch { return Ending(violation: "\(error)", phase: .failed, isExcluded: false, hasTwoResults: false) }
  }

  @Test(.enabled(if: environment["COMITIA_SEED"] == nil)) func noRuleIsEverBroken() {
    let found = Mutex<[(seed: Int, ending: Ending)]>([])
    DispatchQueue.concurrentPerform(iterations: Self.seeds.count) { index in
      let seed = Self.seeds.lowerBound + index
      let ending = Self.ending(of: seed)
      found.withLock { $0.append((seed, ending)) }
    }
    let endings = found.withLock { $0 }.sorted { $0.seed < $1.seed }
    for (seed, ending) in endings.filter({ $0.ending.violation != nil }).prefix(10) {
      Issue.record("seed \(seed): \(ending.violation ?? ""); to see it: COMITIA_SEED=\(seed) swift test --filter Simulation")
    }
    // What the rules are about has happened, often enough.
    func count(_ condition: (Ending) -> Bool) -> Int { endings.count { condition($0.ending) } }
    let counts = [
      count { $0.phase == .tallied }, count { $0.phase == .aborted }, count { $0.isBlamed }, count { $0.isExcluded },
      count { $0.hasTwoResults }, count { $0.renewals > 0 }, count { $0.isBlamedInHandOver }, count { $0.isConvicted },
      count { $0.hasTwoCertificates },
    ]
    if environment["COMITIA_TRACE"] != nil {
      print(
        "tallied, aborted, failed ceremonies, wrong shares, two results, renewals, failed hand-overs, convicted, two certificates: \(counts)"
      )
      for (fault, all) in Dictionary(grouping: endings.flatMap { $0.ending.faults }, by: { $0 }) { print(all.count, fault) }
    }
    guard endings.count >= 1000 else { return }
    let least = [250, 50, 20, 3, 0, 60, 5, 5, 1].map { max(1, $0 * endings.count / 1000) }
    #expect(zip(counts, least).allSatisfy { $0 >= $1 }, "\(counts)")
  }

  @Test(.enabled(if: environment["COMITIA_SEED"] != nil)) func tellOne() throws {
    let mutation = environment["COMITIA_MUTATION"].flatMap { Mutation(rawValue: $0) }
    for text in (environment["COMITIA_SEED"] ?? "").split(separator: ",") {
      let told = try Self.trace(of: #require(UInt64(text)), mutation)
      for line in told.trace { print(line) }
      #expect(told.violation == nil)
    }
  }

  private static func trace(of seed: UInt64, _ mutation: Mutation? = nil) throws -> (trace: [String], violation: String?) {
    let world = try World(Plan(seed: seed), mutation: mutation, traced: true)
    let violation = world.run()
    return (world.trace ?? [], violation)
  }

  /// Sets and dictionaries have another order in each process: nothing may depend on it.
  @Test(.enabled(if: environment["COMITIA_SEED"] == nil)) func oneNumberGivesOneTrace() throws {
    let seeds = (0..<10).map { UInt64(97 * $0) }
    let traces = try seeds.map { try Self.trace(of: $0).trace }
    #expect(traces.allSatisfy { $0.count > 20 } && Set(traces).count == seeds.count)
    #expect(try seeds.map { try Self.trace(of: $0).trace } == traces)

    let other = Process()
    other.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    other.arguments = ["--testing-library", "swift-testing", "--filter", "SimulationTests.SimulationTests/tellOne"]
    other.environment = environment.merging(
      ["COMITIA_SEED": seeds.map { "\($0)" }.joined(separator: ","), "LLVM_PROFILE_FILE": "/dev/null"]) { $1 }
    let pipe = Pipe()
    other.standardOutput = pipe
    other.standardError = FileHandle.nullDevice
    try other.run()
    let told = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    other.waitUntilExit()
    #expect(other.terminationStatus == 0)
    // What the testing library says stands between.
    let lines = told.split(separator: "\n").map { String($0) }.filter { $0.first?.isNumber == true || $0.hasPrefix("seed ") }
    #expect(lines == traces.flatMap { $0 })
  }

  /// Every rule that is broken deliberately is missed before long.
  @Test(.enabled(if: environment["COMITIA_SEED"] == nil)) func everyMutationIsFound() {
    let found = Mutex<[(Mutation, Int?, String)]>([])
    let mutations = Mutation.allCases.filter { [nil, $0.rawValue].contains(environment["COMITIA_MUTATION"]) }
    DispatchQueue.concurrentPerform(iterations: mutations.count) { index in
      let mutation = mutations[index]
      // Some rules matter in few elections: plans cost nothing, elections do.
      for seed in 0..<1000 where mutation.concerns(Plan(seed: UInt64(seed))) {
        guard let text = Self.ending(of: seed, mutation).violation else { continue }
        return found.withLock { $0.append((mutation, seed, text)) }
      }
      found.withLock { $0.append((mutation, nil, "")) }
    }
    for (mutation, seed, text) in found.withLock({ $0 }) {
      #expect(seed != nil, "nobody notices that the rule is broken: \(mutation)")
      if environment["COMITIA_TRACE"] != nil { print("\(mutation): seed \(seed ?? -1): \(text)") }
    }
  }
}
