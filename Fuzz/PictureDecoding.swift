import PictureFiles

/// Pictures that organisers send: reading ends whatever they hold, and what is read is what a header can say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  // Three inputs in four begin like a picture: few would otherwise.
  let bytes = beginnings[Int(input[0] & 3)] + input.all.dropFirst()
  guard let type = PictureType(bytes: bytes) else { return 0 }
  for other in PictureType.allCases {
    let shape = PictureShape(bytes, as: other)
    guard let shape, other == type else { continue }
    precondition(shape.width >= 0 && shape.height >= 0 && shape.width <= 1 << 32 && shape.height <= 1 << 32, "no such size")
    // Bytes that follow a picture change nothing, but for PNG, whose end they hide.
    let longer = PictureShape(bytes + [0], as: other)
    precondition(longer == (other == .png ? nil : shape), "another size")
  }
  return 0
}

private let beginnings: [[UInt8]] = [
  [], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8), [0xff, 0xd8, 0xff, 0xe0],
  Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBPVP8".utf8),
]
