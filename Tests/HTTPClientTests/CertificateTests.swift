import Foundation
import PipeSupport
import Testing

@testable import HTTPClient

/// TLS with a certificate that the test makes itself.
struct CertificateTests {
  /// `openssl s_server` with a certificate of its own, as long as the value is held.
  private final class SecureServer {
    let folder: URL
    let port: Int
    private let process: Child

    init(name: String) throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("comitia-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let (_, make) = try Self.start(
        in: folder,
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "certificate.pem", "-days", "2", "-subj",
          "/CN=test", "-addext", "subjectAltName=\(name)",
        ])
      _ = try make.rest()
      let output: FileHandle
      (process, output) = try Self.start(
        in: folder, ["s_server", "-accept", "127.0.0.1:0", "-cert", "certificate.pem", "-key", "key.pem", "-www"])
      var text = ""
      while !text.contains("\n") || !text.contains("ACCEPT") {
        let more = try output.nextPiece()
        if more.isEmpty { break }
        text += String(decoding: more, as: UTF8.self)
      }
      let match = try #require(text.firstMatch(of: #/ACCEPT \S*:(\d+)/#), "openssl says: \(text)")
      port = try #require(Int(match.output.1))
    }

    private static func start(in folder: URL, _ arguments: [String]) throws -> (Child, FileHandle) {
      let pipe = Pipe()
      var start = Child.Start()
      start.arguments = ["openssl"] + arguments
      start.currentDirectoryURL = folder
      start.standardOutput = pipe
      start.standardError = FileHandle.nullDevice
      start.standardInput = Pipe()
      return (try Child(start), pipe.fileHandleForReading)
    }

    deinit {
      process.signal(SIGTERM)
      try? FileManager.default.removeItem(at: folder)
    }

    var authorityFile: String { folder.appendingPathComponent("certificate.pem").path }
    var address: String { "https://127.0.0.1:\(port)/" }
  }

  private func client(trusting file: String? = nil) -> HTTPClient {
    var configuration = HTTPClientConfiguration()
    configuration.authorityFile = file
    return HTTPClient(configuration)
  }

  @Test func onlyTrustedCertificatesWillDo() async throws {
    let server = try SecureServer(name: "IP:127.0.0.1")
    let response = try await client(trusting: server.authorityFile).send(HTTPClientRequest("GET", server.address))
    #expect(response.status == 200)
    guard case .untrusted = await failure(client(), server.address) else {
      Issue.record("a certificate that nobody vouches for was taken")
      return
    }
  }

  @Test func theNameMustBeThatOfTheServer() async throws {
    let server = try SecureServer(name: "DNS:other.example")
    guard case .untrusted = await failure(client(trusting: server.authorityFile), server.address) else {
      Issue.record("another server's certificate was taken")
      return
    }
  }

  private func failure(_ client: HTTPClient, _ address: String) async -> HTTPClientError? {
    do throws(HTTPClientError) {
      _ = try await client.send(HTTPClientRequest("GET", address))
      return nil
    } catch { return error }
  }
}
