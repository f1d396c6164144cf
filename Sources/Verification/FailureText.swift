import BallotCryptography
import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

// Failures in plain words, for the detail of a check. Public data only.

extension Bytes32 {
  /// The bytes as 64 lower-case hexadecimal digits.
  public var hex: String {
    var digits: [UInt8] = []
    for byte in bytes {
      for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? 48 + digit : 87 + digit) }
    }
    return String(decoding: digits, as: UTF8.self)
  }
}

extension CodecError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .truncated(let field): "ends inside \(field.description)"
    case .outOfRange(let field): "\(field.description) is not an allowed value"
    case .invalidEncoding(let field): "\(field.description) is not a valid point or scalar"
    case .invalidText(let field): "\(field.description) is not allowed text"
    case .trailingBytes(let count): "\(count) bytes too many"
    }
  }
}

extension EntryFormError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .malformed(let error): error.text
    case .wrongLength: "wrong length for a piece of an entry, or for the leaf that ends one"
    case .otherTime: "its time is not that of the pieces before"
    case .tooManyPieces: "more pieces than an entry of this election can have"
    case .otherPieces: "the pieces before are not those that it ends"
    case .needlessPieces: "in pieces, though it fits into one leaf"
    case .unfinishedPieces: "the pieces before are not ended"
    }
  }
}

extension RollError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .malformed(let error): error.text
    case .notAscending(let index): "voter \(index) stands twice or out of order"
    case .invalidCredential(let index): "voter \(index) has no valid credential"
    case .zeroWeight(let index): "voter \(index) has weight 0"
    case .tooHeavy: "total weight × range exceeds 2^40"
    case .smallGroup(let weight, let voters):
      weight == 0
        ? "only \(voters) voters, which the manifest does not acknowledge"
        : "only \(voters) voters of weight \(weight), which the manifest does not acknowledge"
    }
  }
}

extension ReplacementError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .unknownCredential: "revokes a credential that is not on the roll"
    case .alreadyRevoked: "revokes a credential that was revoked before"
    case .hasCast: "revokes a credential that has cast a ballot"
    case .invalidCredential: "its new credential is not a valid one"
    case .credentialSeen: "its new credential stood on the roll before"
    case .otherWeight(let expected): "its weight is not \(expected), that of the revoked credential"
    }
  }
}

extension DealerError {
  /// What is wrong, in plain words.
  var text: String {
    switch self {
    case .wrongDegree(let trustee): "trustee \(trustee): another number of commitments than the threshold"
    case .identityConstant(let trustee): "trustee \(trustee): the constant commitment is the identity"
    case .badProof(let trustee): "trustee \(trustee): the proof of knowledge does not hold"
    case .badDrawKey(let trustee): "trustee \(trustee): the draw key is no point of the prime-order subgroup"
    }
  }
}

extension DrawError {
  /// What is wrong, in plain words.
  var text: String {
    switch self {
    case .unknownTrustee(let trustee): "there is no trustee \(trustee)"
    case .outOfOrder(let trustee): "trustee \(trustee): out of order or twice"
    case .badEvaluation(let trustee): "trustee \(trustee): its evaluation of the beacon is not proven"
    case .badOwnValue(let trustee): "trustee \(trustee): the proof of its own value does not hold"
    case .tooFew(let found, let needed): "\(found) parts where \(needed) are needed"
    }
  }
}

extension PartialDecryptionError {
  /// What is wrong, in plain words.
  var text: String {
    switch self {
    case .unknownTrustee(let trustee): "there is no trustee \(trustee)"
    case .wrongCount(let trustee): "trustee \(trustee): not one point for each total"
    case .badProof(let trustee): "trustee \(trustee): the proof does not hold"
    }
  }
}

extension BallotDefect {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .malformed(let error): error.text
    case .foreignElection: "made for another election"
    case .wrongNumberOfBits(let expected): "has not \(expected) encrypted bits"
    case .wrongSum(let contest): "the values of contest \(contest + 1) do not have the sum they must have"
    case .invalidProof: "its proof or its signature does not hold"
    }
  }
}

extension LogError {
  /// What is wrong, in plain words.
  public var text: String {
    switch self {
    case .treeTooLarge(let size): "a size of \(size) is too large"
    case .indexOutsideTree(let index, let size): "entry \(index) is beyond the \(size) entries"
    case .sizesReversed(let old, let new): "truncated: has \(new) entries, but \(old) were seen before"
    case .frontierLength, .proofLength: "a proof has the wrong number of hashes"
    case .rootMismatch: "the hashes do not lead to the root of the checkpoint"
    case .oldRootMismatch: "the earlier tree is not contained in it"
    case .emptyTreeRoot: "an empty tree with a root that is not empty"
    case .serviceTreeEmpty: "a tree over no boards"
    case .serviceTreeLength: "not a whole number of elections' states"
    case .serviceTreeOrder: "elections out of order"
    case .electionTwice: "an election that is there twice"
    case .serviceTreeSize: "a proof for another number of elections"
    case .noAbsence: "does not show that the election is missing"
    case .tilePath: "not the path of a tile"
    case .missingTile(let path): "\(String(decoding: path.bytes, as: UTF8.self)) is missing"
    case .tileLength(let path, _, _): "\(String(decoding: path.bytes, as: UTF8.self)) has the wrong length"
    case .tileMismatch(let path): "\(String(decoding: path.bytes, as: UTF8.self)) is not what the entries give"
    case .entryTooLong(let count): "an entry of \(count) bytes is too long"
    case .bundleTruncated(let position): "ends inside its entry \(position)"
    case .bundleTrailingBytes(let count): "\(count) bytes too many"
    case .leafMismatch(let index): "entry \(index) is not the one in the tile"
    case .replayFinished: "more bundles than entries"
    case .tooLong(let count, let limit): "\(count) bytes where \(limit) are allowed"
    case .notText(let offset): "not text at byte \(offset)"
    case .noteWithoutSignatures: "not a signed note"
    case .noteText: "the signed text does not end in a newline"
    case .signatureLine(let index): "signature line \(index + 1) is malformed"
    case .tooManySignatures: "too many signatures"
    case .duplicateSignature(let index): "signature line \(index + 1) repeats a key"
    case .keyName: "a name that no key may have"
    case .verifierKey, .verifierKeyID: "a malformed verifier key"
    case .signatureType, .signatureLength: "a signature of the wrong type or length"
    case .badSignature(let name, _): "the signature of \(String(decoding: name, as: UTF8.self)) does not hold"
    case .notSigned(let name, _): "not signed by \(String(decoding: name, as: UTF8.self))"
    case .checkpointOrigin: "the origin line is malformed"
    case .checkpointSize: "the size line is malformed"
    case .checkpointRoot: "the root line is malformed"
    case .checkpointExtension, .unexpectedExtension: "lines after the root, where none belong"
    case .originMismatch(_, let found): "of another log, \(String(decoding: found, as: UTF8.self))"
    case .timestamp: "a cosignature's time is out of range"
    case .policyKey: "log and trustees do not have distinct valid keys"
    case .policyQuorum(let required, let witnesses): "asks for \(required) cosignatures of \(witnesses) trustees"
    case .quorumNotReached(let required, let found): "\(found) cosignatures where \(required) are needed"
    case .receiptHeader, .receiptExtra, .receiptIndex, .hashLine, .tooManyHashes: "not a receipt"
    case .witnessOldSize: "not a witness request"
    }
  }
}
