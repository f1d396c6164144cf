import Curve25519
import Database
import Elections
import PictureFiles

/// A picture of an option.
public struct Picture: Sendable, Equatable {
  public let mediaType: PictureType
  public let bytes: [UInt8]
  /// Whether everybody may see it: the election is no draft.
  public let isPublic: Bool
}

extension ElectionStore {
  /// Most pictures of an election.
  public static let mostPictures = 500

  /// Keeps a picture under its SHA-256, for the definition to name.
  ///
  /// - Parameters:
  ///   - sha256: lower-case hex, as in the address.
  ///   - mediaType: what the sender says it is; the first bytes must agree.
  public func putPicture(
    _ bytes: [UInt8], sha256: String, mediaType: String, in reference: String, by organiser: Organiser
  ) async throws {
    guard bytes.count <= PictureType.largest else {
      throw ElectionError.invalid(path: "", reason: "the picture is larger than 1 MiB")
    }
    guard let type = PictureType(bytes: bytes), type.rawValue == mediaType else {
      throw ElectionError.invalid(path: "", reason: "a picture is PNG, JPEG or WebP, and sent as what it is")
    }
    guard let shape = PictureShape(bytes, as: type) else {
      throw ElectionError.invalid(path: "", reason: "the picture is damaged: save it anew with a program for pictures")
    }
    guard shape.isBounded else {
      throw ElectionError.invalid(path: "", reason: "a picture has at most \(PictureShape.longestSide) points on each side")
    }
    guard Bytes32(SHA256.hash(bytes).span).lowercaseHex == sha256 else {
      throw ElectionError.invalid(path: "sha256", reason: "is not the SHA-256 of the picture")
    }
    try await environment.database.transaction { session in
      try await edit(reference, nil, organiser, session)
      let count = try await session.query("SELECT COUNT(*) FROM election_pictures WHERE election = $1", [.text(reference)])
      guard try count[0].integer(0) < Int64(Self.mostPictures) else {
        throw ElectionError.invalid(path: "", reason: "an election has at most \(Self.mostPictures) pictures")
      }
      try await session.execute(
        "INSERT INTO election_pictures (election, sha256, media_type, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [.text(reference), .text(sha256), .text(type.rawValue), .bytes(bytes)])
    }
  }

  /// A picture.
  ///
  /// - Parameter reader: who asks, as with elections.
  public func picture(_ sha256: String, in reference: String, for reader: Organiser?) async throws -> Picture {
    let election = try await election(reference, for: reader)
    let rows = try await environment.database.read { session in
      try await session.query(
        "SELECT media_type, bytes FROM election_pictures WHERE election = $1 AND sha256 = $2", [.text(reference), .text(sha256)])
    }
    guard let row = rows.first, let type = PictureType(rawValue: try row.text(0)) else { throw ElectionError.noSuch("picture") }
    return Picture(mediaType: type, bytes: try row.bytes(1), isPublic: election.state != .draft)
  }

  /// Removes a picture that no option has.
  public func removePicture(_ sha256: String, in reference: String, by organiser: Organiser) async throws {
    try await environment.database.transaction { session in
      let election = try await edit(reference, nil, organiser, session)
      guard !election.manifest.pictures.contains(sha256) else {
        throw ElectionError.invalid(path: "sha256", reason: "an option has this picture; change the option first")
      }
      let removed = try await session.execute(
        "DELETE FROM election_pictures WHERE election = $1 AND sha256 = $2", [.text(reference), .text(sha256)])
      if removed == 0 { throw ElectionError.noSuch("picture") }
    }
  }

  /// Whether all pictures that a definition names are there.
  func checkPictures(_ manifest: Manifest, _ reference: String, _ session: any SQLSession) async throws {
    let kept = Set(
      try await session.query("SELECT sha256 FROM election_pictures WHERE election = $1", [.text(reference)]).map {
        try $0.text(0)
      })
    for (contest, options) in manifest.contests.map({ $0.options }).enumerated() {
      for (option, value) in options.enumerated() {
        guard let picture = value.picture, !kept.contains(picture.lowercaseHex) else { continue }
        throw ElectionError.invalid(
          path: "contests[\(contest)].options[\(option)].picture", reason: "there is no such picture; upload it first")
      }
    }
  }
}

extension Manifest {
  /// The hashes of all pictures, lower-case hex.
  var pictures: Set<String> { Set(contests.flatMap { $0.options.compactMap { $0.picture?.lowercaseHex } }) }
}

extension Bytes32 {
  /// 64 digits.
  var lowercaseHex: String { String(decoding: Hexadecimal.encode(self), as: UTF8.self) }
}
