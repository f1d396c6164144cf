import Curve25519
import Elections
import TestSupport
import Testing
import TransparencyLog

@testable import Verification

/// Records that do not hold still, or are larger than they should be.
@Suite("Shifty records")
struct ShiftyRecordTests {
  /// Two elections that differ in one vote: what the log says, and what the attacker would like to be counted.
  private func twoBoards() throws -> (honest: Forge, wanted: Forge) {
    var honest = try Attack.begun(Attack.single())
    var wanted = honest
    try honest.cast([[1, 0, 0]], by: 0)
    try wanted.cast([[0, 0, 1]], by: 0)
    honest.close()
    wanted.close()
    return (honest, wanted)
  }

  @Test("entries that change between two readings are noticed", arguments: [0, 1, 2])
  func entriesChange(reading: Int) throws {
    let (honest, wanted) = try twoBoards()
    var record = try honest.record()
    // Tally and result of the wanted ballots, decrypted for the honest checkpoint: all that remains is to show the verifier other entries.
    let totals = wanted.totals(wanted.counted())
    let statement = honest.statement(totals)
    record["tally"] = honest.tally(statement, honest.partials(statement, by: [1, 2]))
    record["result"] = honest.result(honest.decrypted(totals)).encoded
    let other = try wanted.board()
    let source = ShiftySource(record) { path, asked, stored in
      path.hasPrefix("tile/entries") && asked >= reading ? other[path] : stored
    }
    let (report, _) = try verify(source)
    #expect(!report.passed)
    #expect(report.firstFailure?.check == .board)
  }

  @Test("an opening entry that changes after it was read is noticed")
  func openingChanges() throws {
    let honest = try Attack.closed(Attack.single())
    var other = honest
    other.opening.quorum = 3
    other.entries[0] = BoardEntry(.opening, time: 1_700_000_000_000, body: other.opening.encoded).encoded
    let record = try honest.record()
    let forged = try other.board()
    let source = ShiftySource(record) { path, asked, stored in
      path.hasPrefix("tile/entries") && asked == 0 ? forged[path] : stored
    }
    let (report, _) = try verify(source)
    #expect(report.outcomes.first { $0.check == .board }?.passed == false)
  }

  @Test("entries that change while ciphertexts are compared in parts are noticed")
  func entriesChangeBetweenParts() throws {
    let forge = try Attack.closed(Attack.single())
    let other = try Attack.closed(Attack.blankable()).board()
    let source = ShiftySource(try forge.record()) { path, asked, stored in
      path.hasPrefix("tile/entries") && asked == 2 ? other[path] : stored
    }
    var verifier = RecordVerifier(source: source, runner: SequentialRunner())
    verifier.ciphertextCapacity = 6
    #expect(try verifier.verify().report.firstFailure?.check == .board)
  }

  @Test("a checkpoint of an absurd size is refused, not run into", arguments: [1 << 40, 1 << 62, UInt64.max >> 1, UInt64.max])
  func absurdSize(size: UInt64) throws {
    let forge = try Attack.closed(Attack.single())
    var record = try forge.record()
    let body = "\(String(decoding: forge.opening.origin, as: UTF8.self))\n\(size)\n" + Array(record["checkpoint"]).line(2) + "\n"
    let signer = try NoteSigner(name: forge.opening.origin, type: .ed25519, privateKey: forge.logKey)
    record["checkpoint"] = try SignedNote(text: Array(body.utf8), signatures: [signer.sign(text: Array(body.utf8))]).bytes
    // The first bundle is there, as if it were full.
    record["tile/entries/000"] = record["tile/entries/000.p/5"]
    let outcome = Result { try verify(record).report }
    switch outcome {
    case .success(let report): #expect(report.firstFailure?.check == .board)
    case .failure(let error): #expect(error is UnreadableRecord)
    }
  }

  @Test("a full bundle of an absurdly large log ends as an unreadable record")
  func absurdSizeWithBundle() throws {
    var forge = try Forge(Attack.single())
    while forge.entries.count < 256 { forge.close() }
    var record = try forge.board()
    let signer = try NoteSigner(name: forge.opening.origin, type: .ed25519, privateKey: forge.logKey)
    let size = UInt64.max >> 1
    record["checkpoint"] = try signer.sign(Checkpoint(origin: forge.opening.origin, size: size, root: .zero)).bytes
    for path in ["tally", "result", "draw-closing", "certificate"] { record[path] = [] }
    #expect(throws: UnreadableRecord.missing(path: Array("tile/entries/001".utf8))) { try verify(record) }
  }

  @Test(
    "a missing file makes a record unreadable",
    arguments: [
      "manifest", "trustees", "roll", "draw-opening", "checkpoint", "tally", "result", "draw-closing", "certificate",
    ])
  func missing(path: String) throws {
    var record = try Attack.closed(Attack.single()).record()
    record.files[path] = nil
    #expect(throws: UnreadableRecord.missing(path: Array(path.utf8))) { try verify(record) }
  }

  @Test("a missing tile makes a record unreadable")
  func missingTile() throws {
    let record = try Attack.closed(Attack.single()).record()
    for path in record.paths where path.hasPrefix("tile") {
      var broken = record
      broken.files[path] = nil
      #expect(throws: UnreadableRecord.missing(path: Array(path.utf8))) { try verify(broken) }
    }
  }
}

extension [UInt8] {
  /// A line of a text, from 0.
  fileprivate func line(_ number: Int) -> String {
    String(decoding: split(separator: 10, omittingEmptySubsequences: false)[number], as: UTF8.self)
  }
}
