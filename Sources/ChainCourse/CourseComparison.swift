import Curve25519
import Ethereum
import Verification

/// Something that a contract keeps otherwise than the record proves it.
public struct CourseDifference: Equatable, Sendable {
  /// Contract and field, such as `ElectionManager.boardRoot`.
  public let field: String
  /// By the record.
  public let record: String
  /// By the contract.
  public let chain: String

  /// In words.
  public var text: String { "\(field) is \(chain), and by the record \(record)" }
}

/// What contracts keep, beside what a record proves.
public struct CourseComparison: Equatable, Sendable {
  /// What nobody can set right any more, or what the record does not prove.
  public private(set) var contradictions: [CourseDifference] = []
  /// A roll that is another, and not final: the next revision replaces it.
  public private(set) var replaced: [CourseDifference] = []
  /// Steps to be taken, in order; they count where nothing contradicts.
  public private(set) var missing: [CourseStep] = []

  /// Whether all that the record proves stands there, and nothing else.
  public var agrees: Bool { contradictions.isEmpty && replaced.isEmpty && missing.isEmpty }

  /// Compares.
  public init(_ course: ElectionCourse, _ state: CourseState) {
    if let election = state.election { compare(course, election) }
    if let roll = state.roll { compare(course, roll) }
    missing.sort { (CourseStep.allCases.firstIndex(of: $0) ?? 0) < (CourseStep.allCases.firstIndex(of: $1) ?? 0) }
  }

  private mutating func expect(_ field: String, _ record: String, _ chain: String) {
    if record != chain { contradictions.append(CourseDifference(field: "ElectionManager." + field, record: record, chain: chain)) }
  }

  private mutating func expect(_ field: String, _ record: Bytes32, _ chain: Bytes32) {
    expect(field, Hexadecimal.text(record.bytes), Hexadecimal.text(chain.bytes))
  }

  private mutating func compare(_ course: ElectionCourse, _ election: CourseState.Election) {
    var path: [(stage: CourseState.Stage, step: CourseStep)] = [(.created, .create), (.open, .open)]
    if course.closing != nil { path.append((.closed, .close)) }
    switch course.end {
    case .published: path.append((.published, .publishResult))
    case .aborted: path.append((.aborted, .abort))
    case nil: break
    }
    let taken = path.firstIndex { $0.stage == election.stage }.map { $0 + 1 } ?? 0
    missing += path[taken...].map(\.step)
    guard election.stage != .unknown else { return }
    // A contract that is further than the record, or went another way.
    if taken == 0 { expect("state", path.last?.stage.name ?? "", election.stage.name) }
    expect("manifest", course.manifest, election.manifest)
    guard election.stage != .created else { return }
    expect("rollRoot", course.rollRoot, election.rollRoot)
    expect("rollSize", "\(course.rollSize)", "\(election.rollSize)")
    if let closing = course.closing, election.stage != .open {
      expect("boardSize", "\(closing.size)", "\(election.boardSize)")
      expect("boardRoot", closing.root, election.boardRoot)
    } else if case .aborted? = course.end, election.stage == .aborted {
      // No record that ends with an abort has a closing checkpoint.
      expect("boardSize", "0", "\(election.boardSize)")
      expect("boardRoot", Bytes32([UInt8](repeating: 0, count: 32).span), election.boardRoot)
    }
    if case .published(let certificate, let r, let s, let key)? = course.end, election.stage == .published {
      let expected = [("result", certificate), ("signatureR", r), ("signatureS", s), ("key", key)]
      for ((name, expected), found) in zip(expected, election.result) { expect(name, expected, found) }
    }
    if case .aborted(let reason)? = course.end, election.stage == .aborted { expect("abortReason", reason, election.reason) }
  }

  private mutating func compare(_ course: ElectionCourse, _ roll: CourseState.Roll) {
    guard roll.revision > 0 else { return missing += [.setRoll, .freeze] }
    var found: [CourseDifference] = []
    for (field, record, chain) in [
      ("root", Hexadecimal.text(course.rollRoot.bytes), Hexadecimal.text(roll.root.bytes)),
      ("size", "\(course.rollSize)", "\(roll.size)"),
    ] where record != chain { found.append(CourseDifference(field: "VoterRegistry." + field, record: record, chain: chain)) }
    if roll.isFrozen {
      contradictions += found
    } else {
      replaced = found
      missing += found.isEmpty ? [.freeze] : [.setRoll, .freeze]
    }
  }
}
