import EmbeddedFiles
import StrictJSON

/// The texts of pages in all languages. What a language lacks is said in English: a test tells what must be complete.
public struct Catalogue: Sendable {
  /// A text, or its forms by number.
  enum Entry: Sendable, Equatable {
    case text(String)
    case forms(one: String, other: String)

    var texts: [String] {
      switch self {
      case .text(let text): [text]
      case .forms(let one, let other): [one, other]
      }
    }
  }

  /// By language and key.
  let entries: [Language: [String: Entry]]

  /// The texts that are built in.
  public static let builtIn = Catalogue([
    .english: builtIn("en", translated + ["access", "administration", "common", "mails", "organise"]),
    .german: builtIn("de", translated), .french: builtIn("fr", translated), .spanish: builtIn("es", translated),
  ])

  /// What is not for organisers alone.
  private static let translated = ["account", "conduct", "feedback", "public"]

  private static func builtIn(_ language: String, _ names: [String]) -> [[UInt8]] {
    names.map { EmbeddedFiles.bytes("catalogues/\($0)-\(language).json") }
  }

  /// - Precondition: the files are as the tests demand, and no key is in two of a language.
  init(_ files: [Language: [[UInt8]]]) {
    entries = files.mapValues { files in
      files.reduce(into: [:]) { entries, file in
        entries.merge(Self.entries(file)) { _, _ in preconditionFailure("one key in two files") }
      }
    }
  }

  private static func entries(_ file: [UInt8]) -> [String: Entry] {
    guard case .object(let members)? = try? JSONParser.parse(file) else { preconditionFailure("a catalogue is an object") }
    var entries: [String: Entry] = [:]
    for member in members {
      if let text = member.value.text {
        entries[member.name] = .text(text)
      } else if let one = member.value["one"]?.text, let other = member.value["other"]?.text {
        entries[member.name] = .forms(one: one, other: other)
      } else {
        preconditionFailure("\(member.name) is neither text nor forms")
      }
    }
    return entries
  }

  func entry(_ key: String, _ language: Language) -> Entry? { entries[language]?[key] ?? entries[.english]?[key] }
}

/// The texts in one language: `t("error.request", ["id": …])`.
public struct Texts: Sendable {
  public let language: Language
  private let catalogue: Catalogue

  init(_ language: Language, _ catalogue: Catalogue = .builtIn) {
    self.language = language
    self.catalogue = catalogue
  }

  /// A text with its places filled.
  ///
  /// - Parameter values: by the names of the places; `count` also chooses the form.
  func callAsFunction(_ key: String, _ values: KeyValuePairs<String, any TextValue> = [:]) -> String {
    let filled = values.map { ($0.key, $0.value.text(in: language)) }
    return Self.fill(form(key, values), filled) { $0 }
  }

  /// A text with markup in its places: what stands around them is escaped.
  func html(_ key: String, _ values: KeyValuePairs<String, HTML>) -> HTML {
    HTML(markup: Self.fill(HTML.escape(form(key, [:])), values.map { ($0.key, $0.value.markup) }) { $0 })
  }

  private func form(_ key: String, _ values: KeyValuePairs<String, any TextValue>) -> String {
    switch catalogue.entry(key, language) {
    case .text(let text)?: return text
    case .forms(let one, let other)?:
      let count = values.first { $0.key == "count" }?.value.number ?? 0
      return language.plural(count) == .one ? one : other
    // A key that is missing is found by a test; a page is better than none.
    case nil: return key
    }
  }

  /// One pass, so that what is filled in is not looked at again.
  private static func fill(_ text: String, _ values: [(String, String)], _ write: (String) -> String) -> String {
    guard text.contains("{") else { return text }
    var filled = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
      filled += rest[..<start]
      let name = rest[rest.index(after: start)..<end]
      filled += values.first { $0.0 == name }.map { write($0.1) } ?? String(rest[start...end])
      rest = rest[rest.index(after: end)...]
    }
    return filled + rest
  }
}

/// What may stand in a place of a text.
protocol TextValue: Sendable {
  func text(in language: Language) -> String
  /// What chooses the form of a text.
  var number: Int64? { get }
}

extension String: TextValue {
  func text(in language: Language) -> String { self }
  var number: Int64? { nil }
}

extension Int: TextValue {
  func text(in language: Language) -> String { NumberText.grouped(Int64(self), language) }
  var number: Int64? { Int64(self) }
}

extension Int64: TextValue {
  func text(in language: Language) -> String { NumberText.grouped(self, language) }
  var number: Int64? { self }
}

extension UInt64: TextValue {
  func text(in language: Language) -> String { NumberText.grouped(Int64(clamping: self), language) }
  var number: Int64? { Int64(clamping: self) }
}

extension UInt32: TextValue {
  func text(in language: Language) -> String { NumberText.grouped(Int64(self), language) }
  var number: Int64? { Int64(self) }
}
