import StrictJSON
import Testing

@testable import API

@Suite struct ServiceRoutesTests {
  private struct Check: ReadinessCheck {
    let name: String
    let isWell: Bool
    func check() async throws { if !isWell { throw Unexpected() } }
  }

  @Test func health() async {
    let answer = await Fixture.router().send("GET", "/api/v1/health")
    #expect(answer.status == 200)
    #expect(answer.json == ["status": "up"])
  }

  @Test(arguments: [true, false]) func pilotsSayThatTheyAreSome(isPilot: Bool) async {
    let group = PilotRoutes(isPilot: isPilot).group
    let answer = await Fixture.router(more: [group]).send("GET", "/api/v1/pilot")
    #expect(answer.status == 200)
    #expect(answer.json == ["pilot": .boolean(isPilot)])
  }

  @Test func onlyWhatHoldsNoSecretIsCompressible() async {
    #expect(await Fixture.router().send("GET", "/api/v1/openapi.json").isCompressible)
    #expect(await !Fixture.router().send("GET", "/api/v1/notes").isCompressible)
  }

  @Test func readinessNamesWhatFails() async {
    let well = Fixture.router(checks: [Check(name: "database", isWell: true)])
    #expect(await well.send("GET", "/api/v1/ready").json == ["ready": true, "failed": []])
    let reports = Reports()
    let ill = Fixture.router(reports: reports, checks: [Check(name: "database", isWell: true), Check(name: "disk", isWell: false)])
    let answer = await ill.send("GET", "/api/v1/ready")
    #expect(answer.status == 503)
    #expect(answer.json == ["ready": false, "failed": ["disk"]])
    #expect(reports.ids == ["r1"])
  }

  @Test func metricsAreForTheOperator() async {
    let router = Fixture.router()
    _ = await router.send("GET", "/api/v1/notes/secret1")
    _ = await router.send("BREW", "/api/v1/notes/secret1")
    let text = String(decoding: await router.send("GET", "/metrics").body, as: UTF8.self)
    #expect(text.contains(#"comitia_http_requests_total{route="/api/v1/notes/{id}",method="GET",status="200"} 1"#))
    #expect(text.contains(#"method="other",status="405"} 1"#))
    #expect(text.contains(#"comitia_http_request_seconds_bucket{route="/api/v1/notes/{id}",le="+Inf"} 2"#))
    #expect(!text.contains("secret1"))
    #expect(await router.send("GET", "/metrics", address: "192.0.2.1").status == 403)
    #expect(await router.send("GET", "/metrics", headers: [("X-Forwarded-For", "192.0.2.1")]).status == 403)
    let guarded = Fixture.router(operatorToken: "operators-own")
    #expect(await guarded.send("GET", "/metrics").status == 401)
    #expect(await guarded.send("GET", "/metrics", headers: [("Authorization", "Bearer other")]).status == 401)
    #expect(
      await guarded.send("GET", "/metrics", headers: [("Authorization", "Bearer operators-own")], address: "192.0.2.1").status
        == 200)
  }

  @Test func descriptionIsComplete() async {
    let document = await Fixture.router().send("GET", "/api/v1/openapi.json").json
    #expect(document["openapi"] == "3.1.0")
    for (path, method) in [
      ("/api/v1/notes", "get"), ("/api/v1/notes", "post"), ("/api/v1/notes/{id}", "delete"),
      ("/api/v1/notes/{id}/files/{path}", "get"),
      ("/api/v1/openapi.json", "get"), ("/metrics", "get"),
    ] {
      let operation = document["paths"]?[path]?[method]
      #expect(operation?["operationId"] != nil)
      for status in ["400", "429", "500", "503"] { #expect(operation?["responses"]?[status] != nil) }
    }
    let create = document["paths"]?["/api/v1/notes"]?["post"]
    for status in ["201", "401", "403", "413", "415", "422"] { #expect(create?["responses"]?[status] != nil) }
    #expect(create?["security"] == [["session": [], "antiForgery": []], ["token": []]])
    #expect(document["components"]?["schemas"]?["Note"]?["required"] == ["title"])
  }
}
