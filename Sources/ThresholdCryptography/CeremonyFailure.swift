/// What a trustee is proved to have done, or what else ended a ceremony.
public enum CeremonyFault: Equatable, Sendable {
  /// Signed bytes that are no message.
  case malformedMessage
  /// Two different messages of a kind.
  case equivocation
  /// The reveal is not what the commit was the digest of.
  case commitMismatch
  /// The reveal's transport key is the identity.
  case identityTransport
  /// The reveal's constant commitment is the identity.
  case identityConstant
  /// The reveal's proof of knowledge is bad.
  case badProof
  /// The reveal's draw key is no point of the prime-order subgroup, or its identity.
  case badDrawKey
  /// A share does not match the commitments.
  case badShare
  /// A complaint whose proof is bad, whose evidence is not the dealer's, or about a share that is good.
  case unfoundedComplaint
  /// A confirmation and a complaint by one trustee.
  case contradiction
  /// This trustee confirms other commits than those received here, or has sealed a share for another transport key than the
  /// recipient's. Nobody is proved faulty: it may have been shown others. Where all read one log it has not, and is.
  case disagreement(trustee: Int)
  /// The joint key is the identity; no single trustee can cause that.
  case identityJointKey
}

/// Why a ceremony has failed.
public struct CeremonyFailure: Error, Equatable, Sendable {
  /// The trustee that is proved faulty.
  public let culprit: Int?
  /// What is proved.
  public let fault: CeremonyFault
  /// The signed messages that prove it: a `CeremonyLog` that receives just these names the same culprit.
  public let evidence: [[UInt8]]
}

/// What a message did.
public enum CeremonyEvent: Equatable, Sendable {
  /// Taken; more are awaited.
  case accepted
  /// It is there already.
  case duplicate
  /// Not a message of any trustee in this ceremony: nothing has changed.
  case refused(CeremonyMessageError)
  /// The ceremony is complete.
  case finished
  /// The ceremony has failed.
  case failed(CeremonyFailure)
}

/// Where a ceremony stands: the round whose messages are awaited, or how it ended.
public enum CeremonyRound: Equatable, Sendable {
  /// Not all have committed.
  case commit
  /// Not all have revealed.
  case reveal
  /// Shares are outstanding.
  case share
  /// Not all have confirmed.
  case confirm
  /// All confirmations agree.
  case finished
  /// A failure has been found; nothing more is awaited.
  case failed
}
