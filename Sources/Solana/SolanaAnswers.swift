import Curve25519
import SolanaTransactions
import StrictJSON
import TransparencyLog

/// Forms of parameters and answers.
extension SolanaClient {
  func call(_ method: String, _ parameters: [JSONValue] = []) async throws(SolanaError) -> JSONValue {
    do throws(JSONRPCFailure) { return try await rpc.call(method, parameters) } catch { throw SolanaError(error) }
  }

  static func text(_ ascii: [UInt8]) -> JSONValue { .text(String(decoding: ascii, as: UTF8.self)) }

  static func options(_ commitment: SolanaCommitment, base64: Bool = false) -> JSONValue {
    let options: JSONValue = ["commitment": .text(commitment.rawValue)]
    return base64 ? options.adding("encoding", "base64") : options
  }

  static func number(_ value: JSONValue?, _ method: String) throws(SolanaError) -> UInt64 {
    guard let integer = value?.integer, integer >= 0 else { throw .badAnswer(method: method) }
    return UInt64(integer)
  }

  static func bytes32(_ text: String?, _ method: String) throws(SolanaError) -> Bytes32 {
    guard let bytes = text.flatMap({ Base58.decode(Array($0.utf8), count: 32) }), let value = Bytes32(bytes) else {
      throw .badAnswer(method: method)
    }
    return value
  }

  static func signature(_ value: JSONValue, _ method: String) throws(SolanaError) -> SolanaSignature {
    guard let signature = value.text.flatMap({ SolanaSignature(text: Array($0.utf8)) }) else { throw .badAnswer(method: method) }
    return signature
  }

  /// A pair of text and encoding.
  static func base64(_ value: JSONValue?, _ method: String) throws(SolanaError) -> [UInt8] {
    guard let text = value?[0]?.text, value?[1]?.text == "base64", let bytes = Base64.decode(Array(text.utf8)[...]) else {
      throw .badAnswer(method: method)
    }
    return bytes
  }

  static func error(_ value: JSONValue?) -> String? {
    guard let value, value != .null else { return nil }
    return String(decoding: value.bytes.prefix(500), as: UTF8.self)
  }
}
