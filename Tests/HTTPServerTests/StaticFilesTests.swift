import Foundation
import HTTPServer
import Testing

@testable import HTTPServer

@Suite("Static files")
struct StaticFilesTests {
  let folder: TemporaryFolder
  let files: StaticFiles

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("outside.txt", "secret")
    try folder.write("root/index.html", "<p>start</p>")
    try folder.write("root/about/index.html", "<p>about</p>")
    try folder.write("root/hello world.txt", "0123456789")
    try folder.write("root/js/app.mjs", "plain")
    try folder.write("root/js/app.mjs.gz", "gzipped")
    try folder.write("root/js/app.mjs.br", "brotli")
    try folder.write("root/alone.gz", "an archive")
    try folder.write("root/empty.css", "")
    try folder.write("root/app.3f9a01c7e2.js", "hashed")
    try folder.write("root/.env", "secret")
    try folder.write("root/.git/config", "secret")
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.path + "/root/out.txt", withDestinationPath: folder.path + "/outside.txt")
    try manager.createSymbolicLink(atPath: folder.path + "/root/up", withDestinationPath: folder.path)
    try manager.createSymbolicLink(atPath: folder.path + "/root/circle", withDestinationPath: folder.path + "/root")
    try manager.createSymbolicLink(atPath: folder.path + "/root/in.txt", withDestinationPath: "hello world.txt")
    files = try StaticFiles(
      folder: folder.path + "/root", headers: HTTPHeaders([("Content-Security-Policy", "default-src 'self'")]))
  }

  private func get(_ path: String, _ headers: [(name: String, value: String)] = [], method: String = "GET") -> HTTPResponse {
    files.answer(to: HTTPRequest(id: "17", method: method, path: path, headers: HTTPHeaders(headers)))
  }

  private func content(_ response: HTTPResponse) -> String {
    switch response.body {
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .file(let path, let range):
      let bytes = OpenFile(path)?.read(at: range.lowerBound, atMost: range.count) ?? []
      return String(decoding: bytes, as: UTF8.self)
    case .stream: return "a stream"
    }
  }

  @Test("files by their names, folders by their index")
  func names() {
    #expect(content(get("/")) == "<p>start</p>")
    #expect(content(get("/index.html")) == "<p>start</p>")
    #expect(content(get("/about/")) == "<p>about</p>")
    #expect(content(get("/hello%20world.txt")) == "0123456789")
    #expect(content(get("/in.txt")) == "0123456789")
    #expect(content(get("/alone.gz")) == "an archive")
    #expect(content(get("/empty.css")) == "")
    #expect(files.response(to: HTTPRequest(method: "GET", path: "/files/in.txt"), path: "/in.txt")?.status == 200)
    #expect(files.response(to: HTTPRequest(method: "GET", path: "/none")) == nil)
    #expect(!files.paths.contains { $0.contains("secret") || $0.contains("/.") || $0.contains("out.txt") })
  }

  @Test(
    "nothing else is there",
    arguments: [
      "", "x", "/none", "/about", "//", "//index.html", "/js", "/js/", "/./index.html", "/js/../index.html", "/../outside.txt",
      "/..", "/%2e%2e/outside.txt", "/%2E%2E/outside.txt", "/.%2e/outside.txt", "/..%2foutside.txt", "/js%2fapp.mjs",
      "/js%5capp.mjs",
      "/..\\outside.txt", "/index.html%00", "/index.html%00.txt", "/%", "/%2", "/%zz", "/%c0%af", "/%ff", "/.env", "/%2eenv",
      "/.git/config", "/out.txt", "/up/outside.txt", "/up/root/index.html", "/circle/index.html", "/js/app.mjs.gz",
      "/js/app.mjs.br", "/INDEX.html",
      "/%252e%252e/outside.txt", "/index.html/", "/index.html ",
    ])
  func absent(path: String) {
    let answer = get(path)
    #expect(answer.status == 404)
    #expect(content(answer).contains("/problems/not-found"))
    #expect(content(answer).contains("\"instance\":\"17\""))
    #expect(answer.headers["Content-Security-Policy"] == "default-src 'self'")
  }

  @Test("types and caching by name")
  func headers() {
    #expect(get("/").headers["Content-Type"] == "text/html; charset=utf-8")
    #expect(get("/").headers["Cache-Control"] == "no-cache")
    #expect(get("/").headers["Content-Security-Policy"] == "default-src 'self'")
    #expect(get("/").headers["X-Content-Type-Options"] == "nosniff")
    #expect(get("/app.3f9a01c7e2.js").headers["Cache-Control"] == "public, max-age=31536000, immutable")
    let types = [
      "a.css": "text/css; charset=utf-8", "a.js": "text/javascript; charset=utf-8", "a.mjs": "text/javascript; charset=utf-8",
      "a.wasm": "application/wasm", "a.svg": "image/svg+xml", "a.png": "image/png", "a.json": "application/json",
      "a.TXT": "text/plain; charset=utf-8", "a.woff2": "font/woff2", "a": "application/octet-stream",
    ]
    for (name, type) in types { #expect(StaticFile.type(of: name) == type) }
    for name in ["a.0123abcd.js", "a-0123abcd.js", "a.b.0123456789abcdef.css"] { #expect(StaticFile.isImmutable(name)) }
    for name in ["a.js", "a.0123abc.js", "a.0123ABCD.js", "0123abcd.js", "a.0123abcd", "a.0123abcg.js"] {
      #expect(!StaticFile.isImmutable(name))
    }
  }

  @Test("a file that has not changed is not sent again")
  func validation() throws {
    let tag = try #require(get("/").headers["ETag"])
    #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count == 34)
    for condition in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
      let answer = get("/", [("If-None-Match", condition)])
      #expect(answer.status == 304)
      #expect(content(answer) == "")
      #expect(answer.headers["ETag"] == tag)
      #expect(answer.headers["Cache-Control"] == "no-cache")
    }
    #expect(get("/", [("If-None-Match", "\"x\"")]).status == 200)
    #expect(get("/about/").headers["ETag"] != tag)
    try folder.write("root/index.html", "changed")
    #expect(try StaticFiles(folder: folder.path + "/root").answer(to: HTTPRequest(method: "GET", path: "/")).headers["ETag"] != tag)
  }

  struct Part: Sendable {
    let field: String
    let status: Int
    let content: String
    let range: String?
  }

  @Test(
    "parts of a file",
    arguments: [
      Part(field: "bytes=0-0", status: 206, content: "0", range: "bytes 0-0/10"),
      Part(field: "bytes=2-4", status: 206, content: "234", range: "bytes 2-4/10"),
      Part(field: "bytes=7-", status: 206, content: "789", range: "bytes 7-9/10"),
      Part(field: "bytes=5-99", status: 206, content: "56789", range: "bytes 5-9/10"),
      Part(field: "bytes=-3", status: 206, content: "789", range: "bytes 7-9/10"),
      Part(field: "bytes=-99", status: 206, content: "0123456789", range: "bytes 0-9/10"),
      Part(field: "bytes=10-", status: 416, content: "", range: "bytes */10"),
      Part(field: "bytes=10-12", status: 416, content: "", range: "bytes */10"),
      Part(field: "bytes=-0", status: 416, content: "", range: "bytes */10"),
      Part(field: "bytes=0-1,3-4", status: 200, content: "0123456789", range: nil),
      Part(field: "bytes=4-2", status: 200, content: "0123456789", range: nil),
      Part(field: "bytes=a-b", status: 200, content: "0123456789", range: nil),
      Part(field: "bytes=-", status: 200, content: "0123456789", range: nil),
      Part(field: "bytes=+1-2", status: 200, content: "0123456789", range: nil),
      Part(field: "bytes=0-99999999999999999999", status: 200, content: "0123456789", range: nil),
      Part(field: "lines=1-2", status: 200, content: "0123456789", range: nil),
    ])
  func ranges(part: Part) {
    let answer = get("/hello%20world.txt", [("Range", part.field)])
    #expect(answer.status == part.status)
    #expect(answer.headers["Content-Range"] == part.range)
    if part.status != 416 { #expect(content(answer) == part.content) }
  }

  @Test("a part of a file that has changed since is not sent")
  func conditionalRange() throws {
    let tag = try #require(get("/in.txt").headers["ETag"])
    #expect(get("/in.txt", [("Range", "bytes=1-2"), ("If-Range", tag)]).status == 206)
    #expect(get("/in.txt", [("Range", "bytes=1-2"), ("If-Range", "\"x\"")]).status == 200)
    #expect(get("/in.txt", [("Range", "bytes=1-2"), ("If-Range", "W/" + tag)]).status == 200)
    #expect(get("/in.txt", [("Range", "bytes=1-2"), ("If-None-Match", tag)]).status == 304)
  }

  @Test(
    "compressed variants for those that take them",
    arguments: [
      ("gzip", "gzipped", "gzip"), ("br", "brotli", "br"), ("gzip, deflate, br", "brotli", "br"),
      ("BR;q=0.5, gzip", "brotli", "br"),
      ("br;q=0, gzip", "gzipped", "gzip"), ("br; q=0.000, *", "gzipped", "gzip"), ("*", "brotli", "br"), ("identity", "plain", nil),
      ("", "plain", nil), ("gzip;q=0", "plain", nil), ("deflate", "plain", nil),
    ] as [(String, String, String?)])
  func variants(accepted: String, expected: String, encoding: String?) {
    let answer = get("/js/app.mjs", [("Accept-Encoding", accepted)])
    #expect(content(answer) == expected)
    #expect(answer.headers["Content-Encoding"] == encoding)
    #expect(answer.headers["Vary"] == "Accept-Encoding")
    #expect(answer.headers["Content-Type"] == "text/javascript; charset=utf-8")
    #expect((answer.headers["ETag"] == get("/js/app.mjs").headers["ETag"]) == (encoding == nil))
    #expect(get("/", [("Accept-Encoding", accepted)]).headers["Vary"] == nil)
  }

  @Test("only GET and HEAD", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "get"])
  func methods(method: String) {
    let answer = get("/", method: method)
    #expect(answer.status == 405)
    #expect(answer.headers["Allow"] == "GET, HEAD")
    #expect(get("/none", method: method).status == 404)
  }

  @Test("over a socket")
  func live() async throws {
    let files = files
    try await withServer(TestHandler { .response(files.answer(to: $0)) }) { port, _ in
      try await blocking {
        let client = try RawClient(port: port)
        func get(_ method: String, _ path: String, _ fields: String = "") throws -> RawAnswer? {
          client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
          return try client.readAnswer(toHead: method == "HEAD")
        }
        #expect(try get("GET", "/hello%20world.txt")?.text == "0123456789")
        #expect(try get("GET", "/hello%20world.txt", "Range: bytes=3-5\r\n")?.text == "345")
        #expect(try get("HEAD", "/hello%20world.txt", "Range: bytes=3-5\r\n")?["content-length"] == "10")
        #expect(try get("GET", "/js/app.mjs", "Accept-Encoding: br\r\n")?.text == "brotli")
        #expect(try get("GET", "/empty.css")?["content-length"] == "0")
        #expect(try get("GET", "/..%2foutside.txt")?.status == 404)
        #expect(try get("GET", "/../outside.txt")?.status == 404)
      }
    }
  }

  @Test("a folder that is not there")
  func missing() {
    #expect(throws: StaticFilesError.unreadable(path: "/nowhere")) { try StaticFiles(folder: "/nowhere") }
  }
}
