/// What the program around the module does for a trustee. It answers before it returns: a worker waits for the page.
///
/// `reason` is UTF-8 to the end; `fault := kind u8 (1 unavailable, 2 malformed) ‖ reason`.
public enum HostQuestion: Int32, Sendable, CaseIterable {
  /// (method counted ‖ target counted ‖ authorization counted ‖ media type counted ‖ has body u8 ‖ limit u32 ‖ timeout u32 ‖ body) →
  /// `0 ‖ status u16 ‖ has date u8 ‖ date u64 ‖ body`, or fault. Empty: none. The timeout is in seconds, 0 for any.
  case send = 0
  /// (key file) → `0`, once it is kept durably; or `1 ‖ reason`
  case keep = 1
  /// (event, as `TrusteeEventCodec` has it) → nothing
  case tell = 2
  /// (JSON of 8.3) → `0 ‖ state`, as `TrusteeAnswerCodec` has it, or fault
  case readState = 3
  /// (JSON of 8.2) → `0 ‖ election counted ‖ origin counted ‖ title counted ‖ number u8`, or fault
  case readJoined = 4
  /// (problem document) → its words, UTF-8
  case readProblem = 5
  /// () → Unix milliseconds u64
  case now = 6
  /// (reference, 20 bytes ‖ path) → 1 if the copy of the board has the file, else 0
  case holdsFile = 7
  /// (reference ‖ path) → `1 ‖ file`, or `0`
  case readFile = 8
  /// (reference ‖ limit u32 ‖ target counted ‖ path) → `0` once the file is in the copy of the board; `3 ‖ status u16 ‖ problem document`; or fault
  case fetchFile = 9
  /// (reference) → nothing; the copy of the board is empty now
  case setAside = 10
}

/// The program around the module.
public protocol TrusteeHost: Sendable {
  /// Asks it, and waits.
  func ask(_ question: HostQuestion, _ request: [UInt8]) -> [UInt8]
  /// Random bytes from the platform's secure generator.
  func random(_ count: Int) -> [UInt8]
}
