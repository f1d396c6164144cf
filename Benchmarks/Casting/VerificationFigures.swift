import BallotCryptography
import Curve25519

/// What one batch costs a ballot, on one thread.
enum VerificationFigures {
  static func measure(_ field: CastingField) {
    let id = Bytes32(SHA256.hash(Array("verification".utf8)).span)
    let context = BallotContext(
      election: id, jointKey: field.parts.trustees.jointKey(.election), layout: field.parts.manifest.layout)
    let ballots = field.ballots(id).prefix(2048).map { bytes in
      guard let ballot = try? CastBallot(bytes) else { preconditionFailure("a ballot is malformed") }
      return ballot
    }
    print("verification, one thread: µs a ballot (proof and signature in one batch)")
    for size in [1, 16, 64, 128, 256, 512, 1024] where size <= ballots.count {
      let rounds = max(1, 2048 / size / (size == 1 ? 8 : 1))
      let start = ContinuousClock.now
      for round in 0..<rounds {
        var batch = BallotBatch(context)
        for ballot in ballots[(round * size % (ballots.count - size + 1))...].prefix(size) {
          guard (try? batch.add(ballot)) != nil else { preconditionFailure("a ballot is refused") }
        }
        precondition(batch.invalidBallots().isEmpty, "a ballot does not verify")
      }
      let each = (ContinuousClock.now - start) / (rounds * size)
      print("  \(size): \(each.components.attoseconds / 1_000_000_000_000)")
    }
  }
}
