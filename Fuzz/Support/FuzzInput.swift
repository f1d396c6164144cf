/// The bytes that the fuzzer made up. Compiled into every target.
struct FuzzInput {
  private let start: UnsafePointer<UInt8>
  let count: Int

  /// `nil` for fewer than `minimum` bytes.
  init?(_ start: UnsafePointer<UInt8>?, _ count: Int, atLeast minimum: Int) {
    guard let start, count >= minimum else { return nil }
    self.start = start
    self.count = count
  }

  subscript(index: Int) -> UInt8 { start[index] }
  var last: UInt8 { start[count - 1] }

  func bytes(_ count: Int, at offset: Int) -> [UInt8] { Array(UnsafeBufferPointer(start: start + offset, count: count)) }
  var all: [UInt8] { bytes(count, at: 0) }
}
