import Elections
import Foundation
import TestSupport
import Testing
import Verification

/// What the command says of elections that were paused or aborted, and of replaced credentials.
@Suite("Interrupted elections")
struct InterruptedElectionTests {
  private func forge() throws -> Forge {
    var setup = try ElectionSetup([.yesNo(blankAllowed: true)])
    (setup.trustees, setup.threshold) = (5, 3)
    var forge = try Forge(setup) { $0.opening.absent = [2] }
    try forge.cast([[1, 0]], by: 0)
    forge.pause("A flood.")
    forge.replace(1)
    forge.resume()
    return forge
  }

  private func scratch(_ record: MemoryRecord) throws -> Scratch {
    let scratch = try Scratch()
    for (path, bytes) in record.files {
      let file = URL(fileURLWithPath: scratch.path + "/record/" + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    return scratch
  }

  @Test("an aborted election verifies, and is plainly said to be aborted, and why")
  func aborted() throws {
    var forge = try forge()
    forge.abort("The roll was wrong.")
    let scratch = try scratch(forge.abortedRecord())
    let verified = try CommandRun("verify", "record", in: scratch)
    #expect(verified.status == 0)
    #expect(verified.output.contains("The election was ABORTED: The roll was wrong."))
    #expect(!verified.output.contains("checks passed in") && verified.output.contains("Election id  \(forge.electionID.hex)"))
    for number in [9, 11, 12, 13] { #expect(verified.output.contains(" \(number)  –")) }
    let answer = try CommandRun("verify", "record", "--json", in: scratch).json()
    #expect(answer["aborted"] as? String == "The roll was wrong." && answer["ok"] as? Bool == true)
    #expect(answer["notRun"] as? [Int] == [9, 11, 12, 13] && answer["contests"] == nil)
    let inspected = try CommandRun("inspect", "record", in: scratch)
    #expect(inspected.status == 0 && inspected.output.contains("The election was aborted: it has no result"))
    #expect(inspected.output.contains("The roll was wrong."))
    let overview = try CommandRun("inspect", "record", "--json", in: scratch).json()
    #expect(overview["aborted"] as? String == "The roll was wrong." && overview["contests"] == nil)
    let entry = try CommandRun("inspect", "record", "5", in: scratch)
    #expect(entry.output.contains("the abort of the election") && entry.output.contains("The roll was wrong."))
  }

  @Test("an aborted election that was decrypted is refused")
  func decrypted() throws {
    var forge = try forge()
    forge.abort()
    let run = try CommandRun("verify", "record", in: scratch(forge.record()))
    #expect(run.status == 1 && run.output.contains("Check 9 failed") && run.output.contains("must never have one"))
  }

  @Test("pauses, replaced credentials and absent trustees are shown")
  func shown() throws {
    var forge = try forge()
    forge.close()
    let scratch = try scratch(forge.record())
    let verified = try CommandRun("verify", "record", in: scratch)
    #expect(verified.status == 0 && verified.output.contains("1 lost credential replaced"))
    let flowing = verified.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(flowing.contains("Absent from the fire drill before the opening, as the organiser acknowledged: Trustee 2."))
    let inspected = try CommandRun("inspect", "record", in: scratch).output
    #expect(inspected.contains("1 replaced credential") && inspected.contains("Trustee 2 missed the fire drill"))
    let overview = try CommandRun("inspect", "record", "--json", in: scratch).json()
    #expect(overview["replaced"] as? Int == 1 && overview["absent"] as? [Int] == [2] && overview["aborted"] == nil)
    let words = [(0, "missed the fire drill"), (2, "A flood."), (3, "a replaced credential"), (4, "the end of a pause")]
    for (entry, word) in words {
      #expect(try CommandRun("inspect", "record", "\(entry)", in: scratch).output.contains(word))
    }
    let replaced = try CommandRun("inspect", "record", "3", "--json", in: scratch).json()
    let content = try #require(replaced["content"] as? [String: Any])
    #expect(replaced["kind"] as? String == "replacement" && content["weight"] as? String == "1")
    #expect(content["credential"] as? String == forge.voters[1].key.hex)
  }
}
