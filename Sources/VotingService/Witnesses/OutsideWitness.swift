import Curve25519
import TransparencyLog

/// A witness outside the elections, as the operator configured it (C2SP tlog-witness).
public struct OutsideWitness: Sendable, Equatable {
  /// Its public key.
  public let key: VerifierKey
  /// Its submission prefix: what stands before `/add-checkpoint`.
  public let address: String

  /// Why a text names no witness.
  public struct Malformed: Error, Equatable, Sendable {
    /// What is wrong, in words.
    public let reason: String
  }

  /// Reads `VKEY URL`.
  ///
  /// - Throws: `Malformed`.
  public init(_ text: String) throws(Malformed) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2 else { throw Malformed(reason: "a public key and an address are needed, with a space between") }
    do throws(LogError) { key = try VerifierKey(parsing: Array(parts[0].utf8)) } catch {
      throw Malformed(reason: "its key is none: copy it again, whole, as comitia witness key prints it")
    }
    guard key.type == .cosignature else { throw Malformed(reason: "its key is not that of a witness") }
    var address = parts[1]
    while address.hasSuffix("/") { address.removeLast() }
    guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
      throw Malformed(reason: "an address that begins with https:// is needed")
    }
    self.address = String(address)
  }

  /// Under which name it is kept.
  var name: String { String(decoding: key.bytes, as: UTF8.self) }
}

/// What a witness answered to `add-checkpoint`.
public enum WitnessAnswer: Sendable, Equatable {
  /// 200: signature lines, not verified yet.
  case lines([UInt8])
  /// 409 with the size of the checkpoint that it cosigned last.
  case otherSize(UInt64)
  /// Another status.
  case refused(status: Int)
  /// It could not be asked, or answered nothing that could be understood: why.
  case absent(String)
}

/// Carries requests to witnesses.
public protocol WitnessTransport: Sendable {
  /// Sends an `add-checkpoint` request and waits for the answer, for some seconds at most.
  func addCheckpoint(_ request: [UInt8], to witness: OutsideWitness) async -> WitnessAnswer
}
