import Curve25519

/// What a trustee signs to join an election (`docs/spec/08-trustee-network.md`, 8.2).
public struct TrusteeJoining: Equatable, Sendable {
  /// Of the invitation: 32 random bytes in base64url without padding.
  public let token: [UInt8]
  /// How the trustee is called on the record.
  public let name: Text

  /// Characters of a token.
  public static let tokenLength = 43

  /// A trustee that joins; `nil` if the token is none, or the name cannot stand on a record.
  public init?(token: [UInt8], name: Text) {
    guard token.count == Self.tokenLength, token.allSatisfy(Self.isBase64URL), name.isName else { return nil }
    self.token = token
    self.name = name
  }

  /// The bytes that are signed: `comitia trustee join/v1`, token and name, a line each.
  public var text: [UInt8] {
    var text: [UInt8] = []
    text.append(ascii: "comitia trustee join/v1\n")
    text += token
    text.append(0x0a)
    text += name.utf8
    text.append(0x0a)
    return text
  }

  /// Whether `publicKey` signed this.
  public func isSigned(_ signature: [UInt8], by publicKey: Bytes32) -> Bool {
    Ed25519.verify(signature: signature, message: text, publicKey: publicKey)
  }

  private static func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
    default: false
    }
  }
}
