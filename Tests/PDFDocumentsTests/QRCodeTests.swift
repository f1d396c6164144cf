import Foundation
import PipeSupport
import PDFDocuments
import Testing

@Suite("QR codes")
struct QRCodeTests {
  /// A code as a picture, with its quiet zone.
  private static func picture(_ code: QRCode) -> Data {
    let (scale, side) = (3, code.rows.count + 8)
    var bytes = Array("P5\n\(side * scale) \(side * scale)\n255\n".utf8)
    for y in 0..<side * scale {
      for x in 0..<side * scale {
        let (row, column) = (y / scale - 4, x / scale - 4)
        let isDark = code.rows.indices.contains(row) && code.rows.indices.contains(column) && code.rows[row][column]
        bytes.append(isDark ? 0 : 255)
      }
    }
    return Data(bytes)
  }

  @Test("codes of every version are read, by a program that is not ours, as what they say")
  func read() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "comitia-qr-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let address = "https://vote.example/verify/" + String(repeating: "abcdefghij0123456789", count: 10)
    // The shortest and the longest text of each version.
    let lengths = [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106, 107, 122, 123, 152, 153, 180, 181, 213]
    let texts = lengths.map { String(address.prefix($0)) } + ["Größe · 選挙"]
    var files: [String] = []
    for (index, text) in texts.enumerated() {
      let file = folder.appending(path: "\(index).pgm")
      try Self.picture(try #require(QRCode(text))).write(to: file)
      files.append(file.path)
    }
    var start = Child.Start()
    let output = Pipe()
    start.arguments = ["zbarimg", "--quiet", "--raw"] + files
    start.standardOutput = output
    let process = try Child(start)
    let read = output.fileHandleForReading.readDataToEndOfFile()
    #expect(process.wait().code == 0, "zbarimg is missing? Run: scripts/install test")
    #expect(String(decoding: read, as: UTF8.self) == texts.map { $0 + "\n" }.joined())
  }

  @Test("what is too long is refused")
  func long() {
    #expect(QRCode(String(repeating: "x", count: 213))?.rows.count == 57)
    #expect(QRCode(String(repeating: "x", count: 214)) == nil)
  }
}
