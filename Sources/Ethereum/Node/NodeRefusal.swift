import Foundation
import StrictJSON

/// The error object of a node's answer. Nodes agree on few codes, so that their words tell what is meant.
package struct NodeRefusal: Error, Equatable, Sendable {
  let code: Int64
  let message: String
  /// What the contract returned, where it refused.
  let returned: [UInt8]?

  init(code: Int64, message: String, returned: [UInt8]? = nil) {
    self.code = code
    self.message = message
    self.returned = returned
  }

  /// From the answer's member `error`.
  init(_ json: JSONValue) throws(MalformedData) {
    guard let code = json["code"]?.integer, let message = json["message"]?.text else {
      throw MalformedData("an error without code and message")
    }
    self.init(code: code, message: message, returned: Self.returned(json["data"]))
  }

  /// geth and erigon have the bytes as `data`, Parity's heirs behind `Reverted `, some within an object.
  private static func returned(_ data: JSONValue?) -> [UInt8]? {
    switch data {
    case .text(let text)?: Hexadecimal.bytes(text.hasPrefix("Reverted ") ? String(text.dropFirst(9)) : text)
    case .object?: data?["data"]?.text.flatMap { Hexadecimal.bytes($0) }
    default: nil
    }
  }

  private enum Meaning {
    case alreadyKnown, nonceTooLow, nonceTooHigh, underpriced, insufficientFunds, congested
  }

  // In lower case; the first that is part of the message counts. Of geth and bor, erigon, Nethermind and Parity's heirs.
  private static let words: [(String, Meaning)] = [
    ("already known", .alreadyKnown), ("alreadyknown", .alreadyKnown), ("already_exists", .alreadyKnown),
    ("known transaction", .alreadyKnown),
    ("existing txn with same hash", .alreadyKnown), ("existing tx with same hash", .alreadyKnown),
    ("already imported", .alreadyKnown),
    ("replacement transaction underpriced", .underpriced), ("could not replace existing tx", .underpriced),
    ("replacementnotallowed", .underpriced),
    ("transaction underpriced", .underpriced), ("underpriced", .underpriced), ("feetoolow", .underpriced),
    ("fee too low", .underpriced),
    ("less than block base fee", .underpriced), ("gas price too low", .underpriced), ("gas price is too low", .underpriced),
    ("transaction with same nonce in the queue", .underpriced), ("ownnoncealreadyused", .underpriced),
    ("nonce too low", .nonceTooLow), ("oldnonce", .nonceTooLow), ("nonce is too low", .nonceTooLow),
    ("nonce too high", .nonceTooHigh), ("noncegap", .nonceTooHigh), ("noncetoofarinfuture", .nonceTooHigh),
    ("nonce too far", .nonceTooHigh),
    ("future transaction tries to replace pending", .nonceTooHigh), ("gapped-nonce", .nonceTooHigh),
    ("insufficient funds", .insufficientFunds), ("insufficientfunds", .insufficientFunds),
    ("insufficient balance", .insufficientFunds),
    ("gas required exceeds allowance (0)", .insufficientFunds), ("not enough funds", .insufficientFunds),
    ("txpool is full", .congested), ("sub-pool is full", .congested), ("too many transactions in the queue", .congested),
    ("in-flight transaction limit reached", .congested), ("account limit exceeded", .congested),
    ("transaction pool is full", .congested),
  ]

  private var meaning: Meaning? {
    let text = message.lowercased()
    return Self.words.first { text.contains($0.0) }?.1
  }

  /// Whether the node has the transaction already: as good as taking it.
  var isAlreadyKnown: Bool { meaning == .alreadyKnown }

  /// Whether the node would answer a smaller question.
  var asksForLess: Bool {
    let text = message.lowercased()
    return [
      "query returned more than", "block range", "range is too", "range too large", "too many results", "too many logs",
      "response size",
      "exceed maximum block range", "query timeout", "limit the query", "logs matched by query exceeds limit", "limited to",
    ].contains { text.contains($0) }
  }

  /// Whether the node has no time for this user now: another may have.
  var isOfLoad: Bool {
    let text = message.lowercased()
    return code == 429
      || (!asksForLess
        && (code == -32005 || text.contains("rate limit") || text.contains("too many requests")
          || text.contains("capacity exceeded")))
  }

  /// Whether the node has no such method.
  var isUnknownMethod: Bool { code == -32601 }

  /// As what callers know it.
  package var error: EthereumError {
    switch meaning {
    case .nonceTooLow?: return .nonceTooLow
    case .nonceTooHigh?: return .nonceTooHigh
    case .underpriced?: return .underpriced
    case .insufficientFunds?: return .insufficientFunds
    case .congested?: return .congested
    case .alreadyKnown?, nil: break
    }
    if isOfLoad { return .congested }
    let text = message.lowercased()
    if code == 3 || text.contains("revert") || (returned != nil && text.contains("vm execution error")) {
      if let returned { return .reverted(RevertReason(returned)) }
      return .reverted(Self.reason(in: message))
    }
    return .refused(code: code, reason: printable)
  }

  /// The reason that stands in the message alone.
  private static func reason(in message: String) -> RevertReason {
    guard let range = message.range(of: "execution reverted: ") else { return .none }
    return .message(String(message[range.upperBound...]))
  }

  /// The message, shortened, without control characters: for logs and people.
  var printable: String {
    String(String.UnicodeScalarView(message.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
  }
}
