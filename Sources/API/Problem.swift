import HTTPServer

/// Why a request is refused (RFC 9457).
public struct Problem: Error, Sendable, Equatable {
  /// HTTP status.
  public let status: Int
  /// Stable word for programs: the end of the problem's type.
  public let code: String
  /// What is wrong, for people; the same for all problems of the code.
  public let title: String
  /// What was wrong this time, and what to do.
  public let detail: String

  /// A problem.
  public init(_ status: Int, _ code: String, _ title: String, detail: String = "") {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
  }
}
