import Curve25519
import ThresholdCryptography

/// Why a renewal does not hold.
public enum RenewalError: Error, Equatable, Sendable {
  /// Not the one that follows on the last.
  case outOfTurn
  /// Not as many trustees as before.
  case wrongNumber
  /// A name that is none, occurs twice, or has changed without the trustee.
  case name(trustee: Int)
  /// A signing key that occurs twice, was a trustee's before, or is the log's.
  case signingKey(trustee: Int)
  /// A transport or draw key that cannot be used, or a draw key that occurs twice.
  case keys(trustee: Int)
  /// The dealers are not as many different trustees of before as the threshold, ascending.
  case dealers
  /// A deal that does not hold.
  case deal(HandOverDealError)
  /// A dealer has not signed.
  case dealSignature(dealer: Int)
  /// A new trustee has not signed that it has its shares.
  case confirmation(trustee: Int)
}

/// The public outcome of a hand-over (`docs/spec/06-record.md`, 6.12): from its entry on the board on, these trustees act, with these shares.
public struct Renewal: Equatable, Sendable {
  /// A trustee from then on.
  public struct Member: Equatable, Sendable {
    /// As it gave it when it joined.
    public let name: Text
    /// Its Ed25519 public key: it cosigns with it, and signs the confirmation.
    public let signingKey: Bytes32
    /// What it brought to the hand-over.
    public let recipient: HandOverRecipient
    /// Its signature on what all dealers dealt.
    public let confirmation: [UInt8]

    /// A trustee of the list; nothing is checked.
    public init(name: Text, signingKey: Bytes32, recipient: HandOverRecipient, confirmation: [UInt8]) {
      self.name = name
      self.signingKey = signingKey
      self.recipient = recipient
      self.confirmation = confirmation
    }
  }

  /// What a dealer dealt, with its signature.
  public struct SignedDeal: Equatable, Sendable {
    /// What it committed to for each key.
    public let deal: HandOverDeal
    /// By the dealer's signing key, 64 bytes.
    public let signature: [UInt8]

    /// A deal and what is said to be its dealer's signature; nothing is checked.
    public init(_ deal: HandOverDeal, signature: [UInt8]) {
      self.deal = deal
      self.signature = signature
    }
  }

  /// 1, 2, …
  public let number: UInt16
  /// The id of the hand-over.
  public let handOver: Bytes32
  /// Number *j* stands at *j* − 1.
  public let members: [Member]
  /// Ascending.
  public let deals: [SignedDeal]

  /// Whatever it holds; `AmendedRoster` checks it.
  public init(number: UInt16, handOver: Bytes32, members: [Member], deals: [SignedDeal]) {
    self.number = number
    self.handOver = handOver
    self.members = members
    self.deals = deals
  }

  /// That of a completed hand-over on a list.
  public init(_ list: HandOverList, _ outcome: HandOverOutcome) {
    self.init(
      number: list.number, handOver: outcome.terms.configuration.id,
      members: list.members.enumerated().map { index, member in
        Member(
          name: member.name, signingKey: member.signingKey, recipient: outcome.terms.recipients[index],
          confirmation: outcome.confirmations[index])
      }, deals: zip(outcome.deals, outcome.dealSignatures).map { SignedDeal($0, signature: $1) })
  }

  /// SHA-256 of the file.
  public var hash: Bytes32 { Bytes32(SHA256.hash(encoded).span) }

  /// Checks all of it. Variable time: public.
  func verified(after roster: AmendedRoster, election: Bytes32, logKey: Bytes32) throws(RenewalError) -> ActingTrustees {
    let acting = roster.current.acting
    guard Int(number) == roster.current.renewal + 1 else { throw .outOfTurn }
    let list = HandOverList(
      election: election, after: roster, members: members.map { .init(name: $0.name, signingKey: $0.signingKey) })
    try list.check(roster, logKey: logKey)
    for (index, member) in members.enumerated() {
      let isNew = !members[..<index].contains { $0.recipient.drawKey == member.recipient.drawKey }
      guard isNew, member.recipient.isUsable else { throw .keys(trustee: index + 1) }
    }
    let terms = try terms(list, acting)
    for signed in deals {
      do throws(HandOverDealError) { try signed.deal.verify(terms) } catch { throw .deal(error) }
      guard signed.deal.isSigned(signed.signature, terms.configuration) else { throw .dealSignature(dealer: signed.deal.dealer) }
    }
    try checkConfirmations(terms)
    guard let keys = try? terms.newKeys(deals.map { $0.deal }) else { throw .dealers }
    return ActingTrustees(
      members.map { ActingTrustee(name: $0.name, signingKey: $0.signingKey, drawKey: $0.recipient.drawKey) }, keys: keys)
  }

  private func terms(_ list: HandOverList, _ acting: ActingTrustees) throws(RenewalError) -> HandOverTerms {
    let dealers = deals.map { $0.deal.dealer }
    let isAscending = zip(dealers, dealers.dropFirst()).allSatisfy { $0 < $1 }
    let configuration = try? HandOverConfiguration(
      id: handOver, list: list.digest, keys: acting.keys, dealers: dealers, oldSigningKeys: acting.signingKeys,
      newSigningKeys: list.members.map { $0.signingKey })
    guard isAscending, let configuration else { throw .dealers }
    return HandOverTerms(configuration, members.map { $0.recipient })
  }

  private func checkConfirmations(_ terms: HandOverTerms) throws(RenewalError) {
    let digest = terms.confirmation(of: deals.map { $0.deal })
    for (index, member) in members.enumerated() {
      let text = HandOverMessage.signedText(.confirmation(digest: digest), sender: index + 1, terms.configuration.subject)
      guard Ed25519.verify(signature: member.confirmation, message: text, publicKey: member.signingKey) else {
        throw .confirmation(trustee: index + 1)
      }
    }
  }
}

// MARK: - Codec

extension Renewal {
  private static let signatureLength = 64

  /// Reads a file.
  public init(_ encoded: [UInt8]) throws(CodecError) {
    var reader = ByteReader(encoded)
    try reader.header("COMITIAN")
    number = try reader.u16("number of the renewal")
    handOver = try reader.b32("hand-over id")
    let count = Int(try reader.u8("number of trustees"))
    guard (1...CeremonyParameters.maximumTrustees).contains(count) else {
      throw .outOfRange(field: FieldName("number of trustees"))
    }
    var members: [Member] = []
    for _ in 0..<count {
      let name = try reader.text("trustee name")
      let key = try reader.b32("signing key")
      let recipient = HandOverRecipient(transport: try reader.point("transport"), drawKey: try reader.b32("draw key"))
      members.append(
        Member(
          name: name, signingKey: key, recipient: recipient,
          confirmation: try reader.raw(Self.signatureLength, "confirmation")))
    }
    self.members = members
    let threshold = Int(try reader.u8("number of dealers"))
    guard (1...count).contains(threshold) else { throw .outOfRange(field: FieldName("number of dealers")) }
    var deals: [SignedDeal] = []
    for _ in 0..<threshold {
      let dealer = Int(try reader.u8("dealer"))
      let deal = try HandOverDeal(from: &reader, dealer: dealer, threshold: threshold)
      deals.append(SignedDeal(deal, signature: try reader.raw(Self.signatureLength, "signature")))
    }
    self.deals = deals
    try reader.finish()
  }

  /// The file.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.header("COMITIAN")
    writer.u16(number)
    writer.b32(handOver)
    writer.u8(UInt8(members.count))
    for member in members {
      writer.text(member.name)
      writer.b32(member.signingKey)
      writer.b32(member.recipient.transport.encoded)
      writer.b32(member.recipient.drawKey)
      writer.raw(member.confirmation)
    }
    writer.u8(UInt8(deals.count))
    for signed in deals {
      writer.u8(UInt8(signed.deal.dealer))
      signed.deal.encode(to: &writer)
      writer.raw(signed.signature)
    }
    return writer.bytes
  }
}
