import Foundation

/// A form with files, `multipart/form-data` (RFC 7578). A file that is text, such as a list, also becomes the value of its field.
struct MultipartForm: Sendable {
  let form: Form

  /// - Returns: `nil` when the type is another, or the body is not well made.
  init?(type: String, body: [UInt8]) {
    guard let boundary = Self.boundary(of: type) else { return nil }
    let delimiter = Array("--\(boundary)".utf8)
    guard body.starts(with: delimiter) else { return nil }
    var pairs: [(String, String)] = []
    var files: [String: [UInt8]] = [:]
    var rest = body[delimiter.count...]
    while !rest.starts(with: Array("--".utf8)) {
      guard rest.starts(with: [0x0d, 0x0a]), let headEnd = rest.firstRange(of: [0x0d, 0x0a, 0x0d, 0x0a]),
        let end = rest[headEnd.upperBound...].firstRange(of: [0x0d, 0x0a] + delimiter), pairs.count < Form.mostFields,
        let (name, isFile) = Self.name(in: rest[rest.index(rest.startIndex, offsetBy: 2)..<headEnd.lowerBound])
      else { return nil }
      let content = rest[headEnd.upperBound..<end.lowerBound]
      let value = String(validating: content, as: UTF8.self)
      guard isFile || value != nil else { return nil }
      if isFile, !content.isEmpty { files[name] = Array(content) }
      pairs.append((name, value ?? ""))
      rest = rest[end.upperBound...]
    }
    form = Form(pairs: pairs, files: files)
  }

  private static func boundary(of type: String) -> String? {
    let parts = type.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.first?.lowercased() == "multipart/form-data",
      let part = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
    else { return nil }
    let boundary = part.dropFirst("boundary=".count).filter { $0 != "\"" }
    return (1...70).contains(boundary.utf8.count) ? boundary : nil
  }

  /// What stands behind `name=` in the disposition, and whether it is a file.
  private static func name(in head: ArraySlice<UInt8>) -> (name: String, isFile: Bool)? {
    guard let text = String(validating: head, as: UTF8.self) else { return nil }
    for line in text.components(separatedBy: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
      let isFile = line.contains(/[; ]filename\*?=/)
      return line.firstMatch(of: /[; ]name="([^"]*)"/).map { (String($0.output.1), isFile) }
    }
    return nil
  }
}
