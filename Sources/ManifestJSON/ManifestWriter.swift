import BallotCryptography
import Curve25519
import Elections
import Foundation

extension Manifest {
  /// The definition as JSON that `ManifestFile` reads back to the same manifest.
  public var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Encoding plain texts and numbers cannot fail.
    guard let data = try? encoder.encode(WrittenManifest(self)) else { preconditionFailure("a manifest is always JSON") }
    return [UInt8](data)
  }
}

private struct WrittenManifest: Encodable {
  let title: String
  let description: String
  let opens: String?
  let closes: String?
  let revoting: String
  let credentials: String
  let smallAcknowledged: Bool
  let anchoring: WrittenAnchoring
  let contests: [WrittenContest]

  init(_ manifest: Manifest) {
    title = manifest.title.description
    description = manifest.description.description
    opens = Self.time(manifest.opens)
    closes = Self.time(manifest.closes)
    revoting =
      switch manifest.revoting {
      case .refused: "refused"
      case .lastCounts: "last-counts"
      }
    credentials =
      switch manifest.issuer {
      case .service: "service"
      case .authority: "authority"
      case .voter: "voter"
      }
    smallAcknowledged = manifest.smallAcknowledged
    anchoring = WrittenAnchoring(manifest.anchoring)
    contests = manifest.contests.map { WrittenContest($0) }
  }

  private static func time(_ milliseconds: UInt64) -> String? {
    guard milliseconds > 0 else { return nil }
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
    let text = Date(timeIntervalSince1970: TimeInterval(milliseconds / 1000)).formatted(style)
    return text.dropLast() + "." + String(1000 + milliseconds % 1000).dropFirst() + "Z"
  }
}

/// Written even where there is none: who reads it may have another usual mode.
private struct WrittenAnchoring: Encodable {
  let mode: String
  let chain: UInt64?
  let contract: String?

  init(_ anchoring: ElectionAnchoring?) {
    mode = AnchoringFile.word(for: anchoring?.mode)
    chain = anchoring?.chain
    contract = anchoring?.contractText
  }
}

private struct WrittenContest: Encodable {
  let title: String
  let description: String
  let kind: String
  let options: [WrittenOption]
  let order: String
  let minimum: Int?
  let maximum: Int?
  let range: Int?
  let blank: Bool

  init(_ contest: Contest) {
    let rules = contest.rules
    title = contest.title.description
    description = contest.description.description
    kind =
      switch rules.kind {
      case .yesNo: "yes-no"
      case .single: "single"
      case .approval: "approval"
      case .score: "score"
      }
    options = contest.options.map { WrittenOption($0) }
    order =
      switch contest.order {
      case .listed: "listed"
      case .drawn: "drawn"
      }
    minimum = rules.kind == .approval ? rules.minimum : nil
    maximum = rules.kind == .approval ? rules.maximum : nil
    range = rules.kind == .score ? rules.range : nil
    blank = rules.minimum == 0
  }
}

private struct WrittenOption: Encodable {
  let name: String
  let description: String
  let picture: String?

  init(_ option: ContestOption) {
    name = option.name.description
    description = option.description.description
    picture = option.picture.map { String(decoding: Hexadecimal.encode($0), as: UTF8.self) }
  }
}
