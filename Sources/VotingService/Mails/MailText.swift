/// Subject and text of a kind of mail, with places to be filled.
public struct MailText: Sendable, Equatable {
  public let subject: String
  public let body: String

  /// Bytes of the longest of each.
  public static let longestSubject = 200
  public static let longestBody = 10_000

  /// - Throws: `ElectionError.invalid`: a place that is not known or may not stand there, one that is missing, control characters, or too long.
  public init(subject: String, body: String, for kind: MailKind) throws(ElectionError) {
    self.subject = subject
    self.body = body.replacing("\r\n", with: "\n")
    try Self.checkLength(subject, Self.longestSubject, "subject", mayBreak: false)
    try Self.checkLength(self.body, Self.longestBody, "text", mayBreak: true)
    _ = try Self.pieces(of: subject, kind.places.filter(\.mayBeInSubject), "subject")
    let named = try Self.pieces(of: self.body, kind.places, "text").compactMap(\.place)
    if let needed = kind.needed, !named.contains(needed) {
      throw .invalid(path: "text", reason: "{\(needed.rawValue)} is needed, for without it the mail would be of no use")
    }
  }

  private static func checkLength(_ text: String, _ most: Int, _ path: String, mayBreak: Bool) throws(ElectionError) {
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f || mayBreak && ($0 == "\n" || $0 == "\t") }
    guard isPlain, text.utf8.count <= most, text.contains(where: { !$0.isWhitespace }) else {
      throw .invalid(path: path, reason: "1 to \(most) bytes without control characters are needed")
    }
  }

  /// Subject and text with everything filled in.
  ///
  /// A paragraph whose only place has nothing to say is left out.
  ///
  /// - Parameter values: of all places of the kind; what could break a line is taken out of them.
  func filled(_ values: [MailPlace: String], for kind: MailKind) throws(ElectionError) -> (subject: String, body: String) {
    func fill(_ text: String, _ path: String) throws(ElectionError) -> String {
      try Self.pieces(of: text, kind.places, path).reduce(into: "") { filled, piece in
        switch piece {
        case .text(let text): filled += text
        case .place(let place):
          let value = Self.printable(values[place] ?? "", mayBreak: place.mayBreak)
          if value.isEmpty, filled.hasSuffix("\n\n") { filled.removeLast(2) }
          filled += value
        }
      }
    }
    return (try fill(subject, "subject"), try fill(body, "text"))
  }

  private static func printable(_ text: String, mayBreak: Bool) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f || mayBreak && $0 == "\n" }))
  }

  // MARK: Places

  /// A part of a text.
  enum Piece: Equatable {
    case text(String)
    case place(MailPlace)

    var place: MailPlace? { if case .place(let place) = self { place } else { nil } }
  }

  /// A text in pieces. An opening brace always begins a place.
  ///
  /// - Throws: `ElectionError.invalid` with the path.
  static func pieces(of text: String, _ places: [MailPlace], _ path: String) throws(ElectionError) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
      let word = rest[rest.index(after: open)...].prefix { $0 != "}" && $0 != "{" }
      guard word.endIndex < rest.endIndex, rest[word.endIndex] == "}", let place = MailPlace(rawValue: String(word)),
        places.contains(place)
      else {
        let known = places.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        let isClosed = word.endIndex < rest.endIndex && rest[word.endIndex] == "}" && word.count <= 20
        throw .invalid(path: path, reason: "{\(word.prefix(20))\(isClosed ? "}" : "…") is not known here; there are \(known)")
      }
      pieces.append(.place(place))
      rest = rest[rest.index(after: word.endIndex)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    return pieces
  }
}
