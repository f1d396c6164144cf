import HTTPServer
import StrictJSON
import VotingService

/// The header field `Idempotency-Key`.
enum IdempotencyHeader {
  static let name = "Idempotency-Key"
  /// What it may say: enough for nobody to guess it.
  static let codec = JSONCodec<String>.text(16...128, .identifier)

  /// The request by its key; `nil` when it has none.
  static func request(_ context: Context) throws(Problem) -> IdempotencyKeys.Request? {
    let given = context.request.headers.all(name)
    guard let key = given.first else { return nil }
    guard given.count == 1, let key = try? codec.decode(.text(key)) else {
      throw Problem.faults(.badParameter, [JSONFault(JSONPath.root.member(name), "16 to 128 letters, digits, - and _ are needed")])
    }
    let request = context.request
    let target = "\(request.method) \(request.path)?\(request.query)"
    return IdempotencyKeys.Request(key: key, caller: owner(context), target: target, body: request.body)
  }

  private static func owner(_ context: Context) -> String {
    if let account = context.caller.account { return "account \(account)" }
    if case .trustee(let key) = context.caller.proof { return "trustee \(key)" }
    return "address \(NetworkAddress.limitKey(context.request.remoteAddress))"
  }
}
