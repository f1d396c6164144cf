/// Why a request got no answer. Whether it reached the server is not known, but where the address was refused.
public enum HTTPClientError: Error, Equatable, Sendable {
  /// Not an `http` or `https` address, or one with user and password in it; or a method or field with characters that are not allowed.
  case invalidAddress
  /// Plain HTTP beyond this machine, which the configuration does not allow: anybody on the way could read and change it.
  case unencrypted
  /// No connection; in the library's words.
  case unreachable(String)
  /// The server's certificate is not trusted; in the library's words.
  case untrusted(String)
  /// It took longer than allowed.
  case timedOut
  /// The connection ended before the answer did, or what came is no HTTP.
  case cutOff(String)
  /// Header or body of the answer is longer than allowed.
  case tooLong
  /// Nobody waits for the answer any more.
  case cancelled
  /// The receiver of the body has refused it: a full disk.
  case notReceived(String)
}
