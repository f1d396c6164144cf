/// Numbers as a language writes them.
enum NumberText {
  /// With groups of three digits. French and Spanish use a narrow blank that does not break; Spanish begins with five digits.
  static func grouped(_ number: Int64, _ language: Language) -> String {
    let digits = String(number.magnitude)
    let separator: String
    switch language {
    case .english: separator = ","
    case .german: separator = "."
    case .french: separator = "\u{202f}"
    case .spanish: separator = digits.count < 5 ? "" : "\u{202f}"
    }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += separator }
      text.append(digit)
    }
    return number < 0 ? "−" + text : text
  }

  /// A share with one decimal, rounded half up: `59.7%`.
  ///
  /// - Returns: `nil` for a share of nothing.
  static func percent(_ part: UInt64, of whole: UInt64, _ language: Language) -> String? {
    guard whole > 0 else { return nil }
    let thousandths = (part * 1000 + whole / 2) / whole
    let point = language == .english ? "." : ","
    let blank = language == .english ? "" : "\u{a0}"
    return "\(thousandths / 10)\(point)\(thousandths % 10)\(blank)%"
  }
}
