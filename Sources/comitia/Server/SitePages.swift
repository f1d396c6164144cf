import Curve25519
import Elections
import Foundation
import HTTPServer
import WebPages

/// What browsers get as files: styles, modules, and the pages that touch secrets or check proofs.
struct SitePages: HTTPHandler {
  private let folder: String
  private let files: StaticFiles

  /// - Throws: when the folder cannot be read.
  init(folder: String) throws {
    self.folder = folder
    files = try StaticFiles(folder: folder, headers: PageHeaders.forFiles)
  }

  /// The files by their hashes, as opening entries fix them: everyone can see later what booths were served.
  func software() throws -> [SoftwareFile] {
    try files.paths.map { path in
      guard let name = Text(path), name.isName else {
        throw CommandFailure("a file of the pages has a name that the record cannot hold")
      }
      let bytes = try InputFile.read(folder + path)
      return SoftwareFile(path: name, sha256: Bytes32(SHA256.hash(bytes).span))
    }
  }

  func bodyLimit(method: String, path: String) -> Int { 0 }

  func respond(to request: HTTPRequest) async -> HTTPAnswer { .response(files.answer(to: request, path: Self.file(request.path))) }

  /// One page for every voting link, one for credentials of voters' own devices, one for every invitation, and the pages that verify: what they are about stands behind the address.
  private static func file(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    switch parts.first {
    case "vote" where parts.count == 2 && !path.hasSuffix("/"): return "/vote/index.html"
    case "verify" where parts.count == 2 && !path.hasSuffix("/"): return "/verify/index.html"
    case "check" where parts.count == 1 && !path.hasSuffix("/"): return "/check/index.html"
    case "credential" where parts.count == 2 && !path.hasSuffix("/"): return "/credential/index.html"
    case "trustee" where parts.count == 1 && !path.hasSuffix("/"): return "/trustee/index.html"
    default: return path
    }
  }
}
