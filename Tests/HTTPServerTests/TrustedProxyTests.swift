import HTTPServer
import Testing

@testable import HTTPServer

@Suite("Trusted proxies")
struct TrustedProxyTests {
  static let proxies = TrustedProxies(["10.0.0.0/8", "192.0.2.7", "fd00::/8"])

  @Test("networks hold their addresses")
  func networks() throws {
    let proxies = try #require(Self.proxies)
    for inside in ["10.0.0.0", "10.255.255.255", "192.0.2.7", "fd00::1", "fdff::", "::ffff:10.1.2.3"] {
      #expect(proxies.contains(inside))
    }
    for outside in ["11.0.0.0", "9.255.255.255", "192.0.2.6", "fe00::", "", "10.0.0", "example.org"] {
      #expect(!proxies.contains(outside))
    }
    let all = try #require(TrustedProxies(["0.0.0.0/0"]))
    #expect(all.contains("203.0.113.9"))
    #expect(!all.contains("::1"))
  }

  @Test(
    "what is no network is refused",
    arguments: [
      "", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/+8", "fd00::/129", "localhost",
    ])
  func notNetworks(text: String) {
    #expect(TrustedProxies([text]) == nil)
  }

  struct Case: Sendable {
    let peer: String
    let forwarded: [String]
    let address: String
  }

  @Test(
    "the client is the last that is not a proxy",
    arguments: [
      Case(peer: "203.0.113.9", forwarded: ["198.51.100.1"], address: "203.0.113.9"),
      Case(peer: "10.0.0.1", forwarded: [], address: "10.0.0.1"),
      Case(peer: "10.0.0.1", forwarded: ["198.51.100.1"], address: "198.51.100.1"),
      Case(peer: "10.0.0.1", forwarded: ["127.0.0.1, 198.51.100.1"], address: "198.51.100.1"),
      Case(peer: "10.0.0.1", forwarded: ["127.0.0.1, 198.51.100.1,10.2.3.4 ,\t192.0.2.7"], address: "198.51.100.1"),
      Case(peer: "10.0.0.1", forwarded: ["127.0.0.1", "198.51.100.1", "10.2.3.4"], address: "198.51.100.1"),
      Case(peer: "10.0.0.1", forwarded: ["198.51.100.1, nonsense, 10.2.3.4"], address: "10.2.3.4"),
      Case(peer: "10.0.0.1", forwarded: ["10.9.9.9, 10.2.3.4"], address: "10.9.9.9"),
      Case(peer: "10.0.0.1", forwarded: ["198.51.100.1:4711"], address: "198.51.100.1"),
      Case(peer: "10.0.0.1", forwarded: ["[2001:db8:0:0::1]:4711"], address: "2001:db8::1"),
      Case(peer: "10.0.0.1", forwarded: ["2001:db8::1"], address: "2001:db8::1"),
      Case(peer: "fd00::1", forwarded: ["::ffff:198.51.100.1"], address: "198.51.100.1"),
    ])
  func client(of example: Case) throws {
    let proxies = try #require(Self.proxies)
    let headers = HTTPHeaders(example.forwarded.map { ("x-forwarded-for", $0) })
    #expect(proxies.origin(peer: example.peer, isSecure: false, headers: headers).address == example.address)
  }

  @Test("a proxy says whether the client's connection is encrypted")
  func scheme() throws {
    let proxies = try #require(Self.proxies)
    func isSecure(_ peer: String, _ scheme: String?, _ encrypted: Bool) -> Bool {
      proxies.origin(peer: peer, isSecure: encrypted, headers: HTTPHeaders(scheme.map { [("X-Forwarded-Proto", $0)] } ?? []))
        .isSecure
    }
    #expect(isSecure("10.0.0.1", "https", false))
    #expect(isSecure("10.0.0.1", "http, HTTPS", false))
    #expect(!isSecure("10.0.0.1", "http", true))
    #expect(isSecure("10.0.0.1", nil, true))
    #expect(!isSecure("203.0.113.9", "https", false))
  }

  @Test("over a socket", arguments: [true, false])
  func live(trusted: Bool) async throws {
    let handler = TestHandler { .response(TestHandler.text("\($0.remoteAddress) \($0.isSecure)")) }
    let log = Journal<AccessRecord>()
    let proxies = try #require(TrustedProxies(trusted ? ["127.0.0.0/8"] : []))
    try await withServer(handler, log: { log.add($0) }, configure: { $0.trustedProxies = proxies }) { port, _ in
      let answer = try await exchange(
        port, "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1\r\nX-Forwarded-Proto: https\r\n\r\n"
      ).answer
      #expect(answer?.text == (trusted ? "198.51.100.1 true" : "127.0.0.1 false"))
      #expect(await log.wait(for: 1).map(\.remoteAddress) == [trusted ? "198.51.100.1" : "127.0.0.1"])
    }
  }
}
