/// What answers, found by path and method. Words win over parameters, parameters over the rest of a path.
package struct PathTable<Value: Sendable>: Sendable {
  private var root = Node()

  /// A place in the tree of paths.
  private struct Node: Sendable {
    var words: [String: Node] = [:]
    var parameter: [Node] = []
    var values: [String: Value] = [:]
    var restValues: [String: Value] = [:]
  }

  /// What is at a path by method, and the values of the path's parameters.
  package struct Match: Sendable {
    package let byMethod: [String: Value]
    /// Percent-decoded, in the order of the pattern.
    package let values: [String]

    /// What `Allow` says (RFC 9110, 10.2.1).
    package var allowed: String {
      var methods = Set(byMethod.keys).union(["OPTIONS"])
      if methods.contains("GET") { methods.insert("HEAD") }
      return methods.sorted().joined(separator: ", ")
    }
  }

  package init() {}

  /// - Precondition: nothing is there yet for this method and path.
  package mutating func insert(_ value: Value, _ method: String, _ pattern: RoutePattern) {
    Self.insert(value, method, pattern, pattern.segments[...], &root)
  }

  private static func insert(
    _ value: Value, _ method: String, _ pattern: RoutePattern, _ segments: ArraySlice<RoutePattern.Segment>, _ node: inout Node
  ) {
    switch segments.first {
    case nil:
      precondition(node.values.updateValue(value, forKey: method) == nil, "\(method) \(pattern.text) twice")
    case .literal(let word): insert(value, method, pattern, segments.dropFirst(), &node.words[word, default: Node()])
    case .parameter:
      if node.parameter.isEmpty { node.parameter.append(Node()) }
      insert(value, method, pattern, segments.dropFirst(), &node.parameter[0])
    case .rest:
      precondition(node.restValues.updateValue(value, forKey: method) == nil, "\(method) \(pattern.text) twice")
    }
  }

  /// What is at a path; `nil` when there is nothing, or the path cannot be decoded.
  package func match(_ path: String) -> Match? {
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    let segments = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count <= 32 else { return nil }
    var values: [String] = []
    return Self.find(segments[...], root, &values)
  }

  private static func find(_ segments: ArraySlice<Substring>, _ node: Node, _ values: inout [String]) -> Match? {
    guard let segment = segments.first else { return node.values.isEmpty ? nil : Match(byMethod: node.values, values: values) }
    if let next = node.words[String(segment)], let match = find(segments.dropFirst(), next, &values) { return match }
    guard let value = PercentEncoding.decode(segment), !value.isEmpty else { return nil }
    if let next = node.parameter.first {
      values.append(value)
      if let match = find(segments.dropFirst(), next, &values) { return match }
      values.removeLast()
    }
    guard !node.restValues.isEmpty else { return nil }
    let rest = segments.compactMap { PercentEncoding.decode($0) }
    guard rest.count == segments.count else { return nil }
    return Match(byMethod: node.restValues, values: values + [rest.joined(separator: "/")])
  }
}
