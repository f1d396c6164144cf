import CHTTPServer

/// Answers made smaller on their way, for clients that take gzip (RFC 9110, 8.4.1.3).
enum Compression {
  /// Below, one packet carries the answer as it is.
  static let shortest = 1024

  /// Compresses the body of an answer that allows it, where the client does; that it depends on the client is said either way.
  static func apply(to response: inout HTTPResponse, for request: HTTPRequest) {
    guard response.isCompressible, case .bytes(let bytes) = response.body, bytes.count >= shortest else { return }
    response.headers.add("Vary", "Accept-Encoding")
    guard AcceptedEncodings(request.headers.all("Accept-Encoding")).accepts("gzip"), let smaller = gzip(bytes) else { return }
    response.headers.add("Content-Encoding", "gzip")
    response.body = .bytes(smaller)
  }

  /// `nil` where it would not be smaller.
  static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
    let smaller = [UInt8](unsafeUninitializedCapacity: bytes.count) { out, count in
      count = comitia_http_gzip(bytes, bytes.count, out.baseAddress, bytes.count)
    }
    return smaller.isEmpty ? nil : smaller
  }
}
