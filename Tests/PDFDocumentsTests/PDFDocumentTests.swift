import Foundation
import PDFDocuments
import Testing

@Suite("PDF documents")
struct PDFDocumentTests {
  private func document(bars: Int = 3, text: String = "Grüße, مرحبا, 日本") throws -> [UInt8] {
    let pdf = try PDFDocument(title: "Result", language: "en", created: "2026-11-20T18:26:00Z", footer: "An election")
    pdf.text("Result", .title)
    pdf.text(text)
    for bar in 0..<bars { pdf.bar("Option \(bar)", "\(bar)", fraction: Double(bar) / 10, isFilled: bar == 0) }
    pdf.rule()
    pdf.pair("Election id", String(repeating: "af", count: 32), isCode: true)
    return try pdf.bytes()
  }

  private func pages(_ bytes: [UInt8]) -> Int {
    // Bytes of images and fonts stand between the objects.
    String(decoding: bytes, as: Unicode.ASCII.self).matches(of: /\/Type\s*\/Page(?!s)/).count
  }

  @Test("one page, and the same content has the same bytes")
  func one() throws {
    let bytes = try document()
    #expect(bytes.starts(with: Array("%PDF-1.".utf8)) && pages(bytes) == 1)
    #expect(try document() == bytes)
    #expect(try document(text: "Other") != bytes)
  }

  @Test("what does not fit goes on to further pages")
  func many() throws {
    #expect(pages(try document(bars: 100)) >= 3)
    #expect(pages(try document(text: String(repeating: "words ", count: 4000))) >= 3)
  }

  @Test("no text breaks it", arguments: ["", "\0", "a\0b", "\u{202e}txet", "\u{1}", String(repeating: "x", count: 5000), "\n\n"])
  func strange(text: String) throws { #expect(pages(try document(text: text)) >= 1) }
}
