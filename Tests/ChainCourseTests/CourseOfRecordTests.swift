import Curve25519
import Elections
import TestSupport
import Testing
import Verification

@Suite("What a record proves of an election's course")
struct CourseOfRecordTests {
  @Test("the bytes are those that chapter 12 names")
  func bytes() throws {
    let records = try CourseRecords()
    let course = try CourseRecords.course(records.whole)
    let forge = records.forge
    func hash(_ bytes: some Sequence<UInt8>) -> Bytes32 { Bytes32(SHA256.hash(Array(bytes)).span) }
    #expect(course.election == hash([0] + forge.entries[0]))
    #expect(course.manifest == hash(records.whole["manifest"]))
    // Of the file, what follows on its head of 14 bytes.
    let roll = records.whole["roll"][14...]
    let voters = stride(from: roll.startIndex, to: roll.endIndex, by: 68).map { Array(roll[$0..<$0 + 68]) }
    #expect(course.rollRoot == MerkleMirror.root(voters) && course.rollSize == UInt64(voters.count) && voters.count == 3)
    #expect(course.closing?.size == 5 && course.closing?.root == MerkleMirror.root(forge.entries))
    let file = records.whole["certificate"]
    guard case .published(let certificate, let r, let s, let key)? = course.end else {
      Issue.record("no result")
      return
    }
    #expect(certificate == hash(file) && r.bytes == Array(file[178..<210]) && s.bytes == Array(file[210..<242]))
    // Anybody verifies it with these words of the contract and the file.
    let message = Array("comitia result certificate/v1\n".utf8) + file[..<178]
    #expect(Ed25519.verify(signature: r.bytes + s.bytes, message: message, publicKey: key))
    let aborted = try CourseRecords.course(records.aborted)
    #expect(aborted.end == .aborted(reason: hash("The roll was wrong.".utf8)) && aborted.closing == nil)
    #expect(aborted.election == course.election && aborted.manifest == course.manifest)
  }

  @Test("of an election that goes on, only what its board proves so far")
  func soFar() throws {
    let records = try CourseRecords()
    let running = try CourseRecords.verify(records.running)
    #expect(running.report.isSoFar && running.report.passed && running.course?.closing == nil && running.course?.end == nil)
    let closed = try CourseRecords.course(records.closed)
    #expect(closed.closing == (try CourseRecords.course(records.whole)).closing && closed.end == nil)
    // A board that has ended, and whose end the trustees have not witnessed: it proves the opening.
    var alone = records.closed
    alone["checkpoint"] = try records.forge.checkpoint().bytes
    let unwitnessed = try CourseRecords.verify(alone)
    #expect(unwitnessed.report.isSoFar && unwitnessed.course?.closing == nil)
    #expect(unwitnessed.course?.rollRoot == closed.rollRoot)
  }

  @Test(
    "nothing is proved by a record that fails",
    arguments: ["manifest", "roll", "tally", "result", "certificate", "checkpoint", "draw-closing"])
  func fails(file: String) throws {
    var record = try CourseRecords().whole
    let last = record[file].count - 1
    record[file][last - (file == "checkpoint" ? 4 : 0)] ^= 1
    let (report, course) = try CourseRecords.verify(record)
    #expect(course == nil && report.firstFailure != nil)
  }

  @Test("a whole record is not made one of an election that goes on")
  func cutBack() throws {
    let records = try CourseRecords()
    // The checkpoint of before the end, with the files of the end: neither is a record.
    var record = records.whole
    for path in records.running.paths { record[path] = records.running[path] }
    #expect(try CourseRecords.verify(record).course == nil)
    record.files["tally"] = nil
    #expect(throws: UnreadableRecord.self) { try CourseRecords.verify(record) }
    // A closed board whose ballots fail.
    var closed = records.closed
    closed["roll"][20] ^= 1
    #expect(try CourseRecords.verify(closed).course == nil)
  }
}
