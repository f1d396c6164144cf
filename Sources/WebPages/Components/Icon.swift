/// Small drawings from the sprite `/icons.svg`. They go with a word, never alone, so that they are hidden from those who listen.
enum Icon {
  static func named(_ name: StaticString) -> HTML {
    svg(.class("icon"), .aria("hidden", "true")) { useSymbol(.href(Link("/icons.svg").at("\(name)"))) }
  }

  static let brand = svg(.aria("hidden", "true")) { useSymbol(.href(Link("/icons.svg").at("comitia"))) }
}
