import EmbeddedFiles
import StrictJSON

/// The languages of mails, each a catalogue of texts.
public enum MailLanguage: String, Sendable, CaseIterable {
  case english = "en"
  case german = "de"
  case french = "fr"
  case spanish = "es"

  /// All texts: key, text.
  var texts: [String: String] { Self.catalogues[self] ?? [:] }

  private static let catalogues: [MailLanguage: [String: String]] = [
    .english: read("en"), .german: read("de"), .french: read("fr"), .spanish: read("es"),
  ]

  /// A flat object of texts. The files are part of the program; a test reads them all.
  private static func read(_ language: String) -> [String: String] {
    let file = EmbeddedFiles.bytes("mails/\(language).json")
    guard case .object(let members)? = try? JSONParser.parse(file) else { preconditionFailure("a catalogue of mails is no object") }
    return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value.text ?? "") })
  }

  /// A text that every catalogue has.
  func text(_ key: String) -> String {
    guard let text = texts[key] else { preconditionFailure("the catalogue \(rawValue) has no \(key)") }
    return text
  }

  /// The text of a kind as long as nobody has changed it.
  func preset(_ kind: MailKind) -> MailText {
    do {
      return try MailText(subject: text("\(kind.rawValue).subject"), body: text("\(kind.rawValue).text"), for: kind)
    } catch { preconditionFailure("the catalogue \(rawValue) has a faulty text for \(kind.rawValue)") }
  }

  /// Where an election is anchored: of a confirmation, where the ballot will be; otherwise the whole board.
  ///
  /// - Parameters:
  ///   - anchor: the one that covers the whole board; `nil`: not yet.
  ///   - audit: where everybody sees it.
  func anchored(_ kind: MailKind, _ place: ChainPlace, _ anchor: Anchor?, audit: String) -> String {
    let network = texts["network.\(place.network)"] ?? text("network.other").replacing("{chain}", with: String(place.chain))
    let said = anchor.map { anchor in
      text("anchor.there").replacing("{transaction}", with: "0x" + anchor.transaction.lowercaseHex)
        .replacing("{block}", with: anchor.block.map { String($0) } ?? "")
    }
    return (said ?? text(kind == .confirmation ? "anchor.coming" : "anchor.awaited")).replacing("{network}", with: network)
      .replacing("{audit}", with: audit)
  }

  /// A time in UTC, to the minute.
  func time(_ milliseconds: UInt64) -> String {
    // 2026-11-21T08:22:29.000Z
    let digits = JSONTime.text(milliseconds)
    let parts = digits.split(whereSeparator: { "-T:.Z".contains($0) })
    guard parts.count >= 5, let month = Int(parts[1]), let day = Int(parts[2]) else { return digits }
    return text("time").replacing("{day}", with: String(day)).replacing("{month}", with: text("month.\(month)"))
      .replacing("{year}", with: parts[0]).replacing("{clock}", with: "\(parts[3]):\(parts[4])")
  }
}
