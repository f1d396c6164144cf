import StrictJSON

/// Reads the parameters that a route declares.
enum ParameterReader {
  /// The values by name.
  ///
  /// - Throws: 404 for a part of the path that cannot name anything; 400 for the query, naming all that is wrong.
  static func values(of route: Route, path: [String], query: String) throws(Problem) -> [String: any ParameterValue] {
    var values: [String: any ParameterValue] = [:]
    let parts = Dictionary(zip(route.pattern.parameters, path)) { first, _ in first }
    let pairs = try Self.pairs(query)
    var faults: [JSONFault] = []
    for name in pairs.keys.sorted() where !route.parameters.contains(where: { $0.place == .query && $0.name == name }) {
      faults.append(JSONFault(JSONPath.root.member(String(name.prefix(100))), "there is no such parameter"))
    }
    for parameter in route.parameters {
      do throws(JSONFaults) {
        values[parameter.name] = try parameter.read(parameter.place == .path ? parts[parameter.name] : pairs[parameter.name])
      } catch {
        guard parameter.place == .query else { throw Problem(.notFound) }
        faults += error.faults
      }
    }
    guard faults.isEmpty else { throw Problem.faults(.badParameter, faults) }
    return values
  }

  private static func pairs(_ query: String) throws(Problem) -> [String: String] {
    var pairs: [String: String] = [:]
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
        let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
      else { throw Problem(.badParameter, detail: "The query is not percent-encoded UTF-8.") }
      guard pairs.updateValue(value, forKey: name) == nil else {
        throw Problem.faults(.badParameter, [JSONFault(JSONPath.root.member(String(name.prefix(100))), "is given twice")])
      }
    }
    return pairs
  }
}
