/// The files of a folder, as a browser wants them: validated, cached, in parts, compressed.
///
/// The folder is read once, at the start: names, sizes and hashes. A request finds a file only by a name that was there then, so no path leads
/// out of the folder. Files that change later need a new `StaticFiles`; put the new ones under new names where you can. Files beside others with
/// the endings `.gz` and `.br` are their compressed variants. Hidden files, links that lead out of the folder and links to folders do not exist here.
public struct StaticFiles: Sendable {
  private let index: [String: StaticFile]
  private let headers: HTTPHeaders

  /// Reads a folder. `headers`, such as a content security policy, stand in every answer.
  public init(folder: String, headers: HTTPHeaders = HTTPHeaders()) throws(StaticFilesError) {
    index = try FolderReader.read(folder)
    self.headers = headers
  }

  /// The paths that are served, such as `/js/booth.mjs`, sorted. An `index.html` is served for its folder too.
  public var paths: [String] { index.keys.sorted() }

  /// The answer to a request for `path`, the request's own unless the files live below another; `nil` when there is no such file.
  public func response(to request: HTTPRequest, path: String? = nil) -> HTTPResponse? {
    guard let file = file(at: path ?? request.path) else { return nil }
    guard request.method == "GET" || request.method == "HEAD" else {
      var refused = HTTPResponse.problem(405, "method-not-allowed", "Files can be read only", of: request)
      refused.headers.add("Allow", "GET, HEAD")
      return with(headers, refused)
    }
    return with(headers, answer(request, file))
  }

  /// The same with 404 for what does not exist.
  public func answer(to request: HTTPRequest, path: String? = nil) -> HTTPResponse {
    response(to: request, path: path) ?? with(headers, .problem(404, "not-found", "There is nothing here", of: request))
  }

  private func file(at path: String) -> StaticFile? {
    guard let name = DecodedPath.decode(path) else { return nil }
    return index[name] ?? (name.hasSuffix("/") ? index[name + "index.html"] : nil)
  }

  private func answer(_ request: HTTPRequest, _ file: StaticFile) -> HTTPResponse {
    let wantsRange = request.method == "GET" && request.headers["Range"] != nil
    // Ranges are of the file itself: one variant less to be mixed up.
    let variant = wantsRange ? file.plain : file.variant(accepted: request.headers.all("Accept-Encoding"))
    var response = HTTPResponse(body: .file(path: variant.path, range: 0..<variant.size))
    response.headers.add("ETag", variant.tag)
    response.headers.add("Cache-Control", file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache")
    if !file.compressed.isEmpty { response.headers.add("Vary", "Accept-Encoding") }
    if EntityTag.matches(request.headers.all("If-None-Match"), variant.tag) {
      response.status = 304
      response.body = .bytes([])
      return response
    }
    response.headers.add("Content-Type", file.type)
    response.headers.add("Accept-Ranges", "bytes")
    response.headers.add("X-Content-Type-Options", "nosniff")
    if let encoding = variant.encoding { response.headers.add("Content-Encoding", encoding) }
    guard wantsRange, let field = request.headers["Range"], mayBePart(request, variant.tag) else { return response }
    switch ByteRange.parse(field, size: variant.size) {
    case .whole: return response
    case .part(let range):
      response.status = 206
      response.headers.add("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(variant.size)")
      response.body = .file(path: variant.path, range: range)
      return response
    case .unsatisfiable:
      var refused = HTTPResponse.problem(416, "range-not-satisfiable", "The file has no such part", of: request)
      refused.headers.add("Content-Range", "bytes */\(variant.size)")
      return refused
    }
  }

  /// Whoever continues a download says of which file.
  private func mayBePart(_ request: HTTPRequest, _ tag: String) -> Bool {
    guard let condition = request.headers["If-Range"] else { return true }
    return condition == tag
  }

  private func with(_ headers: HTTPHeaders, _ response: HTTPResponse) -> HTTPResponse {
    var response = response
    for (name, value) in headers.fields { response.headers.add(name, value) }
    return response
  }
}

/// Why a folder cannot be served.
public enum StaticFilesError: Error, Equatable, CustomStringConvertible {
  /// The folder, or a file in it.
  case unreadable(path: String)

  public var description: String {
    switch self {
    case .unreadable(let path): "cannot read \(path); it must be there, and readable for the service's user"
    }
  }
}

extension HTTPResponse {
  /// A problem document (RFC 9457). The texts are ours and need no escaping.
  static func problem(_ status: Int, _ code: String, _ title: String, of request: HTTPRequest) -> HTTPResponse {
    let document = "{\"type\":\"/problems/\(code)\",\"title\":\"\(title)\",\"status\":\(status),\"instance\":\"\(request.id)\"}"
    return HTTPResponse(
      status: status, headers: HTTPHeaders([("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]),
      body: .bytes(Array(document.utf8)))
  }
}
