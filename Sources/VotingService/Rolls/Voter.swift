import Curve25519
import Database
import Elections

/// What the organiser says of somebody who is to vote.
public struct VoterDetails: Sendable, Equatable {
  /// Unlike that of any other voter of the election: a membership number, say.
  public var voterID: String
  public var name: String
  /// In lower case; may be empty.
  public var email: String
  /// How often the voter's ballot counts.
  public var weight: UInt32

  public init(voterID: String, name: String = "", email: String = "", weight: UInt32 = 1) {
    self.voterID = voterID
    self.name = name
    self.email = email.lowercased()
    self.weight = weight
  }

  /// What is wrong with it: member and reason.
  var fault: (member: String, reason: String)? {
    guard let id = Text(voterID), id.isName else { return ("voterId", "1 to 200 bytes without control characters are needed") }
    guard let name = Text(name), name.utf8.count <= Text.longestName else {
      return ("name", "at most 200 bytes without control characters are allowed")
    }
    if !email.isEmpty, !Self.isAddress(email) { return ("email", "is not an e-mail address") }
    return weight > 0 ? nil : ("weight", "a whole number from 1 to 4294967295 is needed")
  }

  /// What a search looks at.
  var searched: String { "\(voterID) \(name) \(email)".lowercased() }

  /// Whether mail could be sent there: one `@`, something on both sides, no spaces.
  private static func isAddress(_ email: String) -> Bool {
    guard let text = Text(email), text.utf8.count <= 254, !text.utf8.contains(0x20) else { return false }
    let parts = email.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
  }
}

/// Somebody on the roll of an election.
public struct Voter: Sendable, Equatable {
  public enum State: String, Sendable, CaseIterable {
    case admitted
    case excluded
  }

  public let id: String
  public let details: VoterDetails
  public let state: State
  /// The account that was admitted; `nil`: none.
  public let account: String?
  /// The public credential, where the service knows whose it is.
  public let credential: Bytes32?
  /// Whether a new device waits for the organiser to replace the old one's credential.
  public let awaitsReplacement: Bool

  static let columns = "id, voter_id, name, email, weight, state, account, credential, pending"

  /// From a row of `columns`, beginning at `first`.
  init(_ row: SQLRow, from first: Int = 0) throws {
    guard let state = State(rawValue: try row.text(first + 5)) else { throw DatabaseError.schema("a voter has an unknown state") }
    id = try row.text(first)
    details = VoterDetails(
      voterID: try row.text(first + 1), name: try row.text(first + 2), email: try row.text(first + 3),
      weight: UInt32(try row.integer(first + 4)))
    self.state = state
    account = row.isNull(first + 6) ? nil : try row.text(first + 6)
    credential = row.isNull(first + 7) ? nil : Bytes32(try row.bytes(first + 7))
    awaitsReplacement = !row.isNull(first + 8)
  }
}

/// Who may be admitted to a roll. Patterns compare without regard to the case of ASCII letters.
public struct RollRules: Sendable, Equatable {
  /// Addresses, voter ids, or domains (`@example.org`); empty: everybody.
  public var allow: [String]
  /// The same; wins over `allow`.
  public var exclude: [String]

  /// Most patterns of a list.
  public static let most = 10_000

  public init(allow: [String] = [], exclude: [String] = []) {
    self.allow = allow
    self.exclude = exclude
  }

  /// - Throws: `ElectionError.invalid`.
  func check() throws(ElectionError) {
    for (name, list) in [("allow", allow), ("exclude", exclude)] {
      guard list.count <= Self.most else { throw .invalid(path: name, reason: "at most \(Self.most) patterns are possible") }
      for (index, pattern) in list.enumerated() {
        guard let text = Text(pattern), text.isName, pattern != "@" else {
          throw .invalid(path: "\(name)[\(index)]", reason: "an e-mail address, a voter id or @ and a domain is needed")
        }
      }
    }
  }

  /// The same, quick to ask.
  var matcher: Matcher { Matcher(allow: Set(allow.map(Self.folded)), exclude: Set(exclude.map(Self.folded))) }

  struct Matcher: Sendable {
    fileprivate let allow: Set<[UInt8]>
    fileprivate let exclude: Set<[UInt8]>

    /// Whether a voter may be on the roll.
    func admits(_ voter: VoterDetails) -> Bool {
      var names = [RollRules.folded(voter.voterID)]
      if !voter.email.isEmpty {
        let email = RollRules.folded(voter.email)
        names.append(email)
        if let at = email.lastIndex(of: UInt8(ascii: "@")) { names.append(Array(email[at...])) }
      }
      if names.contains(where: exclude.contains) { return false }
      return allow.isEmpty || names.contains(where: allow.contains)
    }
  }

  static func folded(_ text: String) -> [UInt8] { text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 } }
}
