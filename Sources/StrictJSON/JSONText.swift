/// What a text may consist of. Each rule has its pattern (ECMA 262) for the schema beside the check; a test compares them.
public struct JSONTextRule: Sendable {
  /// As a regular expression over the whole text.
  public let pattern: String
  /// What is needed, to stand after the member's name.
  public let reason: String
  /// Whether a text keeps to it.
  public let accepts: @Sendable (String) -> Bool

  public init(pattern: String, reason: String, accepts: @escaping @Sendable (String) -> Bool) {
    self.pattern = pattern
    self.reason = reason
    self.accepts = accepts
  }

  /// One line: no control characters, no space at either end, not empty.
  public static let line = JSONTextRule(
    pattern: #"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f\u2028\u2029]*[^\s\u0000-\u001f\u007f-\u009f])?$"#,
    reason: "must be one line, without control characters and without spaces at its ends"
  ) { text in
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace || scalar.value == 0xfeff }
    return !isSpace(first) && !isSpace(last)
      && text.unicodeScalars.allSatisfy { !isControl($0) && $0.value != 0x2028 && $0.value != 0x2029 }
  }

  /// Lines and paragraphs: no control characters but line feed and tabulator. May be empty.
  public static let lines = JSONTextRule(
    pattern: #"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$"#, reason: "must be without control characters"
  ) { text in text.unicodeScalars.allSatisfy { !isControl($0) || $0 == "\n" || $0 == "\t" } }

  /// Anything but the character 0, which databases do not take.
  public static let secret = JSONTextRule(pattern: #"^[^\u0000]*$"#, reason: "must be without the character 0") { text in
    !text.utf8.contains(0)
  }

  /// Letters of ASCII, digits, `-` and `_`.
  public static let identifier = JSONTextRule(
    pattern: "^[A-Za-z0-9_-]+$", reason: "must consist of letters, digits, - and _"
  ) { text in
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x5f
      }
  }

  /// Lower-case hexadecimal digits.
  public static let hexadecimal = JSONTextRule(pattern: "^[0-9a-f]+$", reason: "must be lower-case hexadecimal digits") { text in
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) }
}

extension JSONCodec where Value == String {
  /// Text of so many characters (Unicode scalars), by a rule.
  public static func text(_ length: ClosedRange<Int>, _ rule: JSONTextRule = .line) -> JSONCodec {
    JSONCodec(
      schema: JSONSchema([
        "type": "string", "minLength": .integer(Int64(length.lowerBound)), "maxLength": .integer(Int64(length.upperBound)),
        "pattern": .text(rule.pattern),
      ]),
      read: { json, path, faults in
        guard let text = json.text else {
          faults.append(JSONFault(path, "text is needed"))
          return nil
        }
        guard length.contains(text.unicodeScalars.count) else {
          faults.append(JSONFault(path, "\(length.lowerBound) to \(length.upperBound) characters are needed"))
          return nil
        }
        guard rule.accepts(text) else {
          faults.append(JSONFault(path, rule.reason))
          return nil
        }
        return text
      }, write: { .text($0) })
  }

  /// Text in answers, of which nothing is promised.
  public static var anyText: JSONCodec {
    JSONCodec(
      schema: JSONSchema(["type": "string"]),
      read: { json, path, faults in
        guard let text = json.text else {
          faults.append(JSONFault(path, "text is needed"))
          return nil
        }
        return text
      }, write: { .text($0) })
  }
}

extension JSONCodec where Value == [UInt8] {
  /// Exactly so many bytes in lower-case hexadecimal digits.
  public static func hexadecimal(bytes count: Int) -> JSONCodec {
    JSONCodec<String>.text(count * 2...count * 2, .hexadecimal).converted(
      { text in
        let digits = text.utf8.map { $0 < 0x3a ? $0 - 0x30 : $0 - 0x61 + 10 }
        return (0..<count).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
      }, reason: "must be hexadecimal",
      back: { bytes in bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() })
  }
}
