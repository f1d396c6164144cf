import Elections
import Foundation
import LocalElection
import ManifestJSON

/// What is voted on and the ballots, read from the caller's files and checked before anything is made.
struct ElectionInput {
  /// What is voted on.
  let manifest: Manifest
  /// The ballots, each within the rules.
  let ballots: [PlainBallot]

  /// Reads the files.
  ///
  /// - Throws: `CommandFailure` that names file, and line or key.
  init(ballots path: String, manifest: String?, title: Text?, acknowledgesSmall: Bool) throws(CommandFailure) {
    let definition = try manifest.map { (path) throws(CommandFailure) in
      try ManifestFile.read(path).definition(title: title, acknowledgesSmall: acknowledgesSmall)
    }
    let bytes = try InputFile.read(path)
    do throws(BallotFileError) {
      let sheet = try BallotSheet(bytes, name: path)
      let ownTitle = title ?? sheet.title ?? Self.title(of: path)
      if let definition {
        self.manifest = definition
      } else {
        self.manifest = try sheet.manifest(title: ownTitle, smallAcknowledged: acknowledgesSmall)
      }
      ballots = try sheet.ballots(for: self.manifest)
    } catch let error {
      throw CommandFailure("\(path.printable): \(error.description.printable)")
    }
    try checkTimes()
    try checkSizes()
  }

  /// The file's name without its ending.
  private static func title(of path: String) -> Text {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    guard let title = Text(name), (1...Text.longestName).contains(title.utf8.count) else { return Text("Election") ?? .empty }
    return title
  }

  /// All ballots are cast now, so voting must be open.
  private func checkTimes() throws(CommandFailure) {
    guard !manifest.allowsVoting(at: UInt64(Date().timeIntervalSince1970 * 1000)) else { return }
    let hours = [("opens", manifest.opens), ("closes", manifest.closes)].filter { $0.1 > 0 }
      .map { "\($0.0) at \(TextFormat.isoTime($0.1))" }.joined(separator: " and ")
    throw CommandFailure("voting \(hours), but the ballots are cast now; leave these times out of the manifest")
  }

  /// The same rules as the roll's (`docs/spec/06-record.md`, 6.5), said before any work is done.
  private func checkSizes() throws(CommandFailure) {
    var voters: [UInt32: Int] = [:]
    var total: UInt64 = 0
    for ballot in ballots {
      voters[ballot.weight, default: 0] += 1
      total += UInt64(ballot.weight)
    }
    guard total <= Roll.largestTotal / manifest.largestRange else {
      throw CommandFailure(
        "the total weight, \(total), times the largest number of points exceeds 2^40; lower the weights or the points")
    }
    if manifest.smallAcknowledged { return }
    let few = voters.filter { $0.value < Roll.smallGroup }.min { $0.key < $1.key }
    guard let few else { return }
    let who =
      voters.count == 1
      ? "there \(few.value == 1 ? "is" : "are") only \(TextFormat.count(few.value, "voter"))"
      : "only \(TextFormat.count(few.value, "voter")) of weight \(few.key)"
    throw CommandFailure(
      "\(who); the totals of fewer than ten may reveal how each voted: give --acknowledge-small if they know that, or set "
        + "“smallAcknowledged” in the manifest")
  }
}
