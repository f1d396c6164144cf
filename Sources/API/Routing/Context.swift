import HTTPServer
import VotingService

/// All that a handler learns of a request besides its body.
public struct Context: Sendable {
  /// The request as it came.
  public let request: HTTPRequest
  /// Who asks; has what the route demands.
  public let caller: Caller
  private let values: [String: any ParameterValue]

  init(request: HTTPRequest, caller: Caller, values: [String: any ParameterValue]) {
    self.request = request
    self.caller = caller
    self.values = values
  }

  /// The value of a parameter that the route declares.
  ///
  /// - Throws: `UndeclaredParameter` when it does not: a mistake of ours.
  public func value<Value>(_ parameter: Parameter<Value>) throws -> Value {
    guard let box = values[parameter.name] as? ParameterBox<Value> else { throw UndeclaredParameter(name: parameter.name) }
    return box.value
  }

  /// The account that asks.
  ///
  /// - Throws: 401 when there is none, as with trustees.
  public func account() throws(Problem) -> String {
    guard let account = caller.account else { throw Problem(.notAuthenticated) }
    return account
  }
}

/// A handler asks for a parameter that its route does not declare.
public struct UndeclaredParameter: Error {
  public let name: String
}
