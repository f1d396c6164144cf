import Verification

/// A record in memory: a value, so that each attack changes its own copy.
public struct MemoryRecord: RecordSource, RecordSink, Equatable, Sendable {
  /// The bytes of each file by its path.
  public var files: [String: [UInt8]] = [:]

  public init() {}

  /// A file; empty when there is none.
  public subscript(path: String) -> [UInt8] {
    get { files[path] ?? [] }
    set { files[path] = newValue }
  }

  /// All paths in one order.
  public var paths: [String] { files.keys.sorted() }

  public func read(_ path: [UInt8]) -> [UInt8]? { files[String(decoding: path, as: UTF8.self)] }

  public mutating func write(_ bytes: [UInt8], to path: [UInt8]) throws(Never) {
    files[String(decoding: path, as: UTF8.self)] = bytes
  }
}

/// A record that is shared by whoever holds it, and can be told to fail like a full disk.
public final class SharedRecord: RecordSource, RecordSink {
  /// The disk is full.
  public struct Full: Error, Equatable {
    public init() {}
  }

  /// What has been written.
  public private(set) var record = MemoryRecord()
  /// Files written so far, overwritten ones included.
  public private(set) var writes = 0
  private let failingWrite: Int?

  /// - Parameter failingWrite: the number of the write that fails, from 1.
  public init(failingWrite: Int? = nil) { self.failingWrite = failingWrite }

  public func read(_ path: [UInt8]) -> [UInt8]? { record.read(path) }

  public func write(_ bytes: [UInt8], to path: [UInt8]) throws(Full) {
    writes += 1
    if writes == failingWrite { throw Full() }
    record.write(bytes, to: path)
  }
}

/// A source that answers differently each time, as a server under attack would: `answer` gets the path, how often it was asked for it before, and
/// what is stored.
public final class ShiftySource: RecordSource {
  private let record: MemoryRecord
  private let answer: (String, Int, [UInt8]) -> [UInt8]?
  private var asked: [String: Int] = [:]

  public init(_ record: MemoryRecord, answer: @escaping (String, Int, [UInt8]) -> [UInt8]?) {
    self.record = record
    self.answer = answer
  }

  public func read(_ path: [UInt8]) -> [UInt8]? {
    let name = String(decoding: path, as: UTF8.self)
    guard let stored = record.read(path) else { return nil }
    defer { asked[name, default: 0] += 1 }
    return answer(name, asked[name] ?? 0, stored)
  }
}
