import Curve25519

/// Why choices cannot be encrypted. Contests and options are counted from 0. Stays on the voter's device.
public enum BallotError: Error, Equatable, Sendable {
  /// Choices for another number of contests.
  case wrongNumberOfContests(expected: Int)
  /// Choices for another number of options.
  case wrongNumberOfOptions(contest: Int, expected: Int)
  /// A value above the contest's range.
  case valueOutOfRange(contest: Int, option: Int, range: Int)
  /// The sum of the values is below the minimum.
  case undervote(contest: Int, minimum: Int)
  /// The sum of the values is above the maximum.
  case overvote(contest: Int, maximum: Int)
}

/// What is wrong with a ballot that someone else made.
public enum BallotDefect: Error, Equatable, Sendable {
  /// Not the encoding of a ballot.
  case malformed(CodecError)
  /// Made for another election.
  case foreignElection
  /// Another number of bits than the manifest says.
  case wrongNumberOfBits(expected: Int)
  /// The values of a contest with a fixed sum do not have it.
  case wrongSum(contest: Int)
  /// The proof or the signature does not hold.
  case invalidProof
}
