/// Labels and what they say, in two columns.
struct FactList {
  private let terminal: Terminal
  private static let column = 15

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// Says one of them.
  func say(_ label: String, _ value: String) {
    let room = terminal.isInteractive ? terminal.width : Int.max
    terminal.say(label.padded(to: Self.column) + value.wrapped(to: room, indent: Self.column).dropFirst(Self.column))
  }
}
