import Foundation

/// Where a file stops being JSON. The decoder does not tell, so its older sibling is asked.
package enum JSONSyntax {
  /// In plain words.
  package static func fault(in bytes: [UInt8]) -> String {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      return "not the JSON of a manifest"
    } catch let error as NSError {
      let text = error.userInfo["NSDebugDescription"] as? String ?? ""
      if text.contains("end of file") { return "not JSON: it ends too early; is a bracket, a brace or a quotation mark missing?" }
      guard let offset = text.firstMatch(of: /character (\d+)/).flatMap({ Int($0.output.1) }) else { return "not JSON" }
      let line = 1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
      return "not JSON at line \(line); is a comma or a quotation mark missing or too many?"
    }
  }
}
