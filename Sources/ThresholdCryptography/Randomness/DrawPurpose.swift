/// What is drawn. Every purpose has random numbers of its own (`docs/spec/11-randomness.md`, 11.4).
public enum DrawPurpose: Equatable, Sendable {
  /// The order in which a contest's options are shown; contests are counted from 0.
  case optionOrder(contest: Int)
  /// The order in which trustees are asked first.
  case dutyOrder
  /// The order of a contest's options among which a lot decides; contests are counted from 0.
  case lotOrder(contest: Int)
  /// The cast ballots that are audited.
  case auditSample

  var label: StaticString {
    switch self {
    case .optionOrder: "option order"
    case .dutyOrder: "duty order"
    case .lotOrder: "lot order"
    case .auditSample: "audit sample"
    }
  }

  var index: UInt64 {
    switch self {
    case .optionOrder(let contest), .lotOrder(let contest): UInt64(contest)
    case .dutyOrder, .auditSample: 0
    }
  }
}
