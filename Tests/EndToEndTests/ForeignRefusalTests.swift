import Curve25519
import Elections
import Foundation
import HTTPClient
import SocketSupport
import Testing
import TrusteeAgent

@testable import comitia

/// A trustee that is replaced forgets its last word where the service says 403: what a proxy says must not be taken for that (8.1).
@Suite("Refusals that are not the service's")
struct ForeignRefusalTests {
  /// What a trustee's machine makes of an answer: on a thread of its own, for it waits for work that the threads of tests do.
  private func outcome(_ status: Int, _ body: String) async throws -> TrusteeConnectionError? {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try waitForOutcome(status, body) }) }
    }
  }

  private func waitForOutcome(_ status: Int, _ body: String) throws -> TrusteeConnectionError? {
    let server = RawServer { connection in
      guard connection.readBytes() != nil else { return }
      connection.write("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
    }
    defer { server.stop() }
    var configuration = HTTPClientConfiguration()
    configuration.allowsUnencrypted = true
    let address = server.address("")
    let key = Ed25519.PrivateKey(seed: .zero)
    let service = TrusteeService(
      address: try #require(Text(address)), transport: TrusteeHTTP(service: address, client: HTTPClient(configuration)),
      signingKey: key)
    let name = try #require(Text("Ada"))
    let joining = try #require(TrusteeJoining(token: Array(repeating: 0x41, count: 43), name: name))
    do throws(TrusteeConnectionError) { _ = try service.join(joining) } catch { return error }
    return nil
  }

  @Test func theServicesOwn() async throws {
    let body = #"{"type":"/problems/not-trustee","title":"Not a trustee","status":403,"instance":"x"}"#
    #expect(try await outcome(403, body) == .refused(status: 403, "Not a trustee"))
  }

  @Test(
    arguments: [
      "", "<html><h1>403 Forbidden</h1></html>", "null", "{}", #"{"type":"/problems/x","title":"x","status":502}"#,
      #"{"type":"about:blank","title":"Forbidden","status":403}"#,
    ])
  func somebodyElses(body: String) async throws {
    #expect(try await outcome(403, body) == .unavailable("something on the way answered 403, and not the service"))
  }

  /// From other refusals nothing is concluded, whoever gives them.
  @Test(arguments: [400, 404, 409]) func others(status: Int) async throws {
    #expect(try await outcome(status, "<html></html>") == .refused(status: status, "no reason given"))
  }
}
