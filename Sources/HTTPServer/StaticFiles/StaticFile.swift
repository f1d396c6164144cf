/// A file and its compressed variants.
struct StaticFile: Sendable {
  /// The bytes of one form.
  struct Variant: Sendable {
    let path: String
    let size: UInt64
    /// Strong: the same tag, the same bytes.
    let tag: String
    /// `nil`: as it is.
    let encoding: String?
  }

  let type: String
  /// Its name holds a hash of its content: it never changes.
  let isImmutable: Bool
  let plain: Variant
  /// In order of preference.
  let compressed: [Variant]

  /// The form to send to a client with these `Accept-Encoding` fields.
  func variant(accepted fields: [String]) -> Variant {
    guard !compressed.isEmpty else { return plain }
    let accepted = AcceptedEncodings(fields)
    return compressed.first { accepted.accepts($0.encoding ?? "") } ?? plain
  }

  /// By the name's ending.
  static func type(of name: String) -> String {
    switch name.split(separator: ".").last?.lowercased() ?? "" {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "wasm": "application/wasm"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "webp": "image/webp"
    case "ico": "image/x-icon"
    case "json", "map": "application/json"
    case "webmanifest": "application/manifest+json"
    case "txt": "text/plain; charset=utf-8"
    case "xml": "application/xml"
    case "pdf": "application/pdf"
    case "woff2": "font/woff2"
    default: "application/octet-stream"
    }
  }

  /// Whether a name such as `booth.3f9a01c7.mjs` or `booth-3f9a01c7.mjs` holds a hash: at least 8 hexadecimal digits, in lower case, before the ending.
  static func isImmutable(_ name: String) -> Bool {
    name.split(whereSeparator: { $0 == "." || $0 == "-" }).dropFirst().dropLast().contains { part in
      part.utf8.count >= 8 && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
  }
}

/// What `Accept-Encoding` allows (RFC 9110, 12.5.3).
struct AcceptedEncodings {
  private var weights: [String: Bool] = [:]

  init(_ fields: [String]) {
    for item in fields.flatMap({ $0.split(separator: ",") }) {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let name = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      // Zero, with up to three decimals, means: not this one.
      weights[name] = weight.map { !$0.allSatisfy { $0 == "0" || $0 == "." } } ?? true
    }
  }

  func accepts(_ encoding: String) -> Bool { weights[encoding] ?? weights["*"] ?? false }
}

/// Comparison of validators (RFC 9110, 8.8.3 and 13.1.2).
enum EntityTag {
  /// Whether one of the tags in `If-None-Match` is this one. Weak and strong compare alike here.
  static func matches(_ fields: [String], _ tag: String) -> Bool {
    fields.flatMap { $0.split(separator: ",") }.contains { item in
      var item = item.drop { $0 == " " || $0 == "\t" }
      while item.last == " " || item.last == "\t" { item.removeLast() }
      return item == "*" || item == tag || item == "W/" + tag
    }
  }
}
