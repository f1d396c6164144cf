import CPDFDocuments

/// A document of A4 pages with headings, paragraphs and bars, in all scripts (decision 0021).
///
/// Used by one task at a time, from top to bottom; then `bytes()` ends it.
public final class PDFDocument {
  /// How a paragraph is set.
  public enum Style: Sendable {
    case title, heading, body, small
  }

  private let handle: OpaquePointer

  /// Begins a document.
  ///
  /// - Parameters:
  ///   - language: BCP 47.
  ///   - created: as ISO 8601; the same content of the same time has the same bytes.
  ///   - footer: stands at the foot of every page, before its number.
  /// - Throws: `PDFError.notMade`.
  public init(title: String, language: String, created: String, footer: String) throws(PDFError) {
    guard let handle = comitia_pdf_new(Self.clean(title), language, created, Self.clean(footer)) else { throw .notMade }
    self.handle = handle
  }

  deinit { comitia_pdf_free(handle) }

  /// A paragraph.
  public func text(_ text: String, _ style: Style = .body) {
    let kind =
      switch style {
      case .title: COMITIA_PDF_TITLE
      case .heading: COMITIA_PDF_HEADING
      case .body: COMITIA_PDF_BODY
      case .small: COMITIA_PDF_SMALL
      }
    comitia_pdf_text(handle, Self.clean(text), kind)
  }

  /// A term and what it is.
  ///
  /// - Parameter isCode: in letters of one width, such as a hash.
  public func pair(_ name: String, _ value: String, isCode: Bool = false) {
    comitia_pdf_pair(handle, Self.clean(name), Self.clean(value), isCode)
  }

  /// A name, its value, and a bar.
  ///
  /// - Parameter fraction: 0 … 1 of the full width.
  public func bar(_ name: String, _ value: String, fraction: Double, isFilled: Bool) {
    comitia_pdf_bar(handle, Self.clean(name), Self.clean(value), fraction, isFilled)
  }

  /// A code to be read by a camera, in squares of a millimetre, with its quiet zone.
  public func code(_ code: QRCode) {
    comitia_pdf_squares(handle, code.rows.flatMap { $0.map { $0 ? 1 : 0 } }, code.rows.count)
  }

  /// A line across the page.
  public func rule() { comitia_pdf_rule(handle) }

  /// Ends the document: nothing may follow.
  ///
  /// - Throws: `PDFError.notMade`.
  public func bytes() throws(PDFError) -> [UInt8] {
    var start: UnsafePointer<UInt8>?
    var count = 0
    guard comitia_pdf_finish(handle, &start, &count), let start else { throw .notMade }
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// Without the byte that would end a text early.
  private static func clean(_ text: String) -> String { text.contains("\0") ? text.filter { $0 != "\0" } : text }
}

/// Why there is no document.
public enum PDFError: Error, Equatable, Sendable {
  /// Memory is short, or the library has refused.
  case notMade
}
