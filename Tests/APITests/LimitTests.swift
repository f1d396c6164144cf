import Testing

@testable import API

@Suite struct LimitTests {
  @Test func requestsAreCountedByAddressAndClass() async {
    let clock = TurnedClock()
    let router = Fixture.router(clock: clock, quotas: [.anonymous: RateQuota(count: 3, window: 60)])
    for left in [2, 1, 0] {
      let answer = await router.send("GET", "/api/v1/health", address: "192.0.2.1")
      #expect(answer.status == 200)
      #expect(answer.headers["RateLimit"]?.hasPrefix("\"anonymous\";r=\(left);t=") == true)
      #expect(answer.headers["RateLimit-Policy"] == "\"anonymous\";q=3;w=60")
    }
    let refused = await router.send("GET", "/api/v1/health", address: "192.0.2.1")
    #expect(refused.status == 429)
    #expect(refused.headers["Retry-After"] == "20")
    #expect(refused.code == "too-many-requests")
    #expect(await router.send("GET", "/api/v1/nothing", address: "192.0.2.1").status == 429)
    #expect(await router.send("GET", "/api/v1/health", address: "192.0.2.2").status == 200)
    #expect(await router.send("GET", "/api/v1/health", headers: [("Test-Caller", "session")], address: "192.0.2.1").status == 200)
    clock.turn(20_000)
    #expect(await router.send("GET", "/api/v1/health", address: "192.0.2.1").status == 200)
    #expect(await router.send("GET", "/api/v1/health", address: "192.0.2.1").status == 429)
    clock.turnBack(3_600_000)
    #expect(await router.send("GET", "/api/v1/health", address: "192.0.2.1").status == 429)
  }

  @Test func sessionsAndTokensHaveQuotasOfTheirOwn() async {
    let quotas: [RateClass: RateQuota] = [.session: RateQuota(count: 1, window: 60), .token: RateQuota(count: 2, window: 60)]
    let router = Fixture.router(quotas: quotas)
    let session = [("Test-Caller", "session")]
    #expect(await router.send("GET", "/api/v1/notes", headers: session, address: "192.0.2.1").status == 200)
    #expect(await router.send("GET", "/api/v1/notes", headers: session, address: "192.0.2.2").status == 429)
    let answers = [
      await router.send("GET", "/api/v1/notes", headers: [("Test-Caller", "token")]),
      await router.send("GET", "/api/v1/notes", headers: [("Test-Caller", "token")]),
      await router.send("GET", "/api/v1/notes", headers: [("Test-Caller", "token")]),
    ]
    #expect(answers.map { $0.status } == [200, 200, 429])
  }

  @Test func oneClientHasAllOfItsNetwork() {
    #expect(NetworkAddress.limitKey("2001:db8::1") == NetworkAddress.limitKey("2001:db8:0:0:ffff::2"))
    #expect(NetworkAddress.limitKey("2001:db8::1") != NetworkAddress.limitKey("2001:db8:0:1::1"))
    #expect(NetworkAddress.limitKey("::ffff:192.0.2.1") == "192.0.2.1")
    #expect(NetworkAddress.limitKey("192.0.2.1") == "192.0.2.1")
    #expect(
      NetworkAddress.isLoopback("127.8.9.1") && NetworkAddress.isLoopback("::1") && NetworkAddress.isLoopback("::ffff:127.0.0.1"))
    #expect(!NetworkAddress.isLoopback("192.0.2.1") && !NetworkAddress.isLoopback("::2"))
  }

  @Test func memoryHasABound() async {
    let clock = TurnedClock()
    let buckets = TokenBuckets(quotas: [.anonymous: RateQuota(count: 1, window: 60)], clock: clock, capacity: 10)
    for number in 0..<1000 {
      clock.turn(1)
      #expect(await buckets.take(.anonymous, key: "\(number)").retryAfter == nil)
    }
    #expect(await buckets.take(.anonymous, key: "999").retryAfter == 60)
  }
}
