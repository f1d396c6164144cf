import Testing

@testable import comitia

@Suite("Access log")
struct AccessLogTests {
  @Test("a voter's requests are logged without credential or tracker")
  func voters() {
    let election = "/api/v1/elections/abcdefghijkmnpqrstuv"
    for (path, logged) in [
      ("/ballots", "/ballots"), ("/credentials/00ff", "/credentials/…"), ("/receipts/00ff/x", "/receipts/…"), ("/booth", "/booth"),
    ] {
      let entry = LoggedPath(election + path)
      #expect(entry.isVoters)
      #expect(entry.path == election + logged)
    }
    #expect(LoggedPath("/vote/abcdefghijkmnpqrstuv").isVoters)
  }

  @Test(
    "other requests are logged as they are",
    arguments: ["/", "/api/v1/elections", "/api/v1/elections/x/board/tile/0/000", "/js/vote/start.mjs", ""])
  func others(path: String) {
    let entry = LoggedPath(path)
    #expect(entry.path == path)
    #expect(!entry.isVoters)
  }
}
