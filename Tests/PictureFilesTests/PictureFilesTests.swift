import PictureFiles
import Testing

@Suite("Files of pictures")
struct PictureFilesTests {
  /// One green point.
  static let png: [UInt8] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53,
    0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xe0, 0x8e, 0xf2, 0x00,
    0x00, 0x01, 0x21, 0x00, 0xae, 0xbe, 0x1c, 0x35, 0x4b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
  ]

  /// To the end of the header of its frame, without height and width.
  static let jpeg: [UInt8] = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8]

  static func webP(_ chunk: String, _ rest: [UInt8]) -> [UInt8] {
    Array("RIFF".utf8) + [22, 0, 0, 0] + Array("WEBP".utf8) + Array(chunk.utf8) + rest
  }

  @Test("the first bytes tell what a picture is")
  func types() {
    #expect(PictureType(bytes: Self.png) == .png)
    #expect(PictureType(bytes: [0xff, 0xd8, 0xff, 0xe0]) == .jpeg)
    #expect(PictureType(bytes: Array("RIFF1234WEBPVP8 ".utf8)) == .webP)
    for other in ["<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a", "RIFF1234WAVE", ""] {
      #expect(PictureType(bytes: Array(other.utf8)) == nil)
    }
  }

  @Test("headers tell width and height")
  func shapes() throws {
    let pictures: [(bytes: [UInt8], type: PictureType, width: Int, height: Int)] = [
      (Self.png, .png, 1, 1),
      (Self.jpeg + [0, 9, 0, 7] + [UInt8](repeating: 0, count: 10), .jpeg, 7, 9),
      // A filling byte before the marker; tables of Huffman codes are no frame.
      ([0xff, 0xd8, 0xff, 0xff, 0xc4, 0, 3, 0, 0xff, 0xc2, 0, 17, 8, 1, 0, 2, 0, 0], .jpeg, 512, 256),
      (Self.webP("VP8X", [10, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 8, 0, 0]), .webP, 7, 9),
      (Self.webP("VP8 ", [10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 7, 0x40, 9, 0x80]), .webP, 7, 9),
      // 14 bits each, less one.
      (Self.webP("VP8L", [10, 0, 0, 0, 0x2f, 6, 0, 2, 0, 0, 0, 0, 0, 0]), .webP, 7, 9),
    ]
    for (number, picture) in pictures.enumerated() {
      let shape = try #require(PictureShape(picture.bytes, as: picture.type), "picture \(number)")
      #expect(shape.width == picture.width && shape.height == picture.height, "picture \(number)")
      #expect(shape.isBounded)
    }
  }

  @Test("what was cut off or only begins like a picture has no shape")
  func damaged() {
    let bad: [(bytes: [UInt8], type: PictureType)] = [
      (Self.png.dropLast(4), .png), (Array(Self.png[..<8]), .png),
      (Array(Self.png[..<8]) + Array("<script>alert(1)</script>".utf8), .png),
      ([0xff, 0xd8, 0xff, 0xe0, 0, 0], .jpeg), ([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0], .jpeg),
      (Array("RIFF".utf8) + [99, 0, 0, 0] + Array("WEBPVP8X".utf8) + [UInt8](repeating: 0, count: 14), .webP),
      (Self.webP("ALPH", [UInt8](repeating: 0, count: 14)), .webP),
    ]
    for (number, picture) in bad.enumerated() {
      #expect(PictureShape(picture.bytes, as: picture.type) == nil, "picture \(number)")
    }
  }

  @Test("no side is longer than 4096 points, nor empty")
  func bounds() {
    for (place, length) in [(16, [0, 0, 0xc3, 0x50]), (20, [0, 0, 0xc3, 0x50]), (16, [0, 0, 0, 0])] as [(Int, [UInt8])] {
      var bytes = Self.png
      bytes.replaceSubrange(place..<place + 4, with: length)
      #expect(PictureShape(bytes, as: .png)?.isBounded == false)
    }
    let jpeg: [UInt8] = Self.jpeg + [0xff, 0xff, 0, 7, 0, 0, 0]
    #expect(PictureShape(jpeg, as: .jpeg)?.isBounded == false)
    let webP = Self.webP("VP8X", [10, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0])
    #expect(PictureShape(webP, as: .webP)?.isBounded == false)
  }
}
