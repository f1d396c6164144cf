import Curve25519
import ThresholdCryptography

/// Why a trustee's part in a draw, or all parts together, are refused.
public enum DrawError: Error, Equatable, Sendable {
  /// There is no trustee with this number.
  case unknownTrustee(Int)
  /// This trustee's part stands behind one of a higher number, or twice.
  case outOfOrder(trustee: Int)
  /// This trustee's evaluation of the beacon does not come from its share and from this seed.
  case badEvaluation(trustee: Int)
  /// This trustee's own value does not come from its draw key and from this seed.
  case badOwnValue(trustee: Int)
  /// Fewer parts than the threshold.
  case tooFew(found: Int, needed: Int)
}

/// One trustee's part in a draw (`docs/spec/06-record.md`, 6.10): of the beacon, and of its own verifiable random function.
public struct DrawPart: Equatable, Sendable {
  /// Bytes of the encoding.
  public static let encodedLength = PartialEvaluation.encodedLength + ECVRFProof.encodedLength

  /// Its evaluation of the beacon, with its number.
  public let evaluation: PartialEvaluation
  /// The proof of its own value at the seed.
  public let own: ECVRFProof

  /// A part received from elsewhere; `verify` checks it.
  public init(evaluation: PartialEvaluation, own: ECVRFProof) {
    self.evaluation = evaluation
    self.own = own
  }

  /// Whose it is.
  public var trustee: Int { evaluation.trustee }

  /// Takes part in a draw. Constant time in the shares.
  ///
  /// - Parameters:
  ///   - statement: seed and beacon key. The caller has seen to it that the seed was fixed when nobody could foresee its output.
  ///   - random: hedges the nonce.
  public init<R: RandomSource>(in statement: BeaconStatement, with shares: SecretShares, using random: inout R) {
    evaluation = PartialEvaluation(of: statement, with: shares[.beacon], using: &random)
    var key = ECVRF.PrivateKey(seed: shares.drawSeed)
    own = key.prove(statement.seed.value.bytes)
    key.wipe()
  }

  /// Checks both. Variable time: all of it is public.
  ///
  /// - Parameter drawKeys: of all trustees, that of trustee *j* at position *j* − 1.
  public func verify(_ statement: BeaconStatement, drawKeys: [Bytes32]) throws(DrawError) {
    guard drawKeys.indices.contains(trustee - 1) else { throw .unknownTrustee(trustee) }
    do throws(PartialEvaluationError) { try evaluation.verify(statement) } catch {
      switch error {
      case .unknownTrustee(let trustee): throw .unknownTrustee(trustee)
      case .badProof(let trustee): throw .badEvaluation(trustee: trustee)
      }
    }
    guard ECVRF.verify(own, input: statement.seed.value.bytes, publicKey: drawKeys[trustee - 1]) != nil else {
      throw .badOwnValue(trustee: trustee)
    }
  }
}

// MARK: - Codec

extension DrawPart {
  /// Reads `trustee ‖ evaluation ‖ proof ‖ own proof`.
  public init(from reader: inout ByteReader) throws(CodecError) {
    evaluation = try PartialEvaluation(from: &reader)
    own = try ECVRFProof(from: &reader)
  }

  /// Writes the same.
  public func encode(to writer: inout ByteWriter) {
    evaluation.encode(to: &writer)
    own.encode(to: &writer)
  }

  /// The encoding, standing alone.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: Self.encodedLength)
    encode(to: &writer)
    return writer.bytes
  }
}
