import Curve25519
import TestSupport
import Testing
import Verification

@testable import ChainCourse

@Suite("Contracts beside a record")
struct CourseComparisonTests {
  private typealias Stage = CourseState.Stage

  private static func zero() -> Bytes32 { Bytes32([UInt8](repeating: 0, count: 32).span) }
  private static func other(_ hash: Bytes32) -> Bytes32 { hash.opposite }

  /// What contracts keep of a course, but for one field.
  private static func state(_ course: ElectionCourse, _ stage: Stage, but field: String = "") -> CourseState {
    func hash(_ name: String, _ value: Bytes32?, from first: Stage = .created) -> Bytes32 {
      guard let value, stage.rawValue >= first.rawValue else { return zero() }
      return name == field ? other(value) : value
    }
    func number(_ name: String, _ value: UInt64?, from first: Stage) -> UInt64 {
      guard let value, stage.rawValue >= first.rawValue else { return 0 }
      return name == field ? value + 1 : value
    }
    var result = [Bytes32](repeating: zero(), count: 4)
    if case .published(let certificate, let r, let s, let key)? = course.end, stage == .published {
      result = zip(["result", "signatureR", "signatureS", "key"], [certificate, r, s, key]).map { hash($0, $1) }
    }
    var reason = zero()
    if case .aborted(let hashed)? = course.end, stage == .aborted { reason = hash("abortReason", hashed) }
    return CourseState(
      block: 1,
      election: CourseState.Election(
        stage: stage, manifest: hash("manifest", course.manifest), rollRoot: hash("rollRoot", course.rollRoot, from: .open),
        rollSize: number("rollSize", course.rollSize, from: .open),
        boardSize: number("boardSize", course.closing?.size, from: .closed),
        boardRoot: hash("boardRoot", course.closing?.root, from: .closed), times: [1, 2, 3, 4], result: result, reason: reason),
      roll: CourseState.Roll(
        root: field == "root" ? other(course.rollRoot) : course.rollRoot, size: course.rollSize + (field == "size" ? 1 : 0),
        revision: 1,
        time: 1, isFrozen: true))
  }

  @Test("each altered field is found, with both values")
  func altered() throws {
    let course = try CourseRecords.course(CourseRecords().whole)
    let fields: [(stage: Stage, fields: [String])] = [
      (.created, ["manifest"]), (.open, ["manifest", "rollRoot", "rollSize"]),
      (.closed, ["manifest", "rollRoot", "rollSize", "boardSize", "boardRoot"]),
      (
        .published,
        ["manifest", "rollRoot", "rollSize", "boardSize", "boardRoot", "result", "signatureR", "signatureS", "key", "root", "size"]
      ),
    ]
    for (stage, fields) in fields {
      #expect(CourseComparison(course, Self.state(course, stage)).contradictions.isEmpty)
      for field in fields {
        let found = CourseComparison(course, Self.state(course, stage, but: field)).contradictions
        let contract = ["root", "size"].contains(field) ? "VoterRegistry." : "ElectionManager."
        #expect(found.map(\.field) == [contract + field], "\(stage)")
        for difference in found {
          #expect(difference.record != difference.chain)
          #expect(difference.text.contains(difference.record) && difference.text.contains(difference.chain))
        }
      }
    }
    #expect(CourseComparison(course, Self.state(course, .published)).agrees)
  }

  @Test("the same of one that was aborted")
  func aborted() throws {
    let course = try CourseRecords.course(CourseRecords().aborted)
    #expect(CourseComparison(course, Self.state(course, .aborted)).agrees)
    for field in ["manifest", "rollRoot", "rollSize", "abortReason"] {
      #expect(
        CourseComparison(course, Self.state(course, .aborted, but: field)).contradictions.map(\.field) == [
          "ElectionManager." + field
        ])
    }
    let closed = try CourseRecords.course(CourseRecords().closed)
    let closing = try need(closed.closing, "closing checkpoint")
    let hashed = Self.state(course, .aborted)
    let reason = try need(hashed.election, "election").reason
    let election = CourseState.Election(
      stage: .aborted, manifest: course.manifest, rollRoot: course.rollRoot, rollSize: course.rollSize, boardSize: closing.size,
      boardRoot: closing.root, times: [1, 2, 3, 4], result: [], reason: reason)
    let strange = CourseState(block: 1, election: election, roll: nil)
    #expect(
      CourseComparison(course, strange).contradictions.map(\.field) == ["ElectionManager.boardSize", "ElectionManager.boardRoot"])
  }

  @Test("a contract that is further than the record, or went another way, does not agree")
  func further() throws {
    let records = try CourseRecords()
    let (running, whole) = (try CourseRecords.course(records.running), try CourseRecords.course(records.whole))
    let aborted = try CourseRecords.course(records.aborted)
    for (record, chain, stage) in [
      (running, whole, Stage.closed), (running, whole, .published), (running, aborted, .aborted), (whole, aborted, .aborted),
      (aborted, whole, .closed),
    ] {
      let found = CourseComparison(record, Self.state(chain, stage))
      #expect(found.contradictions.first?.field == "ElectionManager.state" && found.contradictions.first?.chain == stage.name)
      #expect(!found.agrees)
    }
  }

  @Test("what is missing is in the order in which it is sent")
  func missing() throws {
    let records = try CourseRecords()
    let whole = try CourseRecords.course(records.whole)
    let empty = CourseState(
      block: 1, election: Self.state(whole, .unknown).election,
      roll: CourseState.Roll(root: Self.zero(), size: 0, revision: 0, time: 0, isFrozen: false))
    #expect(CourseComparison(whole, empty).missing == [.create, .setRoll, .freeze, .open, .close, .publishResult])
    #expect(CourseComparison(try CourseRecords.course(records.running), empty).missing == [.create, .setRoll, .freeze, .open])
    #expect(
      CourseComparison(try CourseRecords.course(records.aborted), empty).missing == [.create, .setRoll, .freeze, .open, .abort])
    #expect(
      CourseComparison(whole, CourseState(block: 1, election: empty.election, roll: nil)).missing == [
        .create, .open, .close, .publishResult,
      ])
    #expect(CourseComparison(whole, Self.state(whole, .closed)).missing == [.publishResult])
  }
}

extension Bytes32 {
  /// All bits turned.
  fileprivate var opposite: Bytes32 {
    var changed = [UInt8](repeating: 0, count: 32)
    for index in changed.indices { changed[index] = ~self[index] }
    return Bytes32(changed.span)
  }
}
