import Foundation
import TestSupport
import Testing
import Verification

@Suite("The report as JSON")
struct ReportJSONTests {
  private struct Answer: Decodable, Equatable {
    struct Check: Decodable, Equatable {
      let id: Int
      let name: String
      let ok: Bool
      let detail: String
    }
    struct Contest: Decodable, Equatable {
      struct Option: Decodable, Equatable {
        let name: String
        let votes: UInt64
      }
      let title: String
      let options: [Option]
    }
    let ok: Bool
    let electionId: String?
    let selfConsistentOnly: Bool
    let aborted: String?
    let checks: [Check]
    let notRun: [Int]
    let contests: [Contest]?
    let draws: DrawsAnswer?
  }

  private func answer(_ evidence: Evidence) throws -> Answer {
    let (report, facts) = try verify(evidence.record, evidence.expectations)
    return try JSONDecoder().decode(Answer.self, from: Data(report.json(facts)))
  }

  @Test("has all checks and the votes of a good record")
  func good() throws {
    let forge = try Attack.closed(Attack.single())
    let answer = try answer(Evidence(record: forge.record()))
    #expect(answer.ok && answer.selfConsistentOnly && answer.notRun.isEmpty && answer.aborted == nil)
    #expect(answer.electionId == forge.electionID.hex)
    #expect(answer.checks.map { $0.id } == [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15])
    #expect(Set(answer.checks.map { $0.name }).count == 14)
    let options = (1...3).map { Answer.Contest.Option(name: "Option \($0)", votes: 1) }
    #expect(answer.contests == [Answer.Contest(title: "Contest 1", options: options)])
    let draws = try #require(answer.draws)
    #expect(draws.dutyOrder.sorted() == [1, 2, 3] && draws.optionOrders.isEmpty && draws.sample == [1, 2, 3])
    #expect(draws.lots.map { $0.votes } == [1] && draws.lots[0].options.sorted() == [0, 1, 2])
  }

  @Test("says why an election was aborted, and shows no votes of it")
  func aborted() throws {
    var forge = try Attack.begun(Attack.single())
    forge.abort(#"Wrong "roll"."#)
    let answer = try answer(Evidence(record: forge.abortedRecord()))
    #expect(answer.ok && answer.aborted == #"Wrong "roll"."# && answer.contests == nil && answer.draws == nil)
    #expect(answer.checks.map { $0.id } == Array(1...8) + [14, 15] && answer.notRun == [9, 11, 12, 13])
  }

  @Test("shows no votes of a bad record, but which election it says it is, and what was not run")
  func bad() throws {
    var forge = try Attack.closed(Attack.single())
    forge.rollFile.append(0)
    let answer = try answer(Evidence(record: forge.record()))
    #expect(!answer.ok && answer.contests == nil)
    #expect(answer.electionId == forge.electionID.hex)
    #expect(answer.checks.map { $0.id } == [1, 2, 3, 4, 14])
    #expect(answer.notRun == [5, 6, 7, 8, 9, 11, 12, 13, 15])
  }

  @Test("writes quotes, backslashes and line feeds so that they can be read back")
  func escapes() throws {
    let name = #"Opt"ion\"#
    var forge = try Forge(Attack.single()) { forge in
      let offset = try forge.manifestFile.firstOffset(of: Array("Option 1".utf8))
      forge.manifestFile = forge.manifestFile.replacing(offset, with: Array(name.utf8))
      forge.fixFiles()
    }
    forge.close()
    #expect(try answer(Evidence(record: forge.record())).contests?[0].options[0].name == name)
  }

  @Test("names no election where no entry 0 was found")
  func noEntry() throws {
    var record = try Attack.closed(Attack.single()).record()
    record["checkpoint"] = Array("nothing\n".utf8)
    let answer = try answer(Evidence(record: record))
    #expect(answer.electionId == nil && answer.checks.map { $0.id } == [5])
  }
}
