/// Why a request got no answer.
public enum HTTPClientError: Error, Equatable, Sendable {
  /// The address is not one that this client opens.
  case invalidAddress
  /// No connection, or it broke, or took longer than allowed; in the library's words.
  case unreachable(String)
  /// The answer is longer than allowed.
  case tooLong
}
