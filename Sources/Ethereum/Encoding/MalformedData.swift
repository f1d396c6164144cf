/// Why bytes are not what they are read as: RLP, values of contracts, a transaction, a key file. Says nothing of their content.
public struct MalformedData: Error, Equatable, Sendable {
  /// In plain words.
  public let reason: String

  init(_ reason: String) { self.reason = reason }
}
