import Foundation
import Testing
import TrusteeSupport

/// `comitia trustee` as processes, against a service that speaks HTTP.
@Suite("Trustees as processes", .serialized)
struct TrusteeCommandTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("a passphrase for tests\n", to: "passphrase")
  }

  private func trustee(_ words: [String], _ key: String = "key") throws -> CommandRun {
    try CommandRun(
      [CommandRun.executable, "trustee"] + words + ["--key", key, "--passphrase-file", "passphrase"], in: scratch)
  }

  private func join(_ web: TrusteeWebService, _ number: Int) throws {
    let run = try trustee(["join", web.link(number), "--name", "Trustee \(number)", "--yes"], "key\(number)")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("You are trustee \(number) of “Board”"))
  }

  /// Waits until the service has come so far.
  private func wait(_ what: String, _ isReached: () -> Bool) throws {
    for _ in 0..<600 {
      if isReached() { return }
      usleep(100_000)
    }
    throw CommandFault(what: what)
  }

  private struct CommandFault: Error { let what: String }

  @Test("a whole election, killed and started again, with a clock that is wrong")
  func wholeElection() throws {
    let web = TrusteeWebService(trustees: 3, threshold: 2, clockOffset: 10_000)
    defer { web.stop() }
    for number in 1...3 { try join(web, number) }
    try web.service.beginCeremony(.init([UInt8](repeating: 8, count: 32).span))
    func start(_ number: Int) throws -> Running {
      try Running(
        [CommandRun.executable, "trustee", "run", "--key", "key\(number)", "--passphrase-file", "passphrase"], in: scratch)
    }
    var first = try start(1)
    let others = try (2...3).map(start)
    try wait("a message") { web.service.with { !$0.messages.isEmpty } }
    first.signal(SIGKILL)
    #expect(try first.wait().status == 128 + SIGKILL)
    // The service is away for a moment; then a second process for one key file is refused.
    web.setAway(true)
    first = try start(1)
    usleep(500_000)
    let polls = web.polls(1)
    web.setAway(false)
    try wait("trustee 1") { web.polls(1) > polls }
    try trustee(["run", "--once"], "key1").expectRefusal("used by another process")
    try wait("ready") { web.service.with { $0.phase == .ready } }
    try web.service.open()
    try web.service.cast(0..<3)
    try wait("cosignatures") { web.service.with { $0.cosignatures[4]?.count == 3 } }
    try web.service.close()
    try wait("partials") { web.service.with { $0.partials.count == 3 } }
    try web.service.finish()
    for running in [first] + others {
      let run = try running.wait()
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(run.output.contains("the record passes all checks; your share is wiped"))
      #expect(run.output.contains("3 Trustee 3: ") || run.output.contains("fire drill passed"))
    }
    let status = try CommandRun(
      "trustee", "status", "--key", "key1", "--passphrase-file", "passphrase", "--json", in: scratch
    ).json()
    let election = try #require((status["elections"] as? [[String: Any]])?.first)
    #expect(election["holdsShare"] as? Bool == false)
    #expect((election["stage"] as? String)?.hasPrefix("over") == true)
    #expect(scratch.names.contains("key1.boards"))
    #expect(!scratch.names.contains("key1.evidence"))
  }

  @Test("Ctrl-C and SIGTERM stop it in good order", arguments: [SIGINT, SIGTERM])
  func stopping(signal: Int32) throws {
    let web = TrusteeWebService(trustees: 1, threshold: 1)
    defer { web.stop() }
    try join(web, 1)
    let running = try Running(
      [CommandRun.executable, "trustee", "run", "--key", "key1", "--passphrase-file", "passphrase"], in: scratch)
    try wait("a poll") { web.polls(1) > 1 }
    running.signal(signal)
    #expect(try running.wait().status == 0)
  }

  @Test("invitations are used once, and by one key")
  func invitations() throws {
    let web = TrusteeWebService(trustees: 2, threshold: 2)
    defer { web.stop() }
    try join(web, 1)
    // The same key again: nothing changes.
    try join(web, 1)
    let other = try trustee(["join", web.link(1), "--name", "Trustee 1", "--yes"], "key2")
    other.expectRefusal("the service refuses (409): The invitation was used")
    let unknown = web.link(1).replacingOccurrences(of: web.tokens[0], with: String(repeating: "x", count: 43))
    try trustee(["join", unknown, "--name", "A", "--yes"], "key2").expectRefusal("There is no such invitation")
    try trustee(["join", "https://vote.example/", "--name", "A", "--yes"], "key2").expectRefusal("no invitation link")
    try trustee(["join", web.link(2), "--name", "A"], "key2").expectRefusal("--yes")
  }

  @Test("an alarm leaves evidence and exit code 1")
  func alarm() throws {
    let web = TrusteeWebService(trustees: 1, threshold: 1)
    defer { web.stop() }
    try join(web, 1)
    try web.service.beginCeremony(.init([UInt8](repeating: 8, count: 32).span))
    for _ in 0..<2 { #expect(try trustee(["run", "--once"], "key1").status == 0) }
    try web.service.open()
    let empty = web.service.with { $0.board }
    try web.service.cast(0..<2)
    #expect(try trustee(["run", "--once"], "key1").status == 0)
    web.service.with { $0.board = empty }
    let run = try trustee(["run", "--once"], "key1")
    #expect(run.status == 1)
    #expect(run.errors.contains("The board is shorter than the one you cosigned"))
    let evidence = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/key1.evidence")
    #expect(evidence.count == 1)
    #expect(web.service.with { $0.shownCheckpoints.count } == 1)
    web.stop()
    let away = try trustee(["run", "--once"], "key1")
    #expect(away.status == 2 || away.status == 1)
  }

  @Test("key files: passphrases, copies, permissions")
  func keyFiles() throws {
    let made = try trustee(["key", "create"])
    #expect(made.status == 0, "\(made.errors)")
    let fingerprint = try #require(made.output.firstMatch(of: #/[0-9a-f]{64}/#)?.output)
    try trustee(["key", "create"]).expectRefusal("is there already")
    try FileManager.default.copyItem(atPath: scratch.path + "/key", toPath: scratch.path + "/copy")
    #expect(try trustee(["status"], "copy").output.contains(fingerprint))
    try scratch.write("another passphrase\n", to: "other")
    try scratch.write("short\n", to: "short")
    try CommandRun("trustee", "status", "--key", "key", "--passphrase-file", "other", in: scratch)
      .expectRefusal("the passphrase is wrong, or the file is damaged")
    try trustee(["key", "passphrase", "--new-passphrase-file", "short"]).expectRefusal("shorter than 12 characters")
    #expect(try trustee(["key", "passphrase", "--new-passphrase-file", "other"]).status == 0)
    #expect(
      try CommandRun("trustee", "status", "--key", "key", in: scratch, environment: ["COMITIA_PASSPHRASE_FILE": "other"]).status
        == 0)
    try trustee(["status"]).expectRefusal("the passphrase is wrong")
    chmod(scratch.path + "/key", 0o644)
    try CommandRun("trustee", "status", "--key", "key", "--passphrase-file", "other", in: scratch)
      .expectRefusal("can be read by other users")
    try trustee(["status"], "nothing").expectRefusal("there is no key file")
    try scratch.write("not a key file", to: "text")
    chmod(scratch.path + "/text", 0o600)
    try trustee(["status"], "text").expectRefusal("not a key file, or only the beginning of one")
    try trustee(["run"], "copy").expectRefusal("no election that goes on")
  }
}
