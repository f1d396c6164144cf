/// A language that pages are written in.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case german = "de"
  case french = "fr"
  case spanish = "es"

  /// As its speakers call it.
  public var ownName: String {
    switch self {
    case .english: "English"
    case .german: "Deutsch"
    case .french: "Français"
    case .spanish: "Español"
    }
  }

  /// What goes with a number (CLDR).
  func plural(_ count: Int64) -> PluralCategory {
    switch self {
    case .english, .german, .spanish: count == 1 ? .one : .other
    case .french: count == 0 || count == 1 ? .one : .other
    }
  }

  /// The language that a browser would rather have, by `Accept-Language` (RFC 9110, 12.5.4); English where it asks for none of ours.
  static func preferred(_ field: String?) -> Language {
    var best: (language: Language, quality: Double)?
    for part in (field ?? "").split(separator: ",").prefix(20) {
      let words = part.split(separator: ";").map { $0.filter { $0 != " " } }
      guard let tag = words.first?.lowercased(), let language = Language(rawValue: String(tag.prefix { $0 != "-" })) else {
        continue
      }
      let quality = words.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      if quality > 0, quality > best?.quality ?? 0 { best = (language, quality) }
    }
    return best?.language ?? .english
  }
}

/// Which form of a text goes with a number.
enum PluralCategory: String {
  case one
  case other
}
