import BallotCryptography
import Curve25519

public enum Booth {
  public static func probe(_ seed: [UInt8], _ key: [UInt8]) -> [UInt8] {
    guard let rules = ContestRules.approval(options: 5, maximum: 1), let layout = BallotLayout([rules]), let b = Bytes32(key), let point = RistrettoPoint(b) else { return [] }
    var random = SeededRandom(seed: seed)
    let credential = Credential(random: &random)
    let e = BallotEncryptor(BallotContext(election: b, jointKey: point, layout: layout))
    guard let (ballot, _) = try? e.encrypt([[1, 0, 0, 0, 0]], credential: credential.publicKey, random: &random) else { return [] }
    return CastBallot(ballot, credential: credential, random: &random).encoded
  }
}
