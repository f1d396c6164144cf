import Foundation
import HTTPClient

/// Addresses of a chain's nodes. They may hold keys of providers, so nothing that is said of them shows one.
enum NodeAddresses {
  /// Those that a file has, one a line; none where a line begins with `#`. At least one, each fit to be asked.
  static func read(_ file: String, _ configuration: HTTPClientConfiguration) throws(CommandFailure) -> [String] {
    let lines = String(decoding: try InputFile.read(file), as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard !lines.isEmpty else { throw CommandFailure("\(file.printable) names no node; write an address there, one a line") }
    for line in lines {
      if let reason = fault(line, configuration) { throw CommandFailure("\(file.printable) \(reason)") }
    }
    return lines
  }

  /// Why an address is none to ask, without the address.
  static func fault(_ address: String, _ configuration: HTTPClientConfiguration) -> String? {
    guard let url = URLComponents(string: address), ["http", "https"].contains(url.scheme), let host = url.host, !host.isEmpty
    else {
      return "has an address that is none; one such as https://node.example.org is needed"
    }
    let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    guard url.scheme == "https" || isHere || configuration.allowsUnencrypted else {
      return "has an address of another machine with http://; give https://, or --insecure-http for tests"
    }
    return nil
  }
}
