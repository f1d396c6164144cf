import Foundation
import HTTPClient
import PipeSupport
import Solana
import StrictJSON

/// A Solana of a test's own: `Tests/Support/chains/solana.py`, a process that ends with the tests however they end.
public final class SolanaChain: Sendable {
  /// It did not start.
  public struct Failure: Error {}

  /// What goes wrong with a call; `solana.py` says what each is.
  public enum Fault: String, Sendable, CaseIterable {
    case unavailable, garbage, cutBefore, cutAfter, drop, silent
  }

  private let process: Child
  /// Whatever holds it open keeps the process.
  private let input: Pipe
  /// `http://127.0.0.1:…`.
  public let address: String

  /// Starts a chain.
  public init(python: String) throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../solana.py").standardizedFileURL
    var start = Child.Start()
    input = Pipe()
    let output = Pipe()
    start.executableURL = URL(filePath: python)
    start.arguments = [script.path]
    start.standardInput = input
    start.standardOutput = output
    process = try Child(start)
    var line = Data()
    while line.last != 0x0a {
      let piece = try output.fileHandleForReading.nextPiece()
      guard !piece.isEmpty else { throw Failure() }
      line += piece
    }
    guard let port = Int(String(decoding: line.dropLast(), as: UTF8.self)) else { throw Failure() }
    address = "http://127.0.0.1:\(port)"
  }

  /// Ends it.
  public func stop() {
    try? input.fileHandleForWriting.close()
    process.wait()
  }

  /// Calls to it.
  public func rpc(timeout: Double = 15) -> JSONRPC {
    JSONRPC(endpoints: [address], client: HTTPClient(), timeout: timeout, transientCodes: SolanaClient.transientCodes)
  }

  /// Has the next calls of a method fail.
  public func fault(_ fault: Fault, _ method: String = "sendTransaction", times: Int = 1) async throws {
    _ = try await rpc().call(
      "test_fault", [["method": .text(method), "kind": .text(fault.rawValue), "times": .integer(Int64(times))]])
  }

  /// Has the next calls of a method answered with a result of the test's.
  public func lie(_ method: String, _ result: JSONValue, times: Int = 1) async throws {
    _ = try await rpc().call(
      "test_fault", [["method": .text(method), "kind": "lie", "result": result, "times": .integer(Int64(times))]])
  }

  /// Has the next call of a method refused.
  public func refuse(_ method: String, code: Int64, _ message: String) async throws {
    let error: JSONValue = ["code": .integer(code), "message": .text(message)]
    _ = try await rpc().call("test_fault", [["method": .text(method), "kind": "error", "error": error]])
  }

  /// Has the next transaction fail on the chain: its fee is paid, and its nonce used up.
  public func failNext() async throws { _ = try await rpc().call("test_failNext") }

  /// Lets slots pass. After 151, a blockhash is too old.
  public func pass(slots: Int) async throws { _ = try await rpc().call("test_warp", [.integer(Int64(slots))]) }

  /// How often a method was called.
  public func calls(of method: String) async throws -> Int {
    Int(try await rpc().call("test_calls")[method]?.integer ?? 0)
  }

  /// The names of all transactions that were executed.
  public func executed() async throws -> [String] {
    guard case .list(let names) = try await rpc().call("test_executed") else { throw Failure() }
    return names.compactMap { $0.text }
  }
}
