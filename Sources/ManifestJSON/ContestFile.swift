import BallotCryptography
import Curve25519
import Elections

/// A contest as a manifest's JSON file defines it.
struct ContestFile: Decodable {
  /// The contest.
  let contest: Contest

  private enum Keys: String, CodingKey, CaseIterable {
    case title, description, kind, options, order, minimum, maximum, range, blank
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(Keys.self)
    let kinds: KeyValuePairs<String, ContestKind> = ["yes-no": .yesNo, "single": .single, "approval": .approval, "score": .score]
    guard let kind = try members.choice(.kind, kinds) else {
      throw ManifestFault(decoder.codingPath, "“kind” is missing: yes-no, single, approval or score")
    }
    let title = try members.text(.title)
    let description = try members.description(.description)
    let options = try Self.options(kind, members)
    let order = try members.choice(.order, ["listed": OptionOrder.listed, "drawn": .drawn]) ?? .listed
    let rules = try Self.rules(kind, options: options.count, members)
    guard let contest = Contest(title: title, description: description, rules: rules, options: options, order: order) else {
      throw ManifestFault(decoder.codingPath + [Keys.options], "two options have one name")
    }
    self.contest = contest
  }

  private static func options(
    _ kind: ContestKind, _ members: KeyedDecodingContainer<Keys>
  ) throws -> [ContestOption] {
    let path = members.codingPath + [Keys.options]
    guard let options = try members.decodeIfPresent([OptionFile].self, forKey: .options) else {
      guard kind == .yesNo, let yes = Text("Yes"), let no = Text("No") else {
        throw ManifestFault(members.codingPath, "“options” is missing: the list of names")
      }
      return [ContestOption(name: yes), ContestOption(name: no)]
    }
    let possible =
      switch kind {
      case .yesNo: 2...2
      case .single: 2...ContestRules.mostOptions
      case .approval, .score: 1...ContestRules.mostOptions
      }
    guard possible.contains(options.count) else {
      let range = possible.count == 1 ? "exactly 2" : "from \(possible.lowerBound) to \(possible.upperBound)"
      throw ManifestFault(path, "\(options.count) options; \(range) are needed")
    }
    return options.map { $0.option }
  }

  /// The rules, each number named when it is out of place.
  private static func rules(
    _ kind: ContestKind, options: Int, _ members: KeyedDecodingContainer<Keys>
  ) throws -> ContestRules {
    let blank = try members.decodeIfPresent(Bool.self, forKey: .blank)
    let minimum = try members.number(.minimum, onlyIf: kind == .approval, in: 0...options)
    let maximum = try members.number(.maximum, onlyIf: kind == .approval, in: 1...options) ?? options
    let range = try members.number(.range, onlyIf: kind == .score, in: 2...ContestRules.largestRange)
    let least = minimum ?? (blank ?? true ? 0 : 1)
    if let blank, blank != (least == 0) {
      throw ManifestFault(members.codingPath + [Keys.blank], "\(blank) contradicts a minimum of \(least)")
    }
    guard least <= maximum else {
      throw ManifestFault(members.codingPath + [Keys.minimum], "\(least) is above the maximum, \(maximum)")
    }
    let rules: ContestRules?
    switch kind {
    case .yesNo: rules = .yesNo(blankAllowed: least == 0)
    case .single: rules = .single(options: options, blankAllowed: least == 0)
    case .approval: rules = .approval(options: options, minimum: least, maximum: maximum)
    case .score:
      guard let range else { throw ManifestFault(members.codingPath, "“range” is missing: the most points of an option") }
      rules = .score(options: options, range: range, blankAllowed: least == 0)
    }
    guard let rules else { throw ManifestFault(members.codingPath, "the numbers of the contest do not go together") }
    return rules
  }
}

/// An option: a name, or an object with name and description.
private struct OptionFile: Decodable {
  let option: ContestOption

  private enum Keys: String, CodingKey, CaseIterable {
    case name, description, picture
  }

  init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      option = ContestOption(name: try KeyedDecodingContainer<Keys>.text(name, decoder.codingPath))
    } else {
      let members = try decoder.strictContainer(Keys.self)
      option = ContestOption(
        name: try members.text(.name), description: try members.description(.description), picture: try Self.picture(members))
    }
  }

  /// The SHA-256 of a picture's file, in hexadecimal; `nil` if absent.
  private static func picture(_ members: KeyedDecodingContainer<Keys>) throws -> Bytes32? {
    guard let text = try members.decodeIfPresent(String.self, forKey: .picture) else { return nil }
    guard let hash = Hexadecimal.decode(Array(text.utf8)[...]) else {
      throw ManifestFault(
        members.codingPath + [Keys.picture], "64 lower-case hexadecimal digits are needed: the SHA-256 of its file")
    }
    return hash
  }
}

extension KeyedDecodingContainer {
  /// A number that only some kinds of contest have; `nil` if absent.
  fileprivate func number(_ key: Key, onlyIf applies: Bool, in range: ClosedRange<Int>) throws -> Int? {
    // As a `Double` first: of 1.5 where a whole number belongs, the decoder would not say where it stands.
    guard let value = try decodeIfPresent(Double.self, forKey: key) else { return nil }
    guard let number = Int(exactly: value) else { throw ManifestFault(codingPath + [key], "a whole number is needed") }
    guard applies else { throw ManifestFault(codingPath + [key], "this kind of contest has none; leave it out") }
    guard range.contains(number) else {
      throw ManifestFault(codingPath + [key], "\(number) is not possible; from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
