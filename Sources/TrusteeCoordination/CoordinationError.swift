/// Why something that trustees sent, or what came of it, is not taken.
public enum CoordinationError: Error, Equatable, Sendable {
  /// What was sent is not what it must be: why, for its sender.
  case refused(String)
  /// The closed board fails a check: its number and what it found.
  case boardNotVerified(check: Int, String)
  /// What is kept contradicts itself.
  case damaged(String)
}
