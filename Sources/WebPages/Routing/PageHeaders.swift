import HTTPServer

/// The fields that go with pages and files: only what the service itself serves may be loaded, nobody may frame a page, other sites learn no address.
public enum PageHeaders {
  private static func fields(referrer: String) -> [(String, String)] {
    [
      (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
      ),
      ("Referrer-Policy", referrer), ("Cross-Origin-Opener-Policy", "same-origin"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
  }

  /// For files. Isolated from other origins, so that a worker of the trustee's page may wait on shared memory.
  public static let forFiles = HTTPHeaders(
    fields(referrer: "no-referrer") + [("Cross-Origin-Embedder-Policy", "require-corp")])

  /// Pages are made for one reader at one moment. With `no-referrer` browsers would not tell where a form comes from, which the forgery check wants.
  static func added(to response: HTTPResponse) -> HTTPResponse {
    var response = response
    let more = [("Cache-Control", "no-store"), ("Vary", "Accept-Language, Cookie"), ("X-Content-Type-Options", "nosniff")]
    for (name, value) in fields(referrer: "same-origin") + more where response.headers[name] == nil {
      response.headers[name] = value
    }
    return response
  }
}
