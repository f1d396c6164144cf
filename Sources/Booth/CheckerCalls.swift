import BallotCryptography
import Curve25519

/// What a checker of ballots does, which need not be served by those who served the booth.
enum CheckerCalls {
  static func checkOpening(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (context, ballot, opening) = try reading { () throws(CodecError) in
      let context = try request.frame()
      let ballot = try request.ballot()
      let opening = try request.opening(bits: ballot.bits)
      try request.finish()
      return (context, ballot, opening)
    }
    guard opening.opens(ballot, context) else { throw BoothError("doesNotOpen", "ballot") }
    return opened(ballot, opening, context)
  }

  static func verifyBallot(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (context, cast) = try reading { () throws(CodecError) in
      let context = try request.frame()
      let cast = try CastBallot(try request.blob("cast ballot"))
      try request.finish()
      return (context, cast)
    }
    do throws(BallotDefect) {
      try cast.verify(context)
    } catch let defect {
      throw BoothError(defect)
    }
    var answer = ByteWriter.answer()
    answer.b32(cast.tracker)
    answer.b32(cast.ballot.credential)
    return answer
  }

  static func verifyOpened(_ request: inout ByteReader) throws(BoothError) -> ByteWriter {
    let (context, published) = try reading { () throws(CodecError) in
      let context = try request.frame()
      let published = try OpenedBallot(try request.blob("opened ballot"))
      try request.finish()
      return (context, published)
    }
    guard published.isValid(context) else { throw BoothError("doesNotOpen", "ballot") }
    return opened(published.ballot, published.opening, context)
  }

  private static func opened(_ ballot: EncryptedBallot, _ opening: BallotOpening, _ context: BallotContext) -> ByteWriter {
    var answer = ByteWriter.answer()
    answer.b32(ballot.hash)
    answer.values(context.layout.values(ofBits: opening.bits))
    return answer
  }
}
