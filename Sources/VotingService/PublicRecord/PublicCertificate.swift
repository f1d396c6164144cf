import Elections

extension PublicElections {
  /// The result's certificate with all that shows what it stands for; `nil` while there is none.
  ///
  /// - Throws: `BoardError.unknownElection` before the board is open.
  public func certificate(of reference: String) async throws -> CertificateProof? {
    let boards = environment.boards
    guard let certificate = try await boards.file("certificate", election: reference),
      let result = try await boards.file("result", election: reference),
      let manifest = try await boards.file("manifest", election: reference),
      let trustees = try await boards.file("trustees", election: reference)
    else { return nil }
    var renewals: [[UInt8]] = []
    for number in try await boards.state(of: reference).renewals.indices.map({ $0 + 1 }) {
      guard let file = try await boards.file(Boards.renewalPath(number), election: reference) else { return nil }
      renewals.append(file.bytes)
    }
    return CertificateProof(
      opening: try await boards.booth(of: reference).openingEntry, manifest: manifest.bytes, trustees: trustees.bytes,
      result: result.bytes, certificate: certificate.bytes, renewals: renewals)
  }
}
