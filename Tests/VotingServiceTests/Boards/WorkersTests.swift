import Foundation
import ParallelWork
import Synchronization
import Testing
import VotingService

@Suite("Threads and files of boards")
struct WorkersTests {
  /// How much runs at once.
  private final class Load: Sendable {
    private let state = Mutex((now: 0, most: 0))
    var most: Int { state.withLock { $0.most } }
    func enter() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func leave() { state.withLock { $0.now -= 1 } }
  }

  @Test("all work is done, no more at once than there are threads", arguments: [1, 3])
  func bound(width: Int) async {
    let pool = ThreadPool(width: width)
    let workers = Workers(width: pool.width, submit: pool.submit)
    let load = Load()
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 0..<500 {
        group.addTask {
          await workers.run {
            load.enter()
            defer { load.leave() }
            return number
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(sum == 500 * 499 / 2)
    #expect(load.most <= width)
  }

  @Test("high-water marks are files of their folder")
  func highWater() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-marks-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let marks = HighWaterFiles(folder: folder.appending(path: "high-water").path)
    #expect(marks.read("abc") == nil)
    marks.write("abc", [1])
    marks.write("abc", [2, 3])
    marks.write("../abd", [4])
    #expect(marks.read("abc") == [2, 3])
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "high-water").path)
    #expect(files.sorted() == ["abc", "abd"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["high-water"])
  }

  @Test("a sealed secret opens under its key and its label only")
  func sealing() throws {
    let key = try #require(MasterKey(bytes: [UInt8](repeating: 7, count: 32)))
    let sealed = key.seal([1, 2, 3], label: "one")
    #expect(key.open(sealed, label: "one") == [1, 2, 3])
    #expect(sealed != key.seal([1, 2, 3], label: "one"))
    #expect(key.open(sealed, label: "two") == nil)
    #expect(MasterKey(bytes: [UInt8](repeating: 8, count: 32))?.open(sealed, label: "one") == nil)
    #expect(key.open(Array(sealed.dropLast()), label: "one") == nil)
    #expect(key.open([], label: "one") == nil)
    #expect(MasterKey(bytes: []) == nil)
  }
}
