/// Fields of a message's header. Whatever text is put in, what comes out is one field in printable ASCII: line feeds and everything else that
/// could end it are encoded (RFC 2047).
enum HeaderField {
  /// Bytes of the longest line, without its end (RFC 5322, 2.1.1; RFC 2047, 2).
  private static let longestLine = 76
  /// Bytes of the longest encoded word.
  private static let longestWord = 75

  /// `Name: text`, folded, with its end.
  static func text(_ name: String, _ text: String) -> String { field(name, words(of: text)) }

  /// `Name: display name <address>`.
  static func mailbox(_ name: String, _ mailbox: Mailbox) -> String {
    guard !mailbox.name.isEmpty else { return field(name, [mailbox.address.text]) }
    return field(name, phrase(mailbox.name) + ["<\(mailbox.address.text)>"])
  }

  /// A field of words that are printable ASCII, each on a new line where it would not fit.
  private static func field(_ name: String, _ words: [String]) -> String {
    var text = "\(name):"
    var used = text.utf8.count
    for word in words {
      if used + 1 + word.utf8.count > longestLine, used > 1 {
        text += "\r\n"
        used = 0
      }
      text += " " + word
      used += 1 + word.utf8.count
    }
    return text + "\r\n"
  }

  /// Words of a display name (RFC 5322, 3.2.5): atoms, a quoted string, or encoded words.
  private static func phrase(_ name: String) -> [String] {
    let bytes = Array(name.utf8)
    if bytes.allSatisfy({ MailAddress.isAtom($0) || $0 == 0x20 }), isPlain(name) {
      return name.split(separator: " ").map { String($0) }
    }
    if bytes.count <= 60, isPlain(name) {
      return ["\"" + name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""]
    }
    return encodedWords(of: name)
  }

  private static func words(of text: String) -> [String] {
    isPlain(text) ? text.split(separator: " ").map { String($0) } : encodedWords(of: text)
  }

  /// Whether a text can stand as it is: printable ASCII, single spaces between words that fit a line, nothing that looks like an encoded word.
  private static func isPlain(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }), !text.contains("=?") else { return false }
    return text.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0.utf8.count < 60 }
  }

  // MARK: Encoded words

  /// RFC 2047 words in UTF-8, whole characters each (5: "a multi-octet character may not be split across adjacent encoded-words"); in Q
  /// where most can still be read, else in B.
  static func encodedWords(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    let quoted = bytes.reduce(0) { $0 + (isSafe($1) || $1 == 0x20 ? 1 : 3) }
    return 2 * quoted <= 5 * bytes.count ? quotedWords(of: text) : base64Words(of: text)
  }

  private static func quotedWords(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      let piece = String(scalar).utf8.map { isSafe($0) ? String(UnicodeScalar($0)) : $0 == 0x20 ? "_" : "=" + hexadecimal($0) }
        .joined()
      if "=?UTF-8?Q?\(word)\(piece)?=".utf8.count > longestWord {
        words.append("=?UTF-8?Q?\(word)?=")
        word = ""
      }
      word += piece
    }
    return words + ["=?UTF-8?Q?\(word)?="]
  }

  private static func base64Words(of text: String) -> [String] {
    // 45 bytes become 60 letters.
    var words: [String] = []
    var word: [UInt8] = []
    for scalar in text.unicodeScalars {
      let piece = Array(String(scalar).utf8)
      if word.count + piece.count > 45 {
        words.append("=?UTF-8?B?\(base64(word))?=")
        word = []
      }
      word += piece
    }
    return words + ["=?UTF-8?B?\(base64(word))?="]
  }

  /// What the Q encoding leaves as it is everywhere, in phrases too (RFC 2047, 5, rule 3).
  private static func isSafe(_ byte: UInt8) -> Bool { MailAddress.isLetterOrDigit(byte) || "!*+-/".utf8.contains(byte) }

  /// RFC 4648, 4.
  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let word = part.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset) }
      for index in 0...3 {
        text.append(index <= part.count ? alphabet[Int(word >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Two digits.
  static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }
}
