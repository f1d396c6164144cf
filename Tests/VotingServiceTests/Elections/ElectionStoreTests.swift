import Curve25519
import Elections
import TestDatabases
import TestSupport
import Testing
import VotingService

@Suite("Elections before they open")
struct ElectionStoreTests {
  @Test("the life of an election is one table: every state with every action")
  func lifeCycle() {
    let allowed: [ElectionState: [ElectionAction: ElectionState]] = [
      .draft: [.edit: .draft, .delete: .draft, .open: .active, .abort: .aborted],
      .active: [.pause: .paused, .close: .closed, .abort: .aborted, .replaceCredential: .active],
      .paused: [.resume: .active, .close: .closed, .abort: .aborted, .replaceCredential: .paused],
      .closed: [.abort: .aborted, .tally: .tallied],
      .tallied: [.archive: .archived], .archived: [:], .aborted: [:],
    ]
    for state in ElectionState.allCases {
      for action in ElectionAction.allCases {
        #expect(action.next(from: state) == allowed[state]?[action], "\(action) from \(state)")
      }
    }
  }

  @Test("a draft is made, read, changed and removed", arguments: DatabaseKind.all)
  func drafts(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let made = try await field.draft()
      #expect(made.reference.count == 20 && made.origin.description == "vote.example/\(made.reference)")
      #expect(made.state == .draft && made.version == 1)
      let read = try await field.elections.election(made.reference, for: field.organiser)
      #expect(read.manifest.encoded == made.manifest.encoded)

      let definition = ElectionDefinition(manifest: try ElectionField.manifest("Other"), threshold: 3, quorum: 4)
      let changed = try await field.elections.update(made.reference, to: definition, version: 1, by: field.organiser)
      #expect(changed.version == 2 && changed.manifest.title.description == "Other")
      #expect(changed.definition.threshold == 3 && changed.definition.quorum == 4)
      await #expect(throws: ElectionError.otherVersion(2)) {
        try await field.elections.update(made.reference, to: definition, version: 1, by: field.organiser)
      }

      let copy = try await field.elections.clone(made.reference, by: field.organiser)
      #expect(copy.reference != made.reference && copy.definition.threshold == 3)
      await #expect(throws: ElectionError.otherVersion(2)) {
        try await field.elections.delete(made.reference, version: 1, by: field.organiser)
      }
      try await field.elections.delete(made.reference, version: 2, by: field.organiser)
      await #expect(throws: ElectionError.notFound) { try await field.elections.election(made.reference, for: field.organiser) }
      #expect(field.notes.actions == ["election.create", "election.update", "election.clone", "election.delete"])
    }
  }

  @Test("drafts are their organiser's; others may read or manage them only if they may all", arguments: DatabaseKind.all)
  func strangers(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let made = try await field.draft()
      let definition = made.definition
      let stranger = Organiser(account: "eve")
      let auditor = Organiser(account: "bob", readsAll: true)
      let owner = Organiser(account: "cai", managesAll: true)
      for reader in [stranger, nil] {
        await #expect(throws: ElectionError.notFound) { try await field.elections.election(made.reference, for: reader) }
      }
      #expect(try await field.elections.election(made.reference, for: auditor).reference == made.reference)
      await #expect(throws: ElectionError.notFound) {
        try await field.elections.update(made.reference, to: definition, version: nil, by: stranger)
      }
      await #expect(throws: ElectionError.notOrganiser) {
        try await field.elections.update(made.reference, to: definition, version: nil, by: auditor)
      }
      _ = try await field.elections.update(made.reference, to: definition, version: nil, by: owner)
      #expect(try await field.elections.list(for: stranger, limit: 10).isEmpty)
      #expect(try await field.elections.list(for: auditor, limit: 10).map(\.reference) == [made.reference])
    }
  }

  @Test("lists come in pages", arguments: DatabaseKind.all)
  func pages(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      var made: [String] = []
      for _ in 0..<5 { made.append(try await field.draft().reference) }
      var found: [String] = []
      while true {
        let page = try await field.elections.list(for: field.organiser, after: found.last ?? "", limit: 2)
        if page.isEmpty { break }
        #expect(page.count <= 2)
        found += page.map(\.reference)
      }
      #expect(found == made.sorted())
    }
  }

  @Test("two changes at once: one is done, the other told of it", arguments: DatabaseKind.all)
  func concurrency(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let made = try await field.draft()
      let outcomes = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
        for _ in 0..<4 {
          group.addTask {
            (try? await field.elections.update(made.reference, to: made.definition, version: 1, by: field.organiser)) != nil
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 1)
    }
  }

  @Test("what cannot be is refused by its member", arguments: [(0, nil, "threshold"), (51, nil, "threshold"), (3, 2, "quorum")])
  func definitions(threshold: Int, quorum: Int?, member: String) async throws {
    try await withElections(.sqlite) { field in
      let definition = ElectionDefinition(manifest: try ElectionField.manifest(), threshold: threshold, quorum: quorum)
      do {
        _ = try await field.elections.create(definition, by: field.organiser)
        Issue.record("was taken")
      } catch ElectionError.invalid(let path, _) { #expect(path == member) }
    }
  }

  /// One green point.
  static let png: [UInt8] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53,
    0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xe0, 0x8e, 0xf2, 0x00,
    0x00, 0x01, 0x21, 0x00, 0xae, 0xbe, 0x1c, 0x35, 0x4b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
  ]

  @Test("pictures are kept by their hash, and named by options only when they are there", arguments: DatabaseKind.all)
  func pictures(kind: DatabaseKind) async throws {
    try await withElections(kind) { field in
      let reference = try await field.draft().reference
      let hash = Bytes32(SHA256.hash(Self.png).span)
      let hex = String(decoding: Hexadecimal.encode(hash), as: UTF8.self)
      let definition = ElectionDefinition(manifest: try ElectionField.manifest(picture: hash))
      do {
        _ = try await field.elections.update(reference, to: definition, version: nil, by: field.organiser)
        Issue.record("a picture that is not there was taken")
      } catch ElectionError.invalid(let path, _) { #expect(path == "contests[0].options[0].picture") }
      try await field.elections.putPicture(Self.png, sha256: hex, mediaType: "image/png", in: reference, by: field.organiser)
      _ = try await field.elections.update(reference, to: definition, version: nil, by: field.organiser)
      let kept = try await field.elections.picture(hex, in: reference, for: field.organiser)
      #expect(kept.bytes == Self.png && !kept.isPublic)
      await #expect(throws: ElectionError.self) {
        try await field.elections.removePicture(hex, in: reference, by: field.organiser)
      }
      let copy = try await field.elections.clone(reference, by: field.organiser)
      #expect(try await field.elections.picture(hex, in: copy.reference, for: field.organiser).mediaType == .png)
      await #expect(throws: ElectionError.self) {
        try await field.elections.putPicture(Self.png, sha256: hex, mediaType: "image/jpeg", in: reference, by: field.organiser)
      }
      await #expect(throws: ElectionError.self) {
        try await field.elections.putPicture(
          Self.png + [0], sha256: hex, mediaType: "image/png", in: reference, by: field.organiser)
      }
    }
  }

  @Test("what would fill a telephone or was cut off is refused")
  func falsePictures() async throws {
    let wide = Array(Self.png[..<16]) + [0, 0, 0xc3, 0x50] + Self.png[20...]
    try await withElections(.sqlite) { field in
      let reference = try await field.draft().reference
      for bytes in [wide, Self.png.dropLast(4)] {
        let hex = String(decoding: Hexadecimal.encode(Bytes32(SHA256.hash(bytes).span)), as: UTF8.self)
        await #expect(throws: ElectionError.self) {
          try await field.elections.putPicture(bytes, sha256: hex, mediaType: "image/png", in: reference, by: field.organiser)
        }
      }
    }
  }

  @Test("templates are elections that can be made")
  func templates() {
    #expect(ElectionTemplate.all.map(\.name) == ["yes-no", "single", "approval", "score"])
    for template in ElectionTemplate.all { #expect((try? Manifest(template.manifest.encoded)) != nil) }
  }
}
