import Foundation
import SocketSupport
import StrictJSON
import Synchronization

@testable import Ethereum
@testable import HTTPClient

/// A node that answers as a test wants, over real sockets, and keeps what it was asked.
final class ScriptedNode: Sendable {
  enum Reply {
    case result(JSONValue)
    case refusal(Int64, String, data: JSONValue? = nil)
    /// A status and a body of its own.
    case raw(Int, String)
    /// The connection ends without an answer.
    case cut
  }

  private let server: RawServer
  private let asked: Asked

  /// Apart from the node: the server holds it, and would hold the node for ever.
  private final class Asked: Sendable {
    let methods = Mutex<[String]>([])
  }

  /// The methods it was asked for; the question for the chain is answered with 31337 unless `answer` does.
  init(chain: UInt64 = 31337, _ answer: @escaping @Sendable (_ method: String, _ parameters: JSONValue) -> Reply) {
    let asked = Asked()
    self.asked = asked
    server = RawServer { connection in
      guard let (_, body) = connection.readBytes(), let question = try? JSONParser.parse(body),
        let method = question["method"]?.text,
        let parameters = question["params"], let number = question["id"]
      else { return }
      asked.methods.withLock { $0.append(method) }
      switch method == "eth_chainId" ? .result(.text(Hexadecimal.quantity(chain))) : answer(method, parameters) {
      case .result(let result): connection.write(Self.http(200, Self.text(["jsonrpc": "2.0", "id": number, "result": result])))
      case .refusal(let code, let message, let data):
        let error = (["code": .integer(code), "message": .text(message)] as JSONValue).adding("data", data)
        connection.write(Self.http(200, Self.text(["jsonrpc": "2.0", "id": number, "error": error])))
      case .raw(let status, let body): connection.write(Self.http(status, body.replacing("ID", with: Self.text(number))))
      case .cut: break
      }
    }
  }

  deinit { server.stop() }

  private static func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

  private static func http(_ status: Int, _ body: String) -> String {
    "HTTP/1.1 \(status) Status\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: keep-alive\r\n\r\n\(body)"
  }

  var address: String { server.address() }
  /// Without those for the chain.
  var methods: [String] { asked.methods.withLock { $0 }.filter { $0 != "eth_chainId" } }
  var all: [String] { asked.methods.withLock { $0 } }
  func stop() { server.stop() }
}

/// Milliseconds that only a test moves.
final class TestClock: Sendable {
  private let time = Mutex<UInt64>(1_000_000)
  func pass(_ milliseconds: UInt64) { time.withLock { $0 += milliseconds } }
  var read: @Sendable () -> UInt64 { { self.time.withLock { $0 } } }
}

extension EthereumClient {
  convenience init(_ nodes: [ScriptedNode], clock: TestClock = TestClock(), answerLimit: Int = 1 << 16, logBlocks: UInt64 = 1000) {
    var limits = EthereumClientLimits()
    limits.answerLimit = answerLimit
    limits.logBlocks = logBlocks
    self.init(endpoints: nodes.map(\.address), chainID: 31337, http: HTTPClient(), limits: limits, clock: clock.read)
  }
}
