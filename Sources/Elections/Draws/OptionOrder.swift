import Curve25519
import ThresholdCryptography

/// In which order a contest's options are shown to voters (`docs/spec/06-record.md`, 6.1).
public enum OptionOrder: UInt8, Sendable, CaseIterable {
  /// As the manifest has them.
  case listed = 0
  /// As the opening draw has them (`docs/spec/11-randomness.md`, 11.4): nobody has a say in who stands first.
  case drawn = 1
}

extension Manifest {
  /// The options of a contest in the order in which they are shown: positions in the manifest.
  ///
  /// - Parameters:
  ///   - contest: its number, counted from 0.
  ///   - output: that of the opening draw, as the opening entry has it; `nil` before the opening: then they are shown as listed.
  public func shownOptions(of contest: Int, draw output: Bytes32?) -> [Int] {
    let count = contests[contest].options.count
    guard contests[contest].order == .drawn, let output else { return Array(0..<count) }
    return Draw(value: output).permutation(of: count, purpose: .optionOrder(contest: contest))
  }
}
