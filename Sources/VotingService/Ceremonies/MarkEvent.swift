/// What happens to a mark, as it is counted; all but trouble, which may come every few minutes for days, also stands in the audit log.
enum MarkEvent: String, Sendable {
  /// The trustees are asked to sign.
  case asked
  /// They have signed: from then on the transaction is sent until it is known what became of it.
  case signed
  /// It is on the chain for good, and in the record.
  case confirmed
  /// The transaction failed, and they are to sign another.
  case failed
  /// There is no mark, and none is tried any more.
  case givenUp = "given-up"
  /// The network was away, or did not do what was asked: it is tried again.
  case troubled

  /// The word in the audit log.
  var action: String { "mark." + rawValue }
}
