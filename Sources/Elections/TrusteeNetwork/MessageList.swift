import Curve25519

/// Messages one after the other: `count u16 × (length u16 ‖ message)` (`docs/spec/08-trustee-network.md`, 8.4 and 8.13).
enum MessageList {
  /// Reads a list that nothing follows. In time that depends on its length alone.
  ///
  /// - Throws: `CodecError` where there are more than `most` messages, or one is not of a length in `lengths`, in bytes.
  static func decode(_ encoded: [UInt8], most: Int, lengths: ClosedRange<Int>) throws(CodecError) -> [[UInt8]] {
    var reader = ByteReader(encoded)
    var messages: [[UInt8]] = []
    for _ in 0..<(try reader.count16("number of messages", in: 0...most)) {
      let length = Int(try reader.u16("length"))
      guard lengths.contains(length) else { throw .outOfRange(field: FieldName("length")) }
      messages.append(try reader.raw(length, "message"))
    }
    try reader.finish()
    return messages
  }

  static func encode(_ messages: [[UInt8]]) -> [UInt8] {
    var writer = ByteWriter()
    writer.u16(UInt16(messages.count))
    for message in messages { writer.counted(message) }
    return writer.bytes
  }
}
