import Curve25519

/// Why a deal cannot be used. Its dealer has signed it.
public enum HandOverDealError: Error, Equatable, Sendable {
  /// No dealer of this hand-over.
  case unknownDealer(Int)
  /// Made for another list, for other dealers, or for other transport or draw keys.
  case otherTerms(dealer: Int)
  /// Not as many commitments as the threshold.
  case wrongDegree(dealer: Int)
  /// A constant that is not the dealer's own part of the key: it would change the key.
  case wrongConstant(dealer: Int, KeyPurpose)
  /// The dealer does not show that it knows its ephemeral secret: it might be another's.
  case badProof(dealer: Int)
}

/// What a dealer signs in a hand-over (`docs/spec/04-trustees.md`, 4.6): its consent to the new list, and what it deals, as far as that is public.
public struct HandOverDeal: Equatable, Sendable {
  /// The dealer's old number.
  public let dealer: Int
  /// The terms' digest.
  public let terms: Bytes32
  /// *C₀ … Cₜ₋₁* for each key.
  public let commitments: PerKey<[RistrettoPoint]>
  /// *Eᵢ*, under which all shares are sealed.
  public let ephemeral: RistrettoPoint
  /// Proof that the dealer knows *eᵢ*.
  public let proof: SchnorrProof
  /// SHA-256 of all sealed shares.
  public let sharesHash: Bytes32

  /// A deal received from elsewhere; `verify` checks it.
  public init(
    dealer: Int, terms: Bytes32, commitments: PerKey<[RistrettoPoint]>, ephemeral: RistrettoPoint, proof: SchnorrProof,
    sharesHash: Bytes32
  ) {
    self.dealer = dealer
    self.terms = terms
    self.commitments = commitments
    self.ephemeral = ephemeral
    self.proof = proof
    self.sharesHash = sharesHash
  }

  /// Checks all that can be seen. Variable time: public.
  public func verify(_ terms: HandOverTerms) throws(HandOverDealError) {
    let configuration = terms.configuration
    guard configuration.dealers.contains(dealer) else { throw .unknownDealer(dealer) }
    guard self.terms == terms.digest else { throw .otherTerms(dealer: dealer) }
    for purpose in KeyPurpose.allCases {
      let deal = PublicDeal(dealer: dealer, commitments: commitments[purpose])
      do throws(ResharingError) { try configuration.resharing[purpose].verify(deal) } catch {
        switch error {
        case .wrongDegree: throw .wrongDegree(dealer: dealer)
        default: throw .wrongConstant(dealer: dealer, purpose)
        }
      }
    }
    // A copied ephemeral key would make a complaint about this dealer open another's share.
    guard proof.verify(key: ephemeral, statement: Self.statement(dealer, self.terms, commitments, ephemeral)) else {
      throw .badProof(dealer: dealer)
    }
  }

  /// What the proof of the ephemeral key is bound to.
  static func statement(
    _ dealer: Int, _ terms: Bytes32, _ commitments: PerKey<[RistrettoPoint]>, _ ephemeral: RistrettoPoint
  ) -> Transcript {
    var transcript = Transcript("hand-over deal")
    transcript.absorb("terms", terms)
    transcript.absorb("dealer", UInt64(dealer))
    for purpose in KeyPurpose.allCases { transcript.absorb("commitments", commitments[purpose].encoded) }
    transcript.absorb("ephemeral", ephemeral.encoded)
    return transcript
  }

  /// Whether these are the scalars dealt to trustee `index`. Constant time in them as far as they are good.
  func commits(to shares: PerKey<Scalar>, at index: Int) -> Bool {
    KeyPurpose.allCases.allSatisfy {
      RistrettoPoint.generatorMultiple(shares[$0]) == DealerCommitment.evaluate(commitments[$0], at: index)
    }
  }

  /// SHA-256 of what its dealer signs.
  public func digest(_ subject: HandOverSubject) -> Bytes32 { Bytes32(SHA256.hash(signedText(subject)).span) }

  /// What its dealer signs.
  public func signedText(_ subject: HandOverSubject) -> [UInt8] {
    HandOverMessage.signedText(.deal(self, shares: []), sender: dealer, subject)
  }

  /// Whether the dealer has signed it.
  public func isSigned(_ signature: [UInt8], _ configuration: HandOverConfiguration) -> Bool {
    guard configuration.oldSigningKeys.indices.contains(dealer - 1) else { return false }
    return Ed25519.verify(
      signature: signature, message: signedText(configuration.subject), publicKey: configuration.oldSigningKeys[dealer - 1])
  }
}

extension HandOverTerms {
  /// The keys with the new public shares. The caller has verified the deals.
  ///
  /// - Parameter deals: of all dealers, in any order.
  public func newKeys(_ deals: [HandOverDeal]) throws(ResharingError) -> PerKey<ThresholdKey> {
    try PerKey { purpose throws(ResharingError) in
      try configuration.resharing[purpose].newKey(
        deals.map { PublicDeal(dealer: $0.dealer, commitments: $0.commitments[purpose]) })
    }
  }
}

// MARK: - Codec

extension HandOverDeal {
  /// Reads what follows the dealer's number.
  public init(from reader: inout ByteReader, dealer: Int, threshold: Int) throws(CodecError) {
    self.dealer = dealer
    terms = try reader.b32("terms")
    commitments = try PerKey { _ throws(CodecError) in
      var points: [RistrettoPoint] = []
      points.reserveCapacity(threshold)
      for _ in 0..<threshold { points.append(try reader.point("commitment")) }
      return points
    }
    ephemeral = try reader.point("ephemeral")
    proof = try SchnorrProof(from: &reader)
    sharesHash = try reader.b32("hash of the shares")
  }

  /// Writes the same.
  public func encode(to writer: inout ByteWriter) {
    writer.b32(terms)
    for purpose in KeyPurpose.allCases { writer.raw(commitments[purpose].encoded) }
    writer.b32(ephemeral.encoded)
    proof.encode(to: &writer)
    writer.b32(sharesHash)
  }
}
