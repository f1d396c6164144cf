/// What is wrong with a file of ballots, and where. Lines are counted from 1.
public enum BallotFileError: Error, Equatable, Sendable {
  /// There is no ballot in it.
  case empty
  /// Of the whole file, not of a line.
  case file(String)
  /// Of one line: what is wrong and what is expected.
  case line(Int, String)
}

extension BallotFileError: CustomStringConvertible {
  /// What is wrong, in plain words; to stand after the name of the file.
  public var description: String {
    switch self {
    case .empty: "there is no ballot in it"
    case .file(let reason): reason
    case .line(let number, let reason): "line \(number): \(reason)"
    }
  }
}
