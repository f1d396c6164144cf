import HTTPClient
import VotingService

/// Asks witnesses over HTTP, as C2SP tlog-witness has it.
struct WitnessHTTP: WitnessTransport {
  private let client: HTTPClient

  /// A cosignature has some hundred bytes.
  private static let longestAnswer = 64 << 10
  /// Seconds.
  private static let timeout: Double = 10

  /// - Parameter witnesses: how many there are.
  init(witnesses: Int) {
    var configuration = HTTPClientConfiguration()
    configuration.userAgent = "comitia/\(Invocation.version)"
    configuration.connections = max(1, min(witnesses, 32))
    configuration.connectTimeout = 5
    // What is asked is public, and what is answered is verified.
    configuration.allowsUnencrypted = true
    client = HTTPClient(configuration)
  }

  func addCheckpoint(_ request: [UInt8], to witness: OutsideWitness) async -> WitnessAnswer {
    let request = HTTPClientRequest(
      "POST", witness.address + "/add-checkpoint", fields: [HTTPClientField("Content-Type", "text/plain; charset=utf-8")],
      body: request, answerLimit: Self.longestAnswer, timeout: Self.timeout)
    let answer: HTTPClientResponse
    do throws(HTTPClientError) { answer = try await client.send(request) } catch {
      return .absent("it cannot be asked: \(error)")
    }
    switch answer.status {
    case 200: return .lines(answer.body)
    case 409:
      let text = String(decoding: answer.body, as: UTF8.self)
      guard text.hasSuffix("\n"), let size = UInt64(text.dropLast()), size < 1 << 63, "\(size)\n" == text else {
        return .absent("its answer 409 names no size")
      }
      return .otherSize(size)
    default: return .refused(status: answer.status)
    }
  }
}
