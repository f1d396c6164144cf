import Curve25519
import Ethereum
import Verification

/// A step of an election that a contract keeps, in the order in which they are taken (`docs/spec/12-anchors.md`, 12.4 and 12.5).
public enum CourseStep: String, CaseIterable, Sendable {
  case create, setRoll, freeze, open, close, publishResult, abort

  /// The contract that keeps it.
  public var contract: CourseContract {
    switch self {
    case .setRoll, .freeze: .voterRegistry
    case .create, .open, .close, .publishResult, .abort: .electionManager
    }
  }

  /// Units of gas (12.8).
  public var gas: UInt64 {
    switch self {
    case .create: 72_949
    case .setRoll: 73_981
    case .freeze: 36_062
    case .open: 78_507
    case .close: 61_448
    case .publishResult: 124_557
    case .abort: 56_101
    }
  }

  /// The steps that a record proves to have been taken.
  static func all(of course: ElectionCourse, in contracts: CourseContracts) -> [CourseStep] {
    var steps: [CourseStep] = [.create, .setRoll, .freeze, .open]
    if course.closing != nil { steps.append(.close) }
    switch course.end {
    case .published: steps.append(.publishResult)
    case .aborted: steps.append(.abort)
    case nil: break
    }
    return steps.filter { contracts[$0.contract] != nil }
  }

  /// The data of the transaction that takes it.
  ///
  /// - Precondition: a step that the course has.
  func call(_ course: ElectionCourse) -> [UInt8] {
    let election = ABIValue.bytes32(course.election)
    switch (self, course.end) {
    case (.create, _): return Self.data("create(bytes32,bytes32)", election, .bytes32(course.manifest))
    case (.setRoll, _):
      return Self.data("setRoll(bytes32,bytes32,uint64)", election, .bytes32(course.rollRoot), .uint64(course.rollSize))
    case (.freeze, _): return Self.data("freeze(bytes32)", election)
    case (.open, _):
      return Self.data("open(bytes32,bytes32,uint64)", election, .bytes32(course.rollRoot), .uint64(course.rollSize))
    case (.close, _):
      guard let closing = course.closing else { preconditionFailure("the course has no such step") }
      return Self.data("close(bytes32,uint64,bytes32)", election, .uint64(closing.size), .bytes32(closing.root))
    case (.publishResult, .published(let certificate, let r, let s, let key)):
      return Self.data(
        "publishResult(bytes32,bytes32,bytes32,bytes32,bytes32)", election, .bytes32(certificate), .bytes32(r), .bytes32(s),
        .bytes32(key))
    case (.abort, .aborted(let reason)): return Self.data("abort(bytes32,bytes32)", election, .bytes32(reason))
    default: preconditionFailure("the course has no such step")
    }
  }

  private static func data(_ signature: String, _ arguments: ABIValue...) -> [UInt8] {
    guard let function = try? ABIFunction(signature), let encoded = try? ABIValue.encode(arguments, as: function.parameters) else {
      preconditionFailure(signature)
    }
    return function.selector + encoded
  }
}

/// A contract that keeps steps of elections.
public enum CourseContract: String, CaseIterable, Sendable {
  case electionManager = "ElectionManager"
  case voterRegistry = "VoterRegistry"
}

/// Where the contracts are; one of them may be missing.
public struct CourseContracts: Equatable, Sendable {
  private var addresses: [CourseContract: Address] = [:]

  /// None.
  public init() {}

  /// Where one is.
  public subscript(_ contract: CourseContract) -> Address? {
    get { addresses[contract] }
    set { addresses[contract] = newValue }
  }

  /// Those that there are, in their order.
  public var all: [(contract: CourseContract, address: Address)] {
    CourseContract.allCases.compactMap { contract in addresses[contract].map { (contract, $0) } }
  }
}
