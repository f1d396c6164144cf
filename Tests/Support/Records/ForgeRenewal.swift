import Curve25519
import Elections
import ThresholdCryptography
import TransparencyLog

/// A renewal made by one who has everybody's secrets, step by step as `docs/spec/04-trustees.md`, 4.6, has it, and open to change at each.
public struct RenewalForger {
  /// A trustee to be.
  public struct Member {
    public var name: Text
    public var signing: Ed25519.PrivateKey
    public var transport: RistrettoPoint
    public var drawSeed: Bytes32
    public var drawKey: Bytes32
  }

  /// What one dealer deals: the constant first.
  public struct Dealer {
    public var number: Int
    public var signing: Ed25519.PrivateKey
    public var polynomials: PerKey<[Scalar]>
  }

  public var number: UInt16
  public var id: Bytes32
  public var election: Bytes32
  public var before: Bytes32
  public var members: [Member]
  public var dealers: [Dealer]
  /// What dealers say they deal on, where they are made to say something else than the truth.
  public var claimedTerms: Bytes32?
  /// Changes deals, confirmations and all else before it is written.
  public var change: (inout Renewal) -> Void = { _ in }
  /// Changes the body of the entry.
  public var changeEntry: (inout [UInt8]) -> Void = { _ in }

  /// What is approved.
  var list: Bytes32 {
    var transcript = Transcript("hand-over list")
    transcript.absorb("election", election)
    transcript.absorb("number", UInt64(number))
    transcript.absorb("before", before)
    transcript.absorb("trustees", UInt64(members.count))
    var writer = ByteWriter()
    for member in members {
      writer.counted(member.name.utf8)
      writer.b32(member.signing.publicKey)
    }
    transcript.absorb("members", writer.bytes)
    return transcript.digest("list")
  }

  public var terms: Bytes32 {
    var transcript = Transcript("hand-over")
    transcript.absorb("id", id)
    transcript.absorb("list", list)
    transcript.absorb("threshold", UInt64(dealers.first?.polynomials.election.count ?? 0))
    transcript.absorb("dealers", dealers.map { UInt8($0.number) })
    transcript.absorb("recipients", members.flatMap { $0.transport.encoded.bytes + $0.drawKey.bytes })
    return transcript.digest("terms")
  }

  /// The file.
  func renewal(random: inout SeededRandom) -> Renewal {
    let terms = claimedTerms ?? terms
    let deals = dealers.map { dealer -> Renewal.SignedDeal in
      let deal = self.deal(dealer, terms, &random)
      return Renewal.SignedDeal(
        deal, signature: dealer.signing.sign(signedText(2, dealer.number) { deal.encode(to: &$0) }))
    }
    let members = members.enumerated().map { index, member in
      Renewal.Member(
        name: member.name, signingKey: member.signing.publicKey,
        recipient: HandOverRecipient(transport: member.transport, drawKey: member.drawKey),
        confirmation: confirmation(of: index + 1, deals, by: member.signing))
    }
    var renewal = Renewal(number: number, handOver: id, members: members, deals: deals)
    change(&renewal)
    return renewal
  }

  private func deal(_ dealer: Dealer, _ terms: Bytes32, _ random: inout SeededRandom) -> HandOverDeal {
    let commitments = PerKey { purpose in dealer.polynomials[purpose].map { RistrettoPoint.generatorMultiple($0) } }
    let secret = Scalar.random(using: &random)
    let ephemeral = RistrettoPoint.generatorMultiple(secret)
    var transcript = Transcript("hand-over deal")
    transcript.absorb("terms", terms)
    transcript.absorb("dealer", UInt64(dealer.number))
    for purpose in KeyPurpose.allCases { transcript.absorb("commitments", commitments[purpose].flatMap { $0.encoded.bytes }) }
    transcript.absorb("ephemeral", ephemeral.encoded)
    return HandOverDeal(
      dealer: dealer.number, terms: terms, commitments: commitments, ephemeral: ephemeral,
      proof: .prove(secret: secret, statement: transcript, using: &random), sharesHash: random.b32())
  }

  /// A signature on these deals.
  public func confirmation(of trustee: Int, _ deals: [Renewal.SignedDeal], by key: Ed25519.PrivateKey) -> [UInt8] {
    var transcript = Transcript("hand-over confirmation")
    transcript.absorb("terms", terms)
    for signed in deals {
      let text = signedText(2, signed.deal.dealer) { signed.deal.encode(to: &$0) }
      transcript.absorb("deal", SHA256.digest(text))
    }
    let digest = transcript.digest("confirmation")
    return key.sign(signedText(4, trustee) { $0.b32(digest) })
  }

  /// What a message's signature is over.
  public func signedText(_ kind: UInt8, _ sender: Int, _ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw(Array("comitia hand-over message/v1\n".utf8) + list.bytes)
    writer.u8(kind)
    writer.b32(id)
    writer.u8(UInt8(sender))
    body(&writer)
    return writer.bytes
  }

  /// What a new trustee gets of all dealers.
  func shares(of trustee: Int) -> SecretShares {
    let x = Scalar(small: trustee)
    let values = PerKey { purpose in
      dealers.reduce(Scalar.zero) { $0 + $1.polynomials[purpose].reversed().reduce(.zero) { $0 * x + $1 } }
    }
    return SecretShares(trustee: trustee, values: values, drawSeed: members[trustee - 1].drawSeed)
  }

  /// The public shares to that.
  func acting() throws -> ActingTrustees {
    let threshold = dealers.first?.polynomials.election.count ?? 0
    let keys = try PerKey { purpose in
      try ThresholdKey(
        dealers: members.indices.map { index in
          // Any as many commitments as there are trustees, the sum of which is that of all dealers.
          let all = dealers.map { $0.polynomials[purpose] }
          let sums = (0..<threshold).map { k in all.reduce(Scalar.zero) { $0 + $1[k] } }
          let commitments = sums.map { index == 0 ? RistrettoPoint.generatorMultiple($0) : .identity }
          return DealerCommitment(commitments: commitments, proof: SchnorrProof(commitment: .identity, response: .zero))
        })
    }
    return ActingTrustees(
      members.map { ActingTrustee(name: $0.name, signingKey: $0.signing.publicKey, drawKey: $0.drawKey) }, keys: keys)
  }
}

/// The checkpoint by which a renewal comes into force, open to change.
public struct RenewalForce {
  /// Of the checkpoint.
  public var size: Int
  /// Who cosigns, by number.
  public var cosigners: [(number: Int, key: Ed25519.PrivateKey)]
  /// What becomes of it.
  public var change: (Forge, SignedCheckpoint) throws -> SignedCheckpoint = { $1 }
}

extension Forge {
  /// Signed by the log and cosigned.
  public func renewalCheckpoint(_ force: RenewalForce) throws -> SignedCheckpoint {
    let signed = try checkpoint(size: force.size)
    return try force.change(
      self, force.cosigners.reduce(signed) { try $0.adding(cosignature(of: $1.number, on: signed, by: $1.key)) })
  }

  /// Hands the keys over, and appends the entry.
  ///
  /// - Parameters:
  ///   - replaced: the numbers that others get.
  ///   - dealers: the first *t* if nothing is said.
  public mutating func renew(
    replacing replaced: [Int] = [], by dealers: [Int]? = nil, _ change: (inout RenewalForger) throws -> Void = { _ in }
  ) throws {
    var forger = try renewalForger(replacing: replaced, by: dealers)
    try change(&forger)
    let file = forger.renewal(random: &random).encoded
    renewals.append(file)
    var writer = ByteWriter()
    writer.u16(forger.number)
    writer.b32(SHA256.digest(file))
    var body = writer.bytes
    forger.changeEntry(&body)
    append(.renewal, body)
    let before = trustees.signing.enumerated().map { (number: $0.offset + 1, key: $0.element) }
    inForce.append(RenewalForce(size: entries.count, cosigners: Array(before.prefix(trustees.parameters.threshold))))
    trustees.names = forger.members.map { $0.name }
    trustees.signing = forger.members.map { $0.signing }
    trustees.renewed = (forger.members.indices.map { forger.shares(of: $0 + 1) }, try forger.acting())
  }

  /// An honest renewal that follows on the last one.
  public mutating func renewalForger(replacing replaced: [Int], by numbers: [Int]?) throws -> RenewalForger {
    let threshold = trustees.parameters.threshold
    let numbers = numbers ?? Array(1...threshold)
    let members = try trustees.signing.indices.map { index in
      let isNew = replaced.contains(index + 1)
      let seed = random.b32()
      return RenewalForger.Member(
        name: isNew ? try text("Trustee \(index + 1), since renewal \(renewals.count + 1)") : trustees.names[index],
        signing: isNew ? Ed25519.PrivateKey(seed: random.b32()) : trustees.signing[index],
        transport: .generatorMultiple(.random(using: &random)), drawSeed: seed, drawKey: Ed25519.PrivateKey(seed: seed).publicKey)
    }
    let dealers = numbers.map { number in
      let weight = numbers.filter { $0 != number }.reduce(Scalar.one) {
        $0 * Scalar(small: $1) * Scalar(small: $1 - number).inverted()
      }
      let shares = trustees.shares(of: number)
      return RenewalForger.Dealer(
        number: number, signing: trustees.signing[number - 1],
        polynomials: PerKey { purpose in
          [weight * shares.values[purpose]] + (1..<threshold).map { _ in Scalar.random(using: &random) }
        })
    }
    return RenewalForger(
      number: UInt16(renewals.count + 1), id: random.b32(), election: electionID,
      before: SHA256.digest(renewals.last ?? trusteesFile), members: members, dealers: dealers)
  }
}
