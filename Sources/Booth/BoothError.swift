import BallotCryptography
import Curve25519
import TransparencyLog

/// Why a request was not fulfilled. Names are plain ASCII, so that a module needs no Unicode tables; `web/js/comitia.mjs` puts them into words.
struct BoothError: Error {
  /// What is wrong, in one word.
  let code: StaticString
  /// Where.
  var field: FieldName = FieldName("")
  /// Of a record, the file, where the field would stand.
  var file: [UInt8]?
  /// Contest and option, counted from 0, and the bound that was not kept.
  var contest: Int?
  var option: Int?
  var bound: Int?

  init(_ code: StaticString) { self.code = code }

  init(_ code: StaticString, _ field: StaticString) {
    self.code = code
    self.field = FieldName(field)
  }

  init(_ error: CodecError) {
    switch error {
    case .truncated(let name): (code, field) = ("truncated", name)
    case .outOfRange(let name): (code, field) = ("outOfRange", name)
    case .invalidEncoding(let name): (code, field) = ("invalidEncoding", name)
    case .invalidText(let name): (code, field) = ("invalidText", name)
    case .trailingBytes: code = "trailingBytes"
    }
  }

  init(_ error: BallotError) {
    switch error {
    case .wrongNumberOfContests(let expected): (code, bound) = ("wrongNumberOfContests", expected)
    case .wrongNumberOfOptions(let contest, let expected):
      (code, self.contest, bound) = ("wrongNumberOfOptions", contest, expected)
    case .valueOutOfRange(let contest, let option, let range):
      (code, self.contest, self.option, bound) = ("valueOutOfRange", contest, option, range)
    case .undervote(let contest, let minimum): (code, self.contest, bound) = ("undervote", contest, minimum)
    case .overvote(let contest, let maximum): (code, self.contest, bound) = ("overvote", contest, maximum)
    }
  }

  init(_ defect: BallotDefect) {
    switch defect {
    case .malformed(let error): self.init(error)
    case .foreignElection: self.init("otherElection", "ballot")
    case .wrongNumberOfBits(let expected):
      self.init("wrongNumberOfBits", "ballot")
      bound = expected
    case .wrongSum(let contest):
      self.init("wrongSum", "ballot")
      self.contest = contest
    case .invalidProof: self.init("invalidProof", "ballot")
    }
  }

  /// Faults of logs, by what a voter could do about them.
  init(_ error: LogError) {
    switch error {
    case .badSignature, .notSigned: code = "badSignature"
    case .quorumNotReached(let required, _): (code, bound) = ("quorumNotReached", required)
    case .rootMismatch, .oldRootMismatch, .emptyTreeRoot: code = "rootMismatch"
    case .originMismatch: code = "otherLog"
    case .indexOutsideTree, .treeTooLarge, .sizesReversed: code = "wrongSize"
    case .frontierLength, .proofLength, .tooManyHashes: code = "proofLength"
    default: code = "malformedLog"
    }
  }

  /// The error as an answer: `status u8 (1) ‖ counted code ‖ counted field ‖ contest u32 ‖ option u32 ‖ bound u32`, the largest number for none.
  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.u8(1)
    writer.counted(FieldName(code).ascii)
    writer.counted(file ?? field.ascii)
    for number in [contest, option, bound] { writer.u32(number.flatMap { UInt32(exactly: $0) } ?? UInt32.max) }
    return writer.bytes
  }
}
