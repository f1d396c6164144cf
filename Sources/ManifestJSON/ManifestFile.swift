import BallotCryptography
import Elections
import Foundation

/// An election as a JSON file defines it (`docs/admin/README.md`).
public struct ManifestFile: Decodable, Sendable {
  private let title: Text
  private let description: Text
  private let opens: UInt64
  private let closes: UInt64
  private let revoting: Revoting
  private let issuer: CredentialIssuer
  private let smallAcknowledged: Bool
  private let anchoring: AnchoringFile?
  private let contests: [ContestFile]

  private enum Keys: String, CodingKey, CaseIterable {
    case title, description, opens, closes, revoting, credentials, smallAcknowledged, anchoring, contests
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(Keys.self)
    title = try members.text(.title)
    description = try members.description(.description)
    opens = try members.time(.opens)
    closes = try members.time(.closes)
    revoting = try members.choice(.revoting, ["refused": .refused, "last-counts": .lastCounts]) ?? .refused
    issuer = try members.choice(.credentials, ["service": .service, "authority": .authority, "voter": .voter]) ?? .service
    smallAcknowledged = try members.decodeIfPresent(Bool.self, forKey: .smallAcknowledged) ?? false
    anchoring = try members.decodeIfPresent(AnchoringFile.self, forKey: .anchoring)
    contests = try members.decode([ContestFile].self, forKey: .contests)
    guard (1...50).contains(contests.count) else {
      throw ManifestFault(decoder.codingPath + [Keys.contests], "\(contests.count) contests; from 1 to 50 are possible")
    }
    guard opens == 0 || closes == 0 || opens < closes else {
      throw ManifestFault(decoder.codingPath + [Keys.closes], "voting closes before it opens")
    }
  }

  /// Reads a definition.
  ///
  /// - Throws: `ManifestFault` that names the key.
  public init(json bytes: [UInt8]) throws(ManifestFault) {
    guard !bytes.isEmpty else { throw ManifestFault([], "is empty; docs/admin/README.md tells what a manifest says") }
    do {
      self = try JSONDecoder().decode(ManifestFile.self, from: Data(bytes))
    } catch let fault as ManifestFault {
      throw fault
    } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
      throw ManifestFault([], JSONSyntax.fault(in: bytes))
    } catch {
      throw (error as? DecodingError)?.fault ?? ManifestFault([], "not the JSON of a manifest")
    }
  }

  /// The definition of the election.
  ///
  /// - Parameters:
  ///   - title: replaces the file's, if given.
  ///   - acknowledgesSmall: whether the caller knows what totals of few voters reveal, even if the file does not say so.
  ///   - registry: number of the chain and address of the contract that anchor a board where the file does not name others; `nil`: none.
  ///     With it, a file that says nothing of anchoring means mode *checkpoint*.
  /// - Throws: `ManifestFault` when the contests do not fit into a ballot, or no chain is to be had for the mode of anchoring.
  public func manifest(
    title: Text? = nil, acknowledgesSmall: Bool = false, registry: (chain: UInt64, contract: [UInt8])? = nil
  ) throws(ManifestFault) -> Manifest {
    let anchoring =
      if let anchoring { try anchoring.anchoring(registry: registry) } else {
        registry.flatMap { ElectionAnchoring(mode: .checkpoint, chain: $0.chain, contract: $0.contract) }
      }
    let manifest = Manifest(
      title: title ?? self.title, description: description, opens: opens, closes: closes, revoting: revoting, issuer: issuer,
      smallAcknowledged: smallAcknowledged || acknowledgesSmall, anchoring: anchoring, contests: contests.map { $0.contest })
    if let manifest { return manifest }
    throw ManifestFault(
      [], "the contests together do not fit into one ballot of \(BallotLayout.mostBits) bits; leave out options, or lower the range"
    )
  }
}

extension KeyedDecodingContainer {
  /// A title or a name: not empty, without control characters, at most 200 bytes.
  func text(_ key: Key) throws -> Text {
    try Self.text(try decode(String.self, forKey: key), codingPath + [key])
  }

  static func text(_ string: String, _ path: [any CodingKey]) throws -> Text {
    guard let text = Text(string) else { throw ManifestFault(path, "control characters are not allowed") }
    guard !text.utf8.isEmpty else { throw ManifestFault(path, "may not be empty") }
    guard text.utf8.count <= Text.longestName else { throw ManifestFault(path, "longer than \(Text.longestName) bytes") }
    return text
  }

  /// A description: may be empty or absent, may have several lines.
  func description(_ key: Key) throws -> Text {
    guard let string = try decodeIfPresent(String.self, forKey: key) else { return .empty }
    guard let text = Text(string, lines: true) else {
      throw ManifestFault(codingPath + [key], "control characters other than line feeds are not allowed")
    }
    guard text.utf8.count <= Text.longestDescription else {
      throw ManifestFault(codingPath + [key], "longer than \(Text.longestDescription) bytes")
    }
    return text
  }

  /// One of a few words; `nil` if absent.
  func choice<Value>(_ key: Key, _ words: KeyValuePairs<String, Value>) throws -> Value? {
    guard let word = try decodeIfPresent(String.self, forKey: key) else { return nil }
    if let match = words.first(where: { $0.key == word }) { return match.value }
    throw ManifestFault(codingPath + [key], "“\(word)” is not possible; there are \(words.map { $0.key }.joined(separator: ", "))")
  }

  /// A time such as `2026-12-01T08:00:00Z` in Unix milliseconds; 0 if absent.
  fileprivate func time(_ key: Key) throws -> UInt64 {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return 0 }
    guard let match = text.wholeMatch(of: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3}))?Z/),
      let date = try? Date(match.output.1 + "Z", strategy: .iso8601), date.timeIntervalSince1970 > 0
    else { throw ManifestFault(codingPath + [key], "“\(text)” is not a time; write it in UTC, such as 2026-12-01T08:00:00Z") }
    return UInt64(date.timeIntervalSince1970) * 1000 + (match.output.2.flatMap { UInt64($0) } ?? 0)
  }
}
