import Foundation
import TestEthereum
import Testing

@testable import VotingService

/// Numbers of gas stand in chapter 12 of the specification; what stands elsewhere is the same.
@Suite("Gas of the specification") struct GasTests {
  private typealias Gas = ChainCosts.Gas

  @Test func whatCostsAreReckonedFromIsTheTable() throws {
    let table = try GasTable()
    #expect(try Gas.anchor == table["anchor, each later one"])
    #expect(try Gas.single == table["recordVote, each later one"])
    #expect(try Gas.single + Gas.first == table["recordVote, an election's first"])
    #expect(try Gas.fullBatch == table["recordVoteBatch of 50"])
    // A line through measured points, as the text below the table says it.
    #expect(table.text.contains("A batch costs some \(spaced(Gas.batch)) and \(spaced(Gas.batched)) for each ballot"))
    for count in [1, 10, 50] as [UInt64] {
      let measured = try Double(table["recordVoteBatch of \(count)"])
      #expect(abs(Double(Gas.batch + count * Gas.batched) - measured) < 0.002 * measured)
    }
    #expect(table.text.contains("The design that this one replaces says \(spaced(Gas.replacedDesign)) for a ballot"))
  }

  @Test func savingsAreThoseOfTheTable() throws {
    let table = try GasTable()
    let anchored = try Double(table["anchor, each later one"]) / 10
    let ballots = try [
      Double(table["recordVote, each later one"]), Double(table["recordVoteBatch of 10, a ballot"]),
      Double(table["recordVoteBatch of 50, a ballot"]), anchored,
    ]
    func percent(_ gas: some Sequence<Double>, of whole: UInt64) -> [Int] {
      gas.map { Int((100 - 100 * $0 / Double(whole)).rounded()) }
    }
    #expect(try table.savings(against: "199 900") == percent(ballots, of: Gas.replacedDesign))
    let layout = try table["one vote, every field in a slot of its own"]
    #expect(try table.savings(against: "the layout measured here") == percent(ballots, of: layout))
    #expect(try table.savings(against: "our own `recordVote`") == percent(ballots.dropFirst(), of: Gas.single))
    // From how many ballots an anchor on it is 80 %.
    func enough(_ whole: UInt64) -> Int? { (1...100).first { 5 * Gas.anchor <= UInt64($0) * whole } }
    let (fromReplaced, fromOurs) = (try #require(enough(Gas.replacedDesign)), try #require(enough(Gas.single)))
    let said = "\(fromReplaced) ballots an anchor on, and than our own `recordVote` from \(fromOurs) on"
    #expect(table.text.contains(said))
  }

  /// `34 400`
  private func spaced(_ number: UInt64) -> String {
    let digits = String(number)
    return "\(digits.dropLast(3)) \(digits.suffix(3))"
  }
}
