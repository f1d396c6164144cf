import Dispatch
import Foundation
import Synchronization
import Testing

private let environment = ProcessInfo.processInfo.environment

/// Whole elections on the worst of networks. `COMITIA_SEED=123 swift test --filter Simulation` tells one of them step by step.
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
    let seed = try #require(UInt64(environment["COMITIA_SEED"] ?? ""))
    let mutation = environment["COMITIA_MUTATION"].flatMap { Mutation(rawValue: $0) }
    let world = try World(Plan(seed: seed), mutation: mutation, traced: true)
    let violation = world.run()
    for line in world.trace ?? [] { print(line) }
    #expect(violation == nil)
  }

  /// Every rule that is broken deliberately is missed before long.
  @Test(.enabled(if: environment["COMITIA_SEED"] == nil)) func everyMutationIsFound() {
    let found = Mutex<[(Mutation, Int?, String)]>([])
    let mutations = Mutation.allCases.filter { [nil, $0.rawValue].contains(environment["COMITIA_MUTATION"]) }
    DispatchQueue.concurrentPerform(iterations: mutations.count) { index in
      let mutation = mutations[index]
      // Some rules matter in few elections: plans cost nothing, elections do.
      for seed in 0..<10_000 where mutation.concerns(Plan(seed: UInt64(seed))) {
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
