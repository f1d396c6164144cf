/// Labels and what they say, in two columns.
struct FactList {
  private let terminal: Terminal
  private static let column = 15

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// Says one of them.
  func say(_ label: String, _ value: String) {
    let room = terminal.isInteractive ? terminal.width : Int.max
    // A label that is as long as the column keeps its distance.
    let column = max(Self.column, label.count + 1)
    terminal.say(label.padded(to: column) + value.wrapped(to: room, indent: column).dropFirst(column))
  }
}
