/// The drawings of the page that explains. They go with words that say the same, so that they are hidden from those who listen.
enum HowDrawings {
  private static func drawing(@HTMLBuilder _ content: () -> HTML) -> HTML {
    svg(.class("drawing"), .named("viewBox", "0 0 320 120"), .aria("hidden", "true")) { content() }
  }

  private static func line(_ path: String, _ name: String = "") -> HTML { svgPath(.class(name), .named("d", path)) }

  private static func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ name: String = "") -> HTML {
    rect(
      .class(name), .named("x", String(x)), .named("y", String(y)), .named("width", String(width)),
      .named("height", String(height)), .named("rx", "3"))
  }

  private static func dot(_ x: Int, _ y: Int, _ radius: Int, _ name: String = "") -> HTML {
    circle(.class(name), .named("cx", String(x)), .named("cy", String(y)), .named("r", String(radius)))
  }

  private static func padlock(_ x: Int, _ y: Int, isOpen: Bool = false) -> HTML {
    group {
      line(isOpen ? "M\(x - 6) \(y)v-7a6 6 0 0 1 11 -3" : "M\(x - 6) \(y)v-6a6 6 0 0 1 12 0v6")
      box(x - 9, y, 18, 14, "full")
      line("M\(x) \(y + 5)v4")
    }
  }

  private static func sealed(_ x: Int, _ y: Int) -> HTML {
    group {
      box(x, y, 44, 32)
      line("M\(x) \(y)l22 15l22 -15", "faint")
      dot(x + 22, y + 17, 5, "full")
    }
  }

  private static func arrow(_ x: Int, _ y: Int, _ length: Int) -> HTML {
    line("M\(x) \(y)h\(length)m-7 -6l7 6l-7 6", "faint")
  }

  /// A choice on a device becomes a sealed ballot.
  static let lock = drawing {
    box(26, 8, 62, 104)
    line("M50 102h14", "faint")
    for row in 0..<3 {
      box(36, 24 + row * 24, 12, 12)
      line("M54 \(30 + row * 24)h24", "faint")
    }
    line("M38 50l8 8m0 -8l-8 8", "pen")
    arrow(108, 60, 74)
    padlock(145, 38)
    sealed(216, 42)
  }

  /// Sealed ballots on a board, each tied to the one before, and people who look at it.
  static let board = drawing {
    box(20, 14, 200, 78)
    for column in 0..<3 { sealed(34 + column * 62, 36) }
    for column in 0..<2 { line("M\(78 + column * 62) 52h18") }
    for person in 0..<2 {
      dot(254 + person * 34, 52, 9)
      line("M\(240 + person * 34) 92c0 -20 28 -20 28 0")
    }
    line("M20 106h200", "faint")
  }

  /// Sealed ballots are added up without being opened.
  static let add = drawing {
    for row in 0..<3 { sealed(30, 4 + row * 39) }
    line("M92 20c30 0 30 40 52 40M92 59h52M92 98c30 0 30 -38 52 -38", "faint")
    dot(164, 60, 14)
    line("M164 53v14M157 60h14")
    arrow(186, 60, 34)
    box(234, 34, 64, 50, "full")
    line("M234 34l32 24l32 -24")
    dot(266, 60, 7)
  }

  /// Several trustees together open the total, and nothing else.
  static let open = drawing {
    for key in 0..<3 {
      dot(34, 22 + key * 38, 9, key == 2 ? "faint" : "full")
      line("M43 \(22 + key * 38)h34m-8 0v8m-10 -8v6", key == 2 ? "faint" : "")
    }
    line("M92 22c34 0 34 34 56 36M92 60h56")
    padlock(166, 50, isOpen: true)
    arrow(186, 60, 30)
    box(230, 14, 70, 92)
    line("M244 92v-24h10v24zM262 92v-52h10v52zM280 92v-36h10v36z")
    line("M240 92h54", "faint")
  }
}
