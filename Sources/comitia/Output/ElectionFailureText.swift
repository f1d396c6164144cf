import Elections
import LocalElection
import RecordFiles
import ThresholdCryptography
import Verification

/// Why an election was not held, in one line that says what to do.
enum ElectionFailureText {
  /// - Parameter out: the folder the record was to be written to.
  static func failure(_ error: any Error, out: String) -> CommandFailure {
    switch error {
    case let error as CommandFailure: error
    case let error as RecordFolderError: failure(error, out: out)
    case let error as LocalElectionError: CommandFailure(error.text)
    case let error as RollError: CommandFailure("the roll: \(error.text)")
    default: CommandFailure("the election could not be held: \(error); nothing was written; please report it")
    }
  }

  static func failure(_ error: RecordFolderError, out: String) -> CommandFailure {
    switch error {
    case .exists: CommandFailure("\(out.printable) is there already and was left as it is; give another --out")
    case .cannotCreate(_, let reason):
      CommandFailure(
        "no folder can be made for \(out.printable): \(reason); make the folder it is to lie in, or give another --out")
    case .cannotWrite(_, let reason):
      CommandFailure("the record cannot be written: \(reason); nothing of it was left; make room, or give another --out")
    }
  }
}

extension LocalElectionError {
  /// What is wrong, in plain words.
  fileprivate var text: String {
    switch self {
    case .repeatedTrusteeName: "two trustees have one name; names must differ"
    case .unfinishedCeremony: "the key ceremony did not come to an end; please report it"
    case .noSuchTrustee(let number): "there is no trustee \(number)"
    case .tooFewTrustees(let present, let threshold): "\(present) trustees decrypt, but \(threshold) are needed"
    case .invalidBallot(let number, let reason): "ballot \(number): \(reason)"
    case .boardNotVerified(let check, let detail): "the trustees refuse to decrypt: \(check): \(detail); nothing was written"
    case .totalNotFound(let option): "the total of option \(option + 1) was not found; please report it"
    }
  }
}
