/// The pieces of work whose time a trustee measures.
public enum TrusteeWork: UInt8, Sendable, CaseIterable {
  case keyCeremony = 0
  case fireDrill = 1
  case opening = 2
  case verification = 3
  case decryption = 4
  case record = 5
  case signing = 6

  /// In plain words.
  public var name: String {
    switch self {
    case .keyCeremony: "key ceremony"
    case .fireDrill: "fire drill"
    case .opening: "opening"
    case .verification: "verification"
    case .decryption: "decryption"
    case .record: "record"
    case .signing: "signing"
    }
  }
}
