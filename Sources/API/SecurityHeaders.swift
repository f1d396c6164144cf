import HTTPServer

/// The fields that keep browsers from doing more with an answer than they should. A handler that sets one keeps its own.
enum SecurityHeaders {
  private static let fields = [
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
  ]

  static func add(to response: inout HTTPResponse, _ request: HTTPRequest) {
    for (name, value) in fields where response.headers[name] == nil { response.headers.add(name, value) }
    addTransport(to: &response, request)
  }

  /// Who came over TLS is told never to come without.
  static func addTransport(to response: inout HTTPResponse, _ request: HTTPRequest) {
    if request.isSecure { response.headers["Strict-Transport-Security"] = "max-age=31536000" }
  }
}
