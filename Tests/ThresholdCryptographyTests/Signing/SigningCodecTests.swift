import Testing

@testable import Curve25519
@testable import ThresholdCryptography

@Suite("Messages of joint signatures")
struct SigningCodecTests {
  private let made: JointKeyCase
  private let commitment: SigningCommitment
  /// A point of order 8 (RFC 9496 and RFC 8032 have its y).
  private let torsion: EdwardsPoint

  init() throws {
    var random = seeded(301)
    made = JointKeyCase(3, 2, &random)
    commitment = SigningNonce(for: made.share(2), using: &random).commitment
    torsion = try #require(
      Bytes32(bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")).flatMap { EdwardsPoint($0) })
  }

  @Test("a commitment is read as it was written")
  func commitments() throws {
    #expect(commitment.encoded.count == SigningCommitment.encodedLength)
    let read = try SigningCommitment(commitment.encoded, trustee: 2)
    #expect(read == commitment)
    #expect(read.hidingPoint == commitment.hidingPoint && read.bindingPoint == commitment.bindingPoint)
    #expect(try SigningCommitment(commitment.encoded, trustee: 1) != commitment)
    #expect(throws: CodecError.truncated(field: FieldName("binding commitment"))) {
      try SigningCommitment(commitment.encoded.dropLast(), trustee: 2)
    }
    #expect(throws: CodecError.trailingBytes(count: 1)) { try SigningCommitment(commitment.encoded + [0], trustee: 2) }
  }

  @Test("what is no point of prime order is refused, in either place")
  func badPoints() throws {
    #expect(torsion.isSmallOrder)
    let p = EdwardsPoint.generator
    var bad = [EdwardsPoint.identity.encoded, torsion.encoded, (p + torsion).encoded, (commitment.hidingPoint + torsion).encoded]
    // The identity and the generator, not canonical or not on the curve.
    bad += [
      bytes("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), bytes("02" + String(repeating: "00", count: 31)),
    ]
    .compactMap { Bytes32($0) }
    for encoding in bad {
      for (first, second) in [(encoding, commitment.binding), (commitment.hiding, encoding)] {
        let field = first == encoding ? FieldName("hiding commitment") : FieldName("binding commitment")
        #expect(throws: CodecError.invalidEncoding(field: field)) {
          try SigningCommitment(first.bytes + second.bytes, trustee: 1)
        }
      }
    }
  }

  @Test("a list is read as it was written")
  func lists() throws {
    var random = seeded(302)
    let list = (1...3).map { SigningNonce(for: made.share($0), using: &random).commitment }
    for count in 0...3 {
      let encoded = SigningCommitmentList.encode(Array(list.prefix(count)))
      #expect(encoded.count == 1 + 65 * count)
      #expect(try SigningCommitmentList.decode(encoded, maximum: 3) == Array(list.prefix(count)))
      #expect(throws: CodecError.trailingBytes(count: 1)) { try SigningCommitmentList.decode(encoded + [0], maximum: 3) }
    }
    let session = try SigningSession(key: made.key, message: [], commitments: list.reversed())
    #expect(session.encodedCommitments == SigningCommitmentList.encode(list))
    let outOfOrder: [[SigningCommitment]] = [list.reversed(), [list[0], list[0]], [list[0], list[2], list[1]]]
    for wrong in outOfOrder {
      #expect(throws: CodecError.outOfRange(field: FieldName("signer"))) {
        try SigningCommitmentList.decode(SigningCommitmentList.encode(wrong), maximum: 3)
      }
    }
    #expect(throws: CodecError.outOfRange(field: FieldName("signer"))) {
      try SigningCommitmentList.decode([1, 0] + commitment.encoded, maximum: 3)
    }
    #expect(throws: CodecError.outOfRange(field: FieldName("signers"))) {
      try SigningCommitmentList.decode(SigningCommitmentList.encode(list), maximum: 2)
    }
  }

  @Test("a response is read as it was written")
  func responses() throws {
    let share = SignatureShare(trustee: 2, value: -Scalar.one)
    let response = SigningResponse(session: Bytes32([UInt8](0..<32).span), share: share, next: commitment)
    #expect(response.encoded.count == SigningResponse.encodedLength)
    #expect(try SigningResponse(response.encoded, trustee: 2) == response)
    #expect(throws: CodecError.trailingBytes(count: 2)) { try SigningResponse(response.encoded + [0, 0], trustee: 2) }
    // ℓ itself: the last scalar and one more.
    var over = response.encoded
    over[32] += 1
    #expect(throws: CodecError.invalidEncoding(field: FieldName("signature share"))) { try SigningResponse(over, trustee: 2) }
    for count in 0..<response.encoded.count {
      #expect(throws: CodecError.self) { try SigningResponse(Array(response.encoded.prefix(count)), trustee: 2) }
    }
  }
}
