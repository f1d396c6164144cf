import Curve25519
import Database
import HTTPServer
import StrictJSON
import Synchronization
import TestDatabases
import Testing
import TransparencyLog
import VotingService

@testable import API

@Suite struct AuditTests {
  /// The whole log as lines, with its checkpoint.
  private func export(_ fixture: AccessFixture) async throws -> (lines: [[UInt8]], checkpoint: SignedCheckpoint) {
    let export = try await fixture.access.auditExport()
    var text: [UInt8] = []
    try await export.writeLines { text += $0 }
    return (text.split(separator: 0x0a).map(Array.init), export.checkpoint)
  }

  @Test(arguments: DatabaseKind.all) func whateverIsChangedIsNoticed(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      for number in 0..<5 { _ = try await fixture.account(.support, "s\(number)@example.org", by: owner) }
      let key = fixture.audit.verifierKey
      let older = try await export(fixture)
      _ = try await fixture.account(.voter, "last@example.org", by: owner)
      let (lines, checkpoint) = try await export(fixture)
      #expect(lines.count == 18 && older.lines.count == 16)
      try AuditVerification.verify(lines: lines, checkpoint: checkpoint, key: key)
      try AuditVerification.verify(lines: lines, checkpoint: checkpoint, key: key, older: older.checkpoint)
      let refused = { (lines: [[UInt8]]) -> Void in
        #expect(throws: AuditFailure.self) { try AuditVerification.verify(lines: lines, checkpoint: checkpoint, key: key) }
      }
      for position in lines.indices {
        var changed = lines
        changed[position][changed[position].count / 2] ^= 1
        refused(changed)
        var dropped = lines
        dropped.remove(at: position)
        refused(dropped)
        var inserted = lines
        inserted.insert(lines[position], at: position)
        refused(inserted)
        var moved = lines
        moved.swapAt(position, (position + 1) % lines.count)
        refused(moved)
      }
      refused(Array(lines.dropLast()))
      refused([])
      // Cut off, with the checkpoint that was true then: noticed by whoever has seen the newer one.
      try AuditVerification.verify(lines: older.lines, checkpoint: older.checkpoint, key: key)
      #expect(throws: AuditFailure.history) {
        try AuditVerification.verify(lines: older.lines, checkpoint: older.checkpoint, key: key, older: checkpoint)
      }
      let other = try AuditLog(
        origin: "vote.example/audit-log", privateKey: Ed25519.PrivateKey(seed: Bytes32([UInt8](repeating: 8, count: 32).span)),
        clock: fixture.clock)
      #expect(throws: AuditFailure.checkpoint) {
        try AuditVerification.verify(lines: lines, checkpoint: checkpoint, key: other.verifierKey)
      }
    }
  }

  @Test(arguments: DatabaseKind.all) func whoeverRewritesTheDatabaseIsNoticed(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      _ = try await fixture.account(.administrator, "ada@example.org", by: owner)
      let older = try await export(fixture)
      let key = fixture.audit.verifierKey
      // One entry is rewritten and, as its author knows how, the tree over all of them.
      var lines = older.lines
      lines[1] = Array(String(decoding: lines[1], as: UTF8.self).replacing("service", with: "nobody1").utf8)
      var edge = MerkleFrontier()
      for line in lines { try edge.append(MerkleTree.leafHash(line)) }
      let hashes = edge.hashes.flatMap { $0.bytes }
      let entry = lines[1]
      try await fixture.database.transaction { session in
        try await session.execute("UPDATE audit_entries SET entry = $1 WHERE position = 1", [.bytes(entry)])
        try await session.execute("UPDATE audit_head SET edge = $1", [.bytes(hashes)])
      }
      let now = try await export(fixture)
      try AuditVerification.verify(lines: now.lines, checkpoint: now.checkpoint, key: key)
      #expect(throws: AuditFailure.history) {
        try AuditVerification.verify(lines: now.lines, checkpoint: now.checkpoint, key: key, older: older.checkpoint)
      }
    }
  }

  @Test(arguments: DatabaseKind.all) func whatIsUndoneIsNotLogged(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let before = try await fixture.auditActions()
      await #expect(throws: AccessError.lastOwner) { try await fixture.access.delete(owner.id, by: AccessFixture.caller(owner)) }
      #expect(try await fixture.auditActions() == before)
    }
  }

  @Test(arguments: DatabaseKind.all) func manyAtOnceMakeOneLog(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let caller = AccessFixture.caller(owner)
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask { _ = try? await fixture.access.change(owner.id, AccountChange(name: "Ada\(number)"), by: caller) }
        }
      }
      let (lines, checkpoint) = try await export(fixture)
      #expect(lines.count > 1)
      try AuditVerification.verify(lines: lines, checkpoint: checkpoint, key: fixture.audit.verifierKey)
    }
  }

  @Test(arguments: DatabaseKind.all) func theLogHoldsNoSecretsAndNoNames(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      let ada = try await fixture.account(.voter, "ada@example.org", voterID: "V77", by: owner)
      let (_, client) = await fixture.signIn("owner@example.org")
      let token = await client.send(
        "POST", "/tokens", ["name": "secretname", "scopes": ["vote"], "expires": "2026-12-24T00:00:00Z"])
      let code = await client.send("POST", "/accounts/\(ada.id)/password").json["code"]?.text ?? ""
      _ = await fixture.router.send("POST", "/api/v1/password-resets", #"{"code":"\#(code)","password":"a new passphrase"}"#)
      let text = String(decoding: try await export(fixture).lines.flatMap { $0 }, as: UTF8.self)
      for secret in [
        "ada@example.org", "V77", "Lovelace", AccessFixture.password, "a new passphrase", code, token.json["token"]?.text ?? "",
        client.token,
      ] { #expect(!text.contains(secret)) }
      #expect(text.contains("account.password-reset") && text.contains("token.created"))
    }
  }

  @Test(arguments: DatabaseKind.all) func theLogIsReadInPagesAndExported(_ kind: DatabaseKind) async throws {
    try await AccessFixture.run(kind) { fixture in
      let owner = try await fixture.owner()
      for number in 0..<4 { _ = try await fixture.account(.voter, "v\(number)@example.org", by: owner) }
      let (_, client) = await fixture.signIn("owner@example.org")
      var positions: [Int64] = []
      var target: String? = "/audit-log?limit=3"
      while let next = target {
        let page = await client.send("GET", next)
        guard case .list(let items) = page.json["items"] else { break }
        positions += items.compactMap { $0["position"]?.integer }
        target = page.json["next"]?.text.map { "/audit-log?limit=3&after=\($0)" }
      }
      #expect(positions == (0..<10).reversed())
      let request = HTTPRequest(
        method: "GET", path: "/api/v1/audit-log/export", headers: HTTPHeaders([("Cookie", "comitia=\(client.token)")]))
      guard case .response(let response) = await fixture.router.respond(to: request), case .stream(let write) = response.body else {
        return #expect(Bool(false))
      }
      let writer = Collector()
      try await write(writer)
      let parts = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n\n", maxSplits: 1)
      let lines = parts[0].split(separator: "\n").map { Array($0.utf8) }
      let checkpoint = try SignedCheckpoint(parsing: Array(parts[1].utf8))
      try AuditVerification.verify(lines: lines, checkpoint: checkpoint, key: fixture.audit.verifierKey)
    }
  }
}

/// Keeps what is streamed.
private final class Collector: HTTPBodyWriter {
  private let collected = Mutex<[UInt8]>([])
  var bytes: [UInt8] { collected.withLock { $0 } }
  func write(_ bytes: [UInt8]) async throws { collected.withLock { $0 += bytes } }
}
