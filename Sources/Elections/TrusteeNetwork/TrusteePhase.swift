/// Where an election stands for its trustees (`docs/spec/08-trustee-network.md`, 8.3).
public enum TrusteePhase: UInt8, Sendable, CaseIterable {
  case gathering = 0
  case ceremony = 1
  case failed = 2
  case drill = 3
  case ready = 4
  case open = 5
  case paused = 6
  case closing = 7
  case decrypting = 8
  case signing = 9
  /// The record is complete, and its mark on a public chain is to be signed.
  case marking = 10
  case tallied = 11
  case aborted = 12

  /// As the service names it.
  public var name: StaticString {
    switch self {
    case .gathering: "gathering"
    case .ceremony: "ceremony"
    case .failed: "failed"
    case .drill: "drill"
    case .ready: "ready"
    case .open: "open"
    case .paused: "paused"
    case .closing: "closing"
    case .decrypting: "decrypting"
    case .signing: "signing"
    case .marking: "marking"
    case .tallied: "tallied"
    case .aborted: "aborted"
    }
  }

  /// The phase of this name; `nil` if there is none.
  public init?(name: [UInt8]) {
    let phase = Self.allCases.first { phase in
      name.elementsEqual(UnsafeBufferPointer(start: phase.name.utf8Start, count: phase.name.utf8CodeUnitCount))
    }
    guard let phase else { return nil }
    self = phase
  }
}
