import Foundation
import HTTPServer
import PipeSupport
import Testing

@Suite("TLS", .timeLimit(.minutes(10)))
struct TLSTests {
  @Test("requests, a stream and a WebSocket over TLS 1.2 and 1.3", arguments: ["-tls1_2", "-tls1_3"])
  func served(version: String) async throws {
    let files = try CertificateFiles()
    let handler = TestHandler { request in
      switch request.path {
      case "/stream":
        .response(HTTPResponse(body: .stream { for _ in 0..<100 { try await $0.write([UInt8](repeating: 0x61, count: 10_000)) } }))
      case "/socket": .webSocket(TestSockets(whenOpened: { $0.send("hello over TLS") }))
      default: .response(TestHandler.text("secure: \(request.isSecure)"))
      }
    }
    try await withServer(handler, configure: { $0.certificate = files.certificate }) { port, _ in
      let request =
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let text = try await blocking { try openssl(port, [version, "-alpn", "h2,http/1.1"], request) }
      #expect(text.components(separatedBy: "secure: true").count == 3)
      #expect(text.utf8.count { $0 == UInt8(ascii: "a") } >= 1_000_000)
      let socket = try await blocking { try openssl(port, [version], RawWebSocket.request("/socket"), until: "hello over TLS") }
      #expect(socket.contains("101 Switching Protocols"))
    }
  }

  @Test("older versions, and what is not TLS, are refused")
  func refused() async throws {
    let files = try CertificateFiles()
    let settings: (inout HTTPServerConfiguration) -> Void = {
      $0.certificate = files.certificate
      $0.headerTime = .seconds(2)
    }
    try await withServer(configure: settings) { port, server in
      let old = try await blocking {
        try openssl(port, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      }
      #expect(!old.contains("HTTP/1.1"))
      try await blocking {
        let plain = try RawClient(port: port)
        plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!String(decoding: try plain.readToEnd(), as: UTF8.self).contains("HTTP"))
        // One that says nothing at all has the time of a head.
        #expect(try RawClient(port: port).isClosed())
      }
      #expect(server.statistics.refused["handshake"] == 2)
      #expect(server.statistics.refused["header-timeout"] == 1)
    }
  }

  @Test("draining a server with open TLS connections")
  func drain() async throws {
    let files = try CertificateFiles()
    let handler = TestHandler { request in
      request.path == "/socket"
        ? .webSocket(TestSockets(whenOpened: { $0.send("open") })) : .response(TestHandler.text("answered"))
    }
    var configuration = HTTPServerConfiguration()
    configuration.certificate = files.certificate
    // OpenSSL's client says no goodbye: it is waited for as long as for a head.
    configuration.headerTime = .seconds(2)
    let server = HTTPServer(configuration: configuration, handler: handler)
    let port = try server.start()
    let open = Gate()
    async let text = blocking {
      try openssl(port, [], "GET / HTTP/1.1\r\nHost: a\r\n\r\n\(RawWebSocket.request("/socket"))", until: "never") { text in
        if text.contains("open") { open.open() }
      }
    }
    await open.wait()
    await server.drain(deadline: .seconds(30))
    #expect(try await text.contains("answered"))
    #expect(server.statistics.connections == 0)
  }

  @Test("certificates that are of no use are named")
  func unusable() throws {
    let files = try CertificateFiles(), other = try CertificateFiles()
    let missing = files.folder.path + "/none.pem"
    func start(_ chain: String, _ key: String) throws {
      var configuration = HTTPServerConfiguration()
      configuration.certificate = .init(chainFile: chain, keyFile: key)
      _ = try HTTPServer(configuration: configuration, handler: TestHandler.echo).start()
    }
    func isCertificate(_ error: HTTPServerError?) -> Bool {
      if case .certificateUnreadable(missing, _) = error { true } else { false }
    }
    func isKey(_ error: HTTPServerError?, _ file: String) -> Bool {
      if case .keyUnreadable(file, _) = error { true } else { false }
    }
    #expect(isCertificate(#expect(throws: HTTPServerError.self) { try start(missing, files.certificate.keyFile) }))
    #expect(isKey(#expect(throws: HTTPServerError.self) { try start(files.certificate.chainFile, missing) }, missing))
    let foreign = other.certificate.keyFile
    #expect(isKey(#expect(throws: HTTPServerError.self) { try start(files.certificate.chainFile, foreign) }, foreign))
  }

  @Test("a renewed certificate is used for new connections, a broken one is not")
  func reload() async throws {
    let files = try CertificateFiles(name: "first.example")
    try await withServer(configure: { $0.certificate = files.certificate }) { port, server in
      let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      func subject() async throws -> String { try await blocking { try openssl(port, ["-showcerts"], request, quiet: false) } }
      #expect(try await subject().contains("first.example"))
      try files.renew(name: "second.example")
      try server.reloadCertificate()
      #expect(try await subject().contains("second.example"))
      try files.folder.write("chain.pem", "nonsense")
      #expect(throws: HTTPServerError.self) { try server.reloadCertificate() }
      #expect(try await subject().contains("second.example"))
    }
  }
}

/// A self-signed certificate.
struct CertificateFiles: Sendable {
  let folder: TemporaryFolder
  var certificate: HTTPServerConfiguration.Certificate {
    .init(chainFile: folder.path + "/chain.pem", keyFile: folder.path + "/key.pem")
  }

  init(name: String = "localhost") throws {
    folder = try TemporaryFolder()
    try renew(name: name)
  }

  func renew(name: String) throws {
    let arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
      "-keyout",
      certificate.keyFile, "-out", certificate.chainFile,
    ]
    try run(arguments, input: Pipe()).process.wait()
  }
}

/// Starts the openssl command.
private func run(_ arguments: [String], input: Pipe) throws -> (process: Child, output: Pipe) {
  var start = Child.Start()
  let output = Pipe()
  start.arguments = ["openssl"] + arguments
  start.standardInput = input
  start.standardOutput = output
  start.standardError = FileHandle.nullDevice
  return (try Child(start), output)
}

/// What a server answers to OpenSSL's client, until the connection ends or a text comes.
private func openssl(
  _ port: UInt16, _ options: [String], _ request: String, quiet: Bool = true, until: String = "\0",
  seen: (String) -> Void = { _ in }
) throws -> String {
  let input = Pipe()
  let (process, output) = try run(
    ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + (quiet ? ["-quiet"] : []) + options, input: input)
  try input.fileHandleForWriting.write(contentsOf: Data(request.utf8))
  var received = Data()
  while true {
    let piece = try output.fileHandleForReading.nextPiece()
    if piece.isEmpty { break }
    received += piece
    let end = String(decoding: received.suffix(500), as: UTF8.self)
    seen(end)
    if end.contains(until) { break }
  }
  try input.fileHandleForWriting.close()
  // With a server that keeps the connection it would wait for minutes, whatever milder is said.
  process.signal(SIGKILL)
  process.wait()
  return String(decoding: received, as: UTF8.self)
}
