import BallotCryptography
import Curve25519

/// One thing that can be chosen.
public struct ContestOption: Equatable, Sendable {
  /// Unlike that of any other option of the contest.
  public let name: Text
  /// May be empty.
  public let description: Text
  /// SHA-256 of the file of its picture, which is published beside the record; `nil`: it has none.
  public let picture: Bytes32?

  /// An option. A hash of 32 zero bytes is none.
  public init(name: Text, description: Text = .empty, picture: Bytes32? = nil) {
    self.name = name
    self.description = description
    self.picture = picture == .zero ? nil : picture
  }
}

/// One question of an election.
public struct Contest: Equatable, Sendable {
  /// The question.
  public let title: Text
  /// May be empty.
  public let description: Text
  /// What a ballot may say.
  public let rules: ContestRules
  /// As many as the rules say, with distinct names.
  public let options: [ContestOption]
  /// In which order they are shown. The bits of a ballot and the totals keep the order of `options`.
  public let order: OptionOrder

  /// A contest; `nil` if the number of options is not that of the rules, two have one name, or a text is too long or no name.
  public init?(
    title: Text, description: Text = .empty, rules: ContestRules, options: [ContestOption], order: OptionOrder = .listed
  ) {
    guard title.isName, description.isDescription, options.count == rules.options,
      options.allSatisfy({ $0.name.isName && $0.description.isDescription })
    else { return nil }
    for index in options.indices where options[..<index].contains(where: { $0.name == options[index].name }) {
      return nil
    }
    self.title = title
    self.description = description
    self.rules = rules
    self.options = options
    self.order = order
  }
}

/// What a credential's second ballot does.
public enum Revoting: UInt8, Sendable, CaseIterable {
  /// It is refused.
  case refused = 0
  /// It replaces the first.
  case lastCounts = 1
}

/// Who issues the credentials, and so who could vote in a voter's stead.
public enum CredentialIssuer: UInt8, Sendable, CaseIterable {
  /// The service makes and mails them; it could vote for those who abstain.
  case service = 0
  /// A separate party makes them offline.
  case authority = 1
  /// Each voter's device makes its own.
  case voter = 2
}

/// The definition of an election (`docs/spec/06-record.md`, 6.1).
public struct Manifest: Sendable {
  /// The election's name.
  public let title: Text
  /// May be empty.
  public let description: Text
  /// When voting starts, Unix milliseconds; 0: by hand.
  public let opens: UInt64
  /// When voting ends, Unix milliseconds; 0: by hand.
  public let closes: UInt64
  /// What a second ballot does.
  public let revoting: Revoting
  /// Who issues credentials.
  public let issuer: CredentialIssuer
  /// The organiser knows that totals of fewer than ten voters may reveal votes.
  public let smallAcknowledged: Bool
  /// Where its board is anchored; `nil`: nowhere.
  public let anchoring: ElectionAnchoring?
  /// At least one, at most 50.
  public let contests: [Contest]
  /// Where the bits of a ballot stand.
  public let layout: BallotLayout

  /// A manifest; `nil` if the times are in the wrong order, the contests do not fit into a ballot, or a text is too long or no name.
  public init?(
    title: Text, description: Text = .empty, opens: UInt64 = 0, closes: UInt64 = 0, revoting: Revoting = .refused,
    issuer: CredentialIssuer = .service, smallAcknowledged: Bool = false, anchoring: ElectionAnchoring? = nil, contests: [Contest]
  ) {
    guard title.isName, description.isDescription, opens == 0 || closes == 0 || opens < closes,
      let layout = BallotLayout(contests.map { $0.rules })
    else { return nil }
    self.title = title
    self.description = description
    self.opens = opens
    self.closes = closes
    self.revoting = revoting
    self.issuer = issuer
    self.smallAcknowledged = smallAcknowledged
    self.anchoring = anchoring
    self.contests = contests
    self.layout = layout
  }

  /// Reads a manifest.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAM")
    let title = try reader.text("election title")
    let description = try reader.descriptionText("election description")
    let opens = try reader.u64("opening time")
    let closes = try reader.u64("closing time")
    guard let revoting = Revoting(rawValue: try reader.u8("re-voting")) else {
      throw .outOfRange(field: FieldName("re-voting"))
    }
    guard let issuer = CredentialIssuer(rawValue: try reader.u8("credential issuer")) else {
      throw .outOfRange(field: FieldName("credential issuer"))
    }
    let small = try reader.bool("small election acknowledged")
    let anchoring = try ElectionAnchoring.read(&reader)
    var contests: [Contest] = []
    for _ in 0..<(try reader.u8("number of contests")) { contests.append(try Self.readContest(&reader)) }
    try reader.finish()
    let manifest = Manifest(
      title: title, description: description, opens: opens, closes: closes, revoting: revoting, issuer: issuer,
      smallAcknowledged: small, anchoring: anchoring, contests: contests)
    guard let manifest else { throw .outOfRange(field: FieldName("times or contests")) }
    self = manifest
  }

  private static func readContest(_ reader: inout ByteReader) throws(CodecError) -> Contest {
    let kind = ContestKind(rawValue: try reader.u8("contest kind"))
    let title = try reader.text("contest title")
    let description = try reader.descriptionText("contest description")
    let range = Int(try reader.u16("range"))
    // An `Int` of a browser module has 32 bits.
    let minimum = Int(exactly: try reader.u32("minimum"))
    let maximum = Int(exactly: try reader.u32("maximum"))
    let order = OptionOrder(rawValue: try reader.u8("order of options"))
    let count = try reader.count16("number of options", in: 1...ContestRules.mostOptions)
    var options: [ContestOption] = []
    for _ in 0..<count {
      options.append(
        ContestOption(
          name: try reader.text("option name"), description: try reader.descriptionText("option description"),
          picture: try reader.b32("option picture")))
    }
    guard let kind, let minimum, let maximum, let order,
      let rules = ContestRules(kind: kind, options: count, range: range, minimum: minimum, maximum: maximum),
      let contest = Contest(title: title, description: description, rules: rules, options: options, order: order)
    else { throw .outOfRange(field: FieldName("contest")) }
    return contest
  }

  /// The encoding: what is hashed and published.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAM")
    writer.text(title)
    writer.text(description)
    writer.u64(opens)
    writer.u64(closes)
    writer.u8(revoting.rawValue)
    writer.u8(issuer.rawValue)
    writer.bool(smallAcknowledged)
    ElectionAnchoring.write(anchoring, &writer)
    writer.u8(UInt8(contests.count))
    for contest in contests {
      writer.u8(contest.rules.kind.rawValue)
      writer.text(contest.title)
      writer.text(contest.description)
      writer.u16(UInt16(contest.rules.range))
      writer.u32(UInt32(contest.rules.minimum))
      writer.u32(UInt32(contest.rules.maximum))
      writer.u8(contest.order.rawValue)
      writer.u16(UInt16(contest.options.count))
      for option in contest.options {
        writer.text(option.name)
        writer.text(option.description)
        writer.b32(option.picture ?? .zero)
      }
    }
    return writer.bytes
  }

  /// Whether ballots may be cast at a time, as far as the manifest says.
  public func allowsVoting(at time: UInt64) -> Bool {
    (opens == 0 || opens <= time) && (closes == 0 || time < closes)
  }

  /// The largest value that any option may get on one ballot.
  public var largestRange: UInt64 { contests.reduce(0) { max($0, UInt64($1.rules.range)) } }
}
