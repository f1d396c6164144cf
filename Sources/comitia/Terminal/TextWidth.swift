extension String {
  /// Columns that the text takes on a terminal: East Asian characters and emoji take two.
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// With spaces on the right, up to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - displayWidth)) }

  /// With spaces on the left, up to a width.
  func paddedLeft(to width: Int) -> String { String(repeating: " ", count: max(0, width - displayWidth)) + self }

  /// Broken into lines of at most `width` columns, each after `indent` spaces. Words longer than a line are broken.
  func wrapped(to width: Int, indent: Int = 0) -> String {
    let available = max(16, width - indent)
    var lines: [String] = []
    for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        var rest = String(word)
        if !line.isEmpty, line.displayWidth + 1 + rest.displayWidth > available {
          lines.append(line)
          line = ""
        }
        while rest.displayWidth > available {
          let head = rest.cut(to: available)
          lines.append(head)
          rest = String(rest.dropFirst(head.count))
        }
        line += (line.isEmpty ? "" : " ") + rest
      }
      lines.append(line)
    }
    let margin = String(repeating: " ", count: indent)
    return lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
  }

  /// As many characters from the start as fit into a width, one at least.
  private func cut(to width: Int) -> String {
    var used = 0
    let head = prefix { character in
      used += character.displayWidth
      return used <= width
    }
    return head.isEmpty ? String(prefix(1)) : String(head)
  }

  /// Shortened to a width, with an ellipsis if need be.
  func shortened(to width: Int) -> String {
    displayWidth <= width ? self : cut(to: max(1, width - 1)) + "…"
  }

  /// Without what would disturb a terminal or deceive its reader: control characters and marks that turn the direction of text. Names come
  /// from files that anybody may have written.
  var printable: String {
    guard unicodeScalars.contains(where: { $0.disturbs }) else { return self }
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars { scalars.append(scalar.disturbs ? "\u{FFFD}" : scalar) }
    return String(scalars)
  }
}

extension Unicode.Scalar {
  fileprivate var disturbs: Bool {
    switch value {
    case 0...0x1f, 0x7f...0x9f, 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
    default: false
    }
  }
}

extension Character {
  fileprivate var displayWidth: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0..<0x300: return 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1faff, 0x20000...0x3fffd:
      return 2
    default: return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }
}
