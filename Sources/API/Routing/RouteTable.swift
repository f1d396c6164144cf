/// All routes, found by path. Words win over parameters, parameters over the rest of a path.
public struct RouteTable: Sendable {
  /// In the order in which they were given.
  public let groups: [RouteGroup]
  private var root = Node()

  /// A place in the tree of paths.
  private struct Node: Sendable {
    var words: [String: Node] = [:]
    var parameter: [Node] = []
    var routes: [String: Route] = [:]
    var restRoutes: [String: Route] = [:]
  }

  /// The routes of a path by method, and the values of its parameters.
  struct Match: Sendable {
    let routes: [String: Route]
    /// Percent-decoded, in the order of the pattern.
    let values: [String]
  }

  /// - Precondition: no two routes have one method and path, or one name; each parameter of a path is declared.
  public init(_ groups: [RouteGroup]) {
    self.groups = groups
    var names: Set<String> = []
    for route in groups.flatMap({ $0.routes }) {
      precondition(names.insert(route.name).inserted, "two routes are named \(route.name)")
      let declared = route.parameters.filter { $0.place == .path }.map { $0.name }
      precondition(Set(declared) == Set(route.pattern.parameters), "\(route.name) does not declare the parameters of its path")
      Self.insert(route, route.pattern.segments[...], &root)
    }
  }

  private static func insert(_ route: Route, _ segments: ArraySlice<RoutePattern.Segment>, _ node: inout Node) {
    switch segments.first {
    case nil:
      precondition(node.routes.updateValue(route, forKey: route.method) == nil, "\(route.method) \(route.pattern.text) twice")
    case .literal(let word): insert(route, segments.dropFirst(), &node.words[word, default: Node()])
    case .parameter:
      if node.parameter.isEmpty { node.parameter.append(Node()) }
      insert(route, segments.dropFirst(), &node.parameter[0])
    case .rest:
      precondition(node.restRoutes.updateValue(route, forKey: route.method) == nil, "\(route.method) \(route.pattern.text) twice")
    }
  }

  /// What is at a path; `nil` when there is nothing, or the path cannot be decoded.
  func match(_ path: String) -> Match? {
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count <= 32 else { return nil }
    var values: [String] = []
    return Self.find(segments[...], root, &values)
  }

  private static func find(_ segments: ArraySlice<Substring>, _ node: Node, _ values: inout [String]) -> Match? {
    guard let segment = segments.first else { return node.routes.isEmpty ? nil : Match(routes: node.routes, values: values) }
    if let next = node.words[String(segment)], let match = find(segments.dropFirst(), next, &values) { return match }
    guard let value = PercentEncoding.decode(segment), !value.isEmpty else { return nil }
    if let next = node.parameter.first {
      values.append(value)
      if let match = find(segments.dropFirst(), next, &values) { return match }
      values.removeLast()
    }
    guard !node.restRoutes.isEmpty else { return nil }
    let rest = segments.compactMap { PercentEncoding.decode($0) }
    guard rest.count == segments.count else { return nil }
    return Match(routes: node.restRoutes, values: values + [rest.joined(separator: "/")])
  }
}
