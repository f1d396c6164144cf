import HTTPServer
import StrictJSON
import Testing

@testable import API

@Suite struct RouterTests {
  @Test func findsRoutes() async {
    let router = Fixture.router()
    #expect(await router.send("GET", "/api/v1/notes/abc").json["title"] == "abc")
    #expect(await router.send("GET", "/api/v1/notes/mine/title").json["title"] == "mine")
    #expect(await router.send("GET", "/api/v1/notes/mine/files/a/b%20c").json["title"] == "a/b c")
    #expect(await router.send("GET", "/api/v1/notes/%61").json["title"] == "a")
  }

  @Test(arguments: [
    "/api/v1/nothing", "/api/v1/notes/", "/api/v1//notes", "/api/v1/notes/a/b", "/api/v1/notes/toolongname", "/api/v1/notes/a%2Fb",
    "/api/v1/notes/%ff", "/api/v1/notes/%0", "/", "", "*", "/api/v1/notes/%00", "/api/v1/notes/..",
  ])
  func unknownPathsAre404(_ path: String) async {
    let answer = await Fixture.router().send("GET", path)
    #expect(answer.status == 404)
    #expect(answer.code == "not-found")
    #expect(answer.headers["Content-Type"] == "application/problem+json")
    #expect(answer.json["instance"] == "r1")
  }

  @Test func otherMethodsAreToldWhichThereAre() async {
    let router = Fixture.router()
    let answer = await router.send("PATCH", "/api/v1/notes/a")
    #expect(answer.status == 405)
    #expect(answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS")
    let options = await router.send("OPTIONS", "/api/v1/notes/a")
    #expect(options.status == 204)
    #expect(options.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS")
    #expect(options.headers.fields.allSatisfy { !$0.name.hasPrefix("Access-Control") })
    #expect(await router.send("HEAD", "/api/v1/notes/a").status == 200)
    #expect(await router.send("TRACE", "/api/v1/notes/a").status == 405)
  }

  @Test func checksComeInTheirOrder() async {
    let router = Fixture.router(quotas: [.login: RateQuota(count: 1, window: 60)])
    let session = ("Test-Caller", "session")
    #expect(await router.send("POST", "/api/v1/notes", "{}").status == 401)
    #expect(await router.send("POST", "/api/v1/notes", "{}", headers: [("Test-Caller", "bad")]).status == 401)
    #expect(await router.send("DELETE", "/api/v1/notes/a", headers: [session]).code == "forbidden")
    #expect(await router.send("POST", "/api/v1/notes", "{", headers: [session]).code == "forgery")
    #expect(await router.send("POST", "/api/v1/notes", "{", headers: [session, ("X-Comitia-CSRF", "anti")]).code == "not-json")
    #expect(await router.send("PUT", "/api/v1/login", #"{"title":"a"}"#).status == 204)
    #expect(await router.send("PUT", "/api/v1/login", "{", headers: [("Test-Caller", "bad")]).status == 429)
    #expect(await router.send("GET", "/api/v1/trustee").status == 404)
  }

  @Test func forgedRequestsAreRefused() async {
    let router = Fixture.router()
    let note = #"{"title":"a"}"#
    let session = [("Test-Caller", "session"), ("X-Comitia-CSRF", "anti")]
    #expect(await router.send("POST", "/api/v1/notes", note, headers: session).status == 201)
    for wrong in [("X-Comitia-CSRF", "ant"), ("X-Comitia-CSRF", ""), ("Cookie", "a=b")] {
      #expect(await router.send("POST", "/api/v1/notes", note, headers: [session[0], wrong]).code == "forgery")
    }
    for (field, value) in [
      ("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", "https://vote.example"),
      ("Origin", "http://vote.example.evil"),
      ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
    ] {
      #expect(await router.send("POST", "/api/v1/notes", note, headers: session + [(field, value)]).code == "forgery")
      #expect(await router.send("PUT", "/api/v1/login", note, headers: [(field, value)]).code == "forgery")
    }
    let own = session + [("Origin", "http://vote.example"), ("Sec-Fetch-Site", "same-origin")]
    #expect(await router.send("POST", "/api/v1/notes", note, headers: own).status == 201)
    let secure = session + [("Origin", "https://vote.example")]
    #expect(await router.send("POST", "/api/v1/notes", note, headers: secure, isSecure: true).status == 201)
    #expect(await router.send("POST", "/api/v1/notes", note, headers: [("Test-Caller", "token")]).status == 201)
  }

  @Test(arguments: [
    (#"{"title":"a","titel":"b"}"#, 422, ["titel"]), (#"{"title":1}"#, 422, ["title"]), (#"{"title":""}"#, 422, ["title"]),
    (#"{"title":"012345678901234567890"}"#, 422, ["title"]), (#"{"title":"a\u0000"}"#, 422, ["title"]), ("{}", 422, ["title"]),
    (#"{"title":"a","stars":6}"#, 422, ["stars"]), (#"{"title":"a","title":"b"}"#, 400, []), ("", 400, []), ("[", 400, []),
    ("[]", 422, [""]),
    (String(repeating: "[", count: 100), 400, []), (String(repeating: " ", count: 201), 413, []),
  ])
  func bodiesAreCheckedByMember(_ body: String, _ status: Int, _ paths: [String]) async {
    let answer = await Fixture.router().send("POST", "/api/v1/notes", body, headers: [("Test-Caller", "token")])
    #expect(answer.status == status)
    #expect(answer.paths == paths)
  }

  @Test func bodiesNeedTheirType() async {
    let router = Fixture.router()
    for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
      let answer = await router.send(
        "POST", "/api/v1/notes", #"{"title":"a"}"#, headers: [("Test-Caller", "token"), ("Content-Type", type)])
      #expect(answer.status == 415)
    }
    let charset = ("Content-Type", "Application/JSON; charset=utf-8")
    #expect(
      await router.send("POST", "/api/v1/notes", #"{"title":"a"}"#, headers: [("Test-Caller", "token"), charset]).status == 201)
    #expect(await router.send("GET", "/api/v1/notes", "{}").status == 400)
    #expect(router.bodyLimit(method: "POST", path: "/api/v1/notes") == 1024)
  }

  @Test(arguments: [
    ("limit=0", ["limit"]), ("limit=201", ["limit"]), ("limit=x", ["limit"]), ("limit=01", ["limit"]), ("limit=", ["limit"]),
    ("limit=1&limit=1", ["limit"]), ("x=1&y", ["x", "y"]), ("after=", ["after"]), ("after=%00", ["after"]), ("%zz=1", []),
  ])
  func queriesAreChecked(_ query: String, _ paths: [String]) async {
    let answer = await Fixture.router().send("GET", "/api/v1/notes?\(query)")
    #expect(answer.status == 400)
    #expect(answer.code == "bad-parameter")
    #expect(answer.paths == paths)
  }

  @Test func listsComeInPages() async {
    let router = Fixture.router()
    var target = "/api/v1/notes?limit=50"
    var titles: [String] = []
    while true {
      let page = await router.send("GET", target)
      guard case .list(let items) = page.json["items"] else { break }
      titles += items.compactMap { $0["title"]?.text }
      guard let link = page.headers["Link"] else {
        #expect(page.json["next"] == nil)
        break
      }
      let next = page.json["next"]?.text ?? ""
      #expect(link == "</api/v1/notes?limit=50&after=\(next)>; rel=\"next\"")
      target = String(link.dropFirst().prefix { $0 != ">" })
    }
    #expect(titles == (0..<120).map { "n\($0)" })
  }

  @Test func errorsThatNobodyExpectsSayNothing() async {
    let reports = Reports()
    let answer = await Fixture.router(reports: reports).send("GET", "/api/v1/broken", id: "r77")
    #expect(answer.status == 500)
    #expect(answer.json["instance"] == "r77")
    #expect(!String(decoding: answer.body, as: UTF8.self).contains("hunter2"))
    #expect(reports.ids == ["r77"])
  }

  @Test func everyAnswerHasItsSecurityFields() async {
    let router = Fixture.router()
    for path in ["/api/v1/notes", "/api/v1/nothing", "/api/v1/broken", "/api/v1/openapi.json"] {
      let headers = await router.send("GET", path).headers
      #expect(headers["X-Content-Type-Options"] == "nosniff")
      #expect(headers["Referrer-Policy"] == "no-referrer")
      #expect(headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'")
      #expect(headers["Cache-Control"] == "no-store")
      #expect(headers["RateLimit"] != nil)
      #expect(headers["Access-Control-Allow-Origin"] == nil)
    }
  }
}
