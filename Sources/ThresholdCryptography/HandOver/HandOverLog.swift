import Curve25519

/// What somebody has done in a hand-over.
public enum HandOverFault: Error, Equatable, Sendable {
  /// Signed bytes that are no message.
  case malformedMessage
  /// Two different messages of a kind.
  case equivocation
  /// A transport key or a draw key that cannot be used.
  case unusableKeys
  /// The draw key that another has brought before.
  case copiedDrawKey
  /// A deal that cannot be used.
  case badDeal(HandOverDealError)
  /// A share that does not match the commitments.
  case badShare
  /// A deal for another list, for other dealers, or for other transport or draw keys than those on the log.
  case otherTerms
  /// A complaint about a share that is good, or without proof.
  case unfoundedComplaint
  /// A complaint about another deal than the one on the log.
  case otherDeal
  /// A confirmation and a complaint by one trustee.
  case contradiction
  /// A confirmation of other deals than those on the log.
  case otherConfirmation

  /// Whether it is proved by what its sender has signed. Otherwise the sender may have been shown another log, or the messages in another order: then the
  /// service is at fault, and only where that shows one log to all, the sender.
  public var isProof: Bool {
    switch self {
    case .badDeal(.otherTerms): false
    case .malformedMessage, .equivocation, .unusableKeys, .badDeal, .badShare, .unfoundedComplaint, .contradiction: true
    case .copiedDrawKey, .otherTerms, .otherDeal, .otherConfirmation: false
    }
  }
}

/// Why a hand-over has failed: one culprit.
public struct HandOverFailure: Error, Equatable, Sendable {
  /// Who.
  public let culprit: HandOverParty
  /// For what.
  public let fault: HandOverFault
}

/// What a message did.
public enum HandOverEvent: Equatable, Sendable {
  /// Taken; more are awaited.
  case accepted
  /// It is there already.
  case duplicate
  /// No message, or one before its turn: nothing has changed.
  case refused
  /// The last confirmation: the new trustees have their shares.
  case finished
  /// The hand-over has failed.
  case failed(HandOverFailure)
}

/// Whose message is awaited.
public enum HandOverRound: Equatable, Sendable {
  /// Not all new trustees have brought their keys.
  case acceptance
  /// Not all dealers have dealt.
  case deal
  /// Not all new trustees have confirmed.
  case confirmation
  /// All have confirmed.
  case finished
  /// Somebody is proved faulty; nothing more is awaited.
  case failed
}

/// All that is public in a hand-over: one log that everybody reads in the same order, and what it proves (`docs/spec/04-trustees.md`, 4.6).
///
/// A plain value without input, output or clock. What comes before its turn is passed over: a dealer must have seen all new trustees' keys, and who
/// confirms all deals. Variable time: all of it is public.
public struct HandOverLog<Cipher: ShareCipher>: Sendable {
  /// Who, to whom, which keys.
  public let configuration: HandOverConfiguration
  /// What was dealt on, once all new trustees have accepted.
  public private(set) var terms: HandOverTerms?
  /// Why it has failed.
  public private(set) var failure: HandOverFailure?
  /// The messages taken, in the order of the log.
  private var messages: [HandOverMessage] = []

  /// An empty log.
  public init(_ configuration: HandOverConfiguration) { self.configuration = configuration }

  /// Takes the next message of the log.
  public mutating func receive(_ bytes: [UInt8]) -> HandOverEvent {
    let message: HandOverMessage
    do throws(HandOverMessageError) { message = try HandOverMessage(bytes, configuration) } catch {
      if case .malformed(let sender, _) = error, round != .finished { return fail(sender, .malformedMessage) }
      return .refused
    }
    if let earlier = earlier(message) {
      let subject = configuration.subject
      let isSame = earlier.signedText(subject) == message.signedText(subject)
      return isSame || round == .finished ? .duplicate : fail(message.sender, .equivocation)
    }
    guard failure == nil, round != .finished else { return .refused }
    switch message.body {
    case .acceptance(let recipient): return accept(message, recipient)
    case .deal(let deal, _): return take(message, deal)
    case .complaint(let complaint): return judge(message, complaint)
    case .confirmation(let digest): return confirm(message, digest)
    }
  }

  /// A message that was taken of the same sender, kind and accused.
  private func earlier(_ message: HandOverMessage) -> HandOverMessage? {
    messages.first { other in
      guard other.sender == message.sender else { return false }
      switch (other.body, message.body) {
      case (.acceptance, .acceptance), (.deal, .deal), (.confirmation, .confirmation): return true
      case (.complaint(let one), .complaint(let another)): return one.accused == another.accused
      default: return false
      }
    }
  }

  @discardableResult
  private mutating func fail(_ culprit: HandOverParty, _ fault: HandOverFault) -> HandOverEvent {
    let failure = failure ?? HandOverFailure(culprit: culprit, fault: fault)
    self.failure = failure
    return .failed(failure)
  }

  // MARK: What each message proves

  private mutating func accept(_ message: HandOverMessage, _ recipient: HandOverRecipient) -> HandOverEvent {
    guard recipient.isUsable else { return fail(message.sender, .unusableKeys) }
    if recipients.contains(where: { $0.drawKey == recipient.drawKey }) { return fail(message.sender, .copiedDrawKey) }
    messages.append(message)
    let all = recipients
    if all.count == configuration.newSigningKeys.count { terms = HandOverTerms(configuration, all) }
    return .accepted
  }

  private mutating func take(_ message: HandOverMessage, _ deal: HandOverDeal) -> HandOverEvent {
    guard let terms else { return .refused }
    guard deal.terms == terms.digest else { return fail(message.sender, .otherTerms) }
    do throws(HandOverDealError) { try deal.verify(terms) } catch { return fail(message.sender, .badDeal(error)) }
    messages.append(message)
    return .accepted
  }

  private mutating func judge(_ message: HandOverMessage, _ complaint: HandOverComplaint) -> HandOverEvent {
    guard let terms, let (deal, shares) = deal(of: complaint.accused) else { return .refused }
    if hasConfirmed(message.number) { return fail(message.sender, .contradiction) }
    guard complaint.deal == deal.digest(configuration.subject) else { return fail(message.sender, .otherDeal) }
    let channel = HandOverChannel(
      terms: terms, dealer: complaint.accused, recipient: message.number, ephemeral: deal.ephemeral)
    let isProven = complaint.proof.verify(
      key: terms.recipients[message.number - 1].transport, base: deal.ephemeral, image: complaint.shared,
      statement: channel.statement(shared: complaint.shared))
    guard isProven, channel.goodShares(in: shares, of: deal, shared: complaint.shared, cipher: Cipher.self) == nil else {
      return fail(message.sender, .unfoundedComplaint)
    }
    return fail(.old(complaint.accused), .badShare)
  }

  private mutating func confirm(_ message: HandOverMessage, _ digest: Bytes32) -> HandOverEvent {
    guard let expected = confirmationDigest else { return .refused }
    if digest != expected { return fail(message.sender, .otherConfirmation) }
    messages.append(message)
    return round == .finished ? .finished : .accepted
  }
}

// MARK: - How far it is

extension HandOverLog {
  /// Where it stands.
  public var round: HandOverRound {
    if failure != nil { return .failed }
    if terms == nil { return .acceptance }
    if deals.count < configuration.dealers.count { return .deal }
    return configuration.indices.allSatisfy(hasConfirmed) ? .finished : .confirmation
  }

  /// Whose message is awaited, in the order of numbers.
  public var missing: [HandOverParty] {
    switch round {
    case .acceptance: configuration.indices.filter { acceptance(of: $0) == nil }.map { .new($0) }
    case .deal: configuration.dealers.filter { deal(of: $0) == nil }.map { .old($0) }
    case .confirmation: configuration.indices.filter { !hasConfirmed($0) }.map { .new($0) }
    case .finished, .failed: []
    }
  }

  /// What a new trustee brought.
  public func acceptance(of trustee: Int) -> HandOverRecipient? {
    for message in messages where message.sender == .new(trustee) {
      if case .acceptance(let recipient) = message.body { return recipient }
    }
    return nil
  }

  /// What a dealer dealt.
  func deal(of dealer: Int) -> (deal: HandOverDeal, shares: [UInt8])? {
    for message in messages where message.sender == .old(dealer) {
      if case .deal(let deal, let shares) = message.body { return (deal, shares) }
    }
    return nil
  }

  /// Whether a dealer has dealt.
  public func hasDealt(_ dealer: Int) -> Bool { deal(of: dealer) != nil }

  /// Whether a new trustee has confirmed.
  public func hasConfirmed(_ trustee: Int) -> Bool {
    messages.contains { message in
      if case .confirmation = message.body { message.sender == .new(trustee) } else { false }
    }
  }

  /// What was dealt so far, in the order of dealers.
  public var deals: [HandOverDeal] { configuration.dealers.compactMap { deal(of: $0)?.deal } }

  /// What every new trustee confirms, once all dealers have dealt.
  public var confirmationDigest: Bytes32? {
    let deals = deals
    guard let terms, deals.count == configuration.dealers.count else { return nil }
    return terms.confirmation(of: deals)
  }

  /// What all brought so far, in the order of numbers.
  private var recipients: [HandOverRecipient] { configuration.indices.compactMap { acceptance(of: $0) } }

  /// The outcome, once all have confirmed.
  public var outcome: HandOverOutcome? {
    guard round == .finished, let terms else { return nil }
    let deals = deals
    let signatures = PartySignatures(messages)
    return HandOverOutcome(
      terms: terms, deals: deals, dealSignatures: deals.map { signatures.deal(of: $0.dealer) },
      confirmations: configuration.indices.map { signatures.confirmation(of: $0) })
  }
}

/// A completed hand-over, as everybody can verify it afterwards.
public struct HandOverOutcome: Equatable, Sendable {
  /// On what was dealt.
  public let terms: HandOverTerms
  /// Of all dealers, ascending.
  public let deals: [HandOverDeal]
  /// Their signatures.
  public let dealSignatures: [[UInt8]]
  /// The new trustees' signatures on their confirmations, in the order of numbers.
  public let confirmations: [[UInt8]]
}

/// Finds signatures among messages.
private struct PartySignatures {
  let messages: [HandOverMessage]

  init(_ messages: [HandOverMessage]) { self.messages = messages }

  func deal(of dealer: Int) -> [UInt8] {
    messages.first { if case .deal = $0.body { $0.sender == .old(dealer) } else { false } }?.signature ?? []
  }

  func confirmation(of trustee: Int) -> [UInt8] {
    messages.first { if case .confirmation = $0.body { $0.sender == .new(trustee) } else { false } }?.signature ?? []
  }
}
