import BallotCryptography
import Curve25519

/// What the voter's device does with the voter's secrets.
enum VoterCalls {
  static func version(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    try reading { () throws(CodecError) in try request.finish() }
    var answer = ByteWriter.answer()
    answer.u16(1)
    return answer
  }

  static func makeCredential(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    var random = try reading { () throws(CodecError) in
      let random = try request.seed()
      try request.finish()
      return random
    }
    let credential = Credential(random: &random)
    var answer = ByteWriter.answer()
    answer.b32(credential.secretBytes)
    answer.b32(credential.publicKey)
    return answer
  }

  static func readCredential(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let credential = try reading { () throws(CodecError) in
      let credential = try request.secret()
      try request.finish()
      return credential
    }
    var answer = ByteWriter.answer()
    answer.b32(credential.publicKey)
    return answer
  }

  static func proveCredential(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    var (credential, random, election, account) = try reading { () throws(CodecError) in
      let read = (
        try request.secret(), try request.seed(), try request.blob("election reference"), try request.blob("account")
      )
      try request.finish()
      return read
    }
    // A credential's secret is a scalar below the group order.
    guard let secret = Scalar(canonical: credential.secretBytes) else { throw BoothError("outOfRange", "secret") }
    let statement = CredentialStatement.transcript(credential.publicKey, election: election, account: account)
    var answer = ByteWriter.answer()
    let proof = SchnorrProof.prove(secret: secret, statement: statement, using: &random)
    answer.b32(proof.commitment.encoded)
    answer.scalar(proof.response)
    return answer
  }

  static func encrypt(_ request: inout ByteReader, _ prepared: inout PreparedElection?) throws(BoothError) -> ByteWriter {
    let (election, credential, number, seed, choices) = try reading { () throws(CodecError) in
      let election = try PreparedElection(from: &request, last: prepared)
      let credential = try request.point("credential").encoded
      let number = try request.u32("ballot number")
      guard number > 0 else { throw .outOfRange(field: FieldName("ballot number")) }
      let read = (election, credential, number, try request.seed(), try request.choices())
      try request.finish()
      return read
    }
    prepared = election
    var random = seed
    do throws(BallotError) {
      let (ballot, opening) = try election.encryptor.encrypt(choices, credential: credential, number: number, random: &random)
      var answer = ByteWriter.answer()
      answer.b32(ballot.hash)
      answer.blob(ballot.encoded)
      var opened = ByteWriter(capacity: BallotOpening.length(bits: ballot.bits))
      opening.encode(to: &opened)
      answer.blob(opened.bytes)
      return answer
    } catch let error {
      throw BoothError(error)
    }
  }

  static func cast(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    var signer = try Signer(&request)
    let ballot = signer.ballot
    let cast = CastBallot(ballot, credential: signer.credential, random: &signer.random)
    var answer = ByteWriter.answer()
    answer.b32(cast.tracker)
    answer.blob(cast.encoded)
    return answer
  }

  static func track(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let cast = try reading { () throws(CodecError) in try CastBallot(try request.raw(request.remaining, "ballot")) }
    var answer = ByteWriter.answer()
    answer.b32(cast.tracker)
    return answer
  }

  static func challenge(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    var signer = try Signer(&request)
    var answer = ByteWriter.answer()
    answer.blob(BallotChallenge(signer.ballot, credential: signer.credential, random: &signer.random).encoded)
    return answer
  }

  static func publish(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    var signer = try Signer(&request, opening: true)
    guard let opening = signer.opening else { throw BoothError("truncated", "opening") }
    let opened = OpenedBallot(signer.ballot, opening: opening, credential: signer.credential, random: &signer.random)
    var answer = ByteWriter.answer()
    answer.blob(opened.encoded)
    return answer
  }
}

/// A request to sign a ballot: with its own credential, or the signature would be good for nothing.
private struct Signer {
  let credential: Credential
  let ballot: EncryptedBallot
  let opening: BallotOpening?
  var random: SeededRandom

  init(_ request: inout ByteReader, opening hasOpening: Bool = false) throws(BoothError) {
    (credential, random, ballot, opening) = try reading { () throws(CodecError) in
      let credential = try request.secret()
      let random = try request.seed()
      let ballot = try request.ballot()
      let opening = hasOpening ? try request.opening(bits: ballot.bits) : nil
      try request.finish()
      return (credential, random, ballot, opening)
    }
    guard ballot.credential == credential.publicKey else { throw BoothError("otherCredential", "ballot") }
  }
}
