import Foundation
import RecordFiles
import Testing

@Suite("Records on disk")
struct RecordDraftTests {
  /// A folder of its own for a test, removed at its end.
  final class Scratch {
    let path = FileManager.default.temporaryDirectory.path + "/comitia-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }
  }

  static let file = Array("tile/entries/x001/000.p/7".utf8)

  @Test("a record appears when it is complete, and holds what was written")
  func commit() throws {
    let scratch = try Scratch()
    let draft = try RecordDraft(path: scratch.path + "/record")
    try draft.write([1, 2, 3], to: Self.file)
    #expect(draft.read(Self.file) == [1, 2, 3])
    #expect(!scratch.names.contains("record"))
    try draft.commit()
    #expect(scratch.names == ["record"])
    let record = RecordFolder(path: scratch.path + "/record")
    #expect(record.exists)
    #expect(record.read(Self.file) == [1, 2, 3])
    #expect(record.read(Array("manifest".utf8)) == nil)
    #expect(!draft.discard())
    #expect(scratch.names == ["record"])
  }

  @Test("a discarded draft leaves nothing, and takes nothing more")
  func discard() throws {
    let scratch = try Scratch()
    let draft = try RecordDraft(path: scratch.path + "/record")
    try draft.write([1], to: Self.file)
    #expect(draft.discard())
    #expect(scratch.names.isEmpty)
    #expect(throws: RecordFolderError.self) { try draft.write([1], to: Self.file) }
    #expect(throws: RecordFolderError.self) { try draft.commit() }
    #expect(scratch.names.isEmpty)
  }

  @Test("what is there already stays as it is")
  func existing() throws {
    let scratch = try Scratch()
    let place = scratch.path + "/record"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: place))
    #expect(throws: RecordFolderError.exists(path: place)) { try RecordDraft(path: place) }
    #expect(scratch.names == ["record"])
    #expect(try String(contentsOfFile: place, encoding: .utf8) == "mine")
  }

  @Test("what appears while a draft is written stays as it is")
  func appearing() throws {
    let scratch = try Scratch()
    let draft = try RecordDraft(path: scratch.path + "/record")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: scratch.path + "/record"))
    #expect(throws: RecordFolderError.exists(path: scratch.path + "/record")) { try draft.commit() }
    draft.discard()
    #expect(scratch.names == ["record"])
  }

  @Test("a link that leads nowhere is something that is there")
  func danglingLink() throws {
    let scratch = try Scratch()
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/record", withDestinationPath: "nowhere")
    #expect(throws: RecordFolderError.exists(path: scratch.path + "/record")) { try RecordDraft(path: scratch.path + "/record") }
  }

  @Test("a folder that is not there is not made")
  func missingParent() throws {
    let scratch = try Scratch()
    #expect(throws: RecordFolderError.self) { try RecordDraft(path: scratch.path + "/no/record") }
    #expect(scratch.names.isEmpty)
  }

  @Test("drafts of dead processes are removed, others are not")
  func stale() throws {
    let scratch = try Scratch()
    // No process has this number: it is above the kernel's largest.
    let dead = ".record.\(1 << 23).partial"
    let others = [".record.\(getpid() == 1 ? 2 : 1).partial", ".other.\(1 << 23).partial", ".record.x.partial"]
    for name in [dead] + others {
      try FileManager.default.createDirectory(atPath: scratch.path + "/" + name, withIntermediateDirectories: false)
    }
    let draft = try RecordDraft(path: scratch.path + "/record")
    draft.discard()
    #expect(scratch.names == others.sorted())
  }

  @Test("only regular files are read")
  func pipes() throws {
    let scratch = try Scratch()
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    let folder = RecordFolder(path: scratch.path)
    #expect(folder.read(Array("pipe".utf8)) == nil)
    #expect(folder.read(Array(".".utf8)) == nil)
  }
}
