import BallotCryptography
import Curve25519

/// Ballots, cast, challenged and opened: what is read is written as it was, and nothing stops a verifier.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let example = Int(input[0] & 3)
  // One in two inputs is a list of changes to a good encoding, which random bytes never are.
  let bytes = input[0] & 4 == 4 ? Example.encodings[example].changed(as: input) : Array(input.all.dropFirst())
  switch example {
  case 0:
    if let ballot = try? EncryptedBallot(bytes) { precondition(ballot.encoded == bytes, "another encoding") }
  case 1:
    guard let cast = try? CastBallot(bytes) else { return 0 }
    precondition(cast.encoded == bytes, "another encoding")
    precondition(bytes == Example.encodings[1] || (try? cast.verify(Example.context)) == nil, "a forged ballot")
  case 2:
    guard let challenge = try? BallotChallenge(bytes) else { return 0 }
    precondition(challenge.encoded == bytes, "another encoding")
    precondition(bytes == Example.encodings[2] || !challenge.isSigned, "a forged challenge")
  default:
    guard let opened = try? OpenedBallot(bytes) else { return 0 }
    precondition(opened.encoded == bytes, "another encoding")
    precondition(bytes == Example.encodings[3] || !opened.isValid(Example.context), "a forged opening")
  }
  return 0
}

/// One ballot of one bit, in all its forms.
enum Example {
  static let (context, encodings): (BallotContext, [[UInt8]]) = {
    var random = SeededRandom(seed: [1])
    guard let rules = ContestRules.approval(options: 1, maximum: 1), let layout = BallotLayout([rules]) else {
      preconditionFailure("a small contest")
    }
    let context = BallotContext(election: .zero, jointKey: .generatorMultiple(.random(using: &random)), layout: layout)
    let voter = Credential(random: &random)
    guard
      let (ballot, opening) = try? BallotEncryptor(context).encrypt([[1]], credential: voter.publicKey, number: 1, random: &random)
    else {
      preconditionFailure("a valid choice")
    }
    let encodings = [
      ballot.encoded, CastBallot(ballot, credential: voter, random: &random).encoded,
      BallotChallenge(ballot, credential: voter, random: &random).encoded,
      OpenedBallot(ballot, opening: opening, credential: voter, random: &random).encoded,
    ]
    return (context, encodings)
  }()
}
