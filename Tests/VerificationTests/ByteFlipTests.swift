import Dispatch
import Synchronization
import TestSupport
import Testing
import Verification

@Suite("Altered bytes")
struct ByteFlipTests {
  /// The alterations that nobody noticed.
  private func unnoticed(_ alterations: [Alteration], of record: MemoryRecord) -> [Alteration] {
    let unnoticed = Mutex<[Alteration]>([])
    let strips = 8
    DispatchQueue.concurrentPerform(iterations: strips) { strip in
      for index in stride(from: strip, to: alterations.count, by: strips) {
        let altered = alterations[index].applied(to: record)
        let passed = (try? verify(altered).report.passed) ?? false
        if passed { unnoticed.withLock { $0.append(alterations[index]) } }
      }
    }
    return unnoticed.withLock { $0 }
  }

  private static func records() throws -> [MemoryRecord] { [try GoodRecord.complete(), try GoodRecord.completeAborted()] }

  @Test("every byte of a complete record matters", arguments: try records())
  func everyByte(record: MemoryRecord) throws {
    #expect(try verify(record).report.passed)
    let flips = Alteration.flips(of: record)
    #expect(flips.count == (Alteration.isLong ? 2 : 1) * record.files.values.reduce(0) { $0 + $1.count })
    #expect(unnoticed(flips, of: record).map { $0.description } == [])
  }

  @Test("every length matters", arguments: try records())
  func everyLength(record: MemoryRecord) throws {
    #expect(unnoticed(Alteration.lengthChanges(of: record), of: record).map { $0.description } == [])
  }

  @Test("a file exchanged for another of the record is noticed", arguments: try records())
  func exchangedFiles(record: MemoryRecord) throws {
    for path in record.paths {
      for other in record.paths where record[other] != record[path] {
        var altered = record
        altered[path] = record[other]
        let passed = (try? verify(altered).report.passed) ?? false
        #expect(!passed, "\(other) in place of \(path)")
      }
    }
  }
}
