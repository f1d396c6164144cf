/// All routes, found by path.
public struct RouteTable: Sendable {
  /// In the order in which they were given.
  public let groups: [RouteGroup]
  private var paths = PathTable<Route>()

  /// - Precondition: no two routes have one method and path, or one name; each parameter of a path is declared.
  public init(_ groups: [RouteGroup]) {
    self.groups = groups
    var names: Set<String> = []
    for route in groups.flatMap({ $0.routes }) {
      precondition(names.insert(route.name).inserted, "two routes are named \(route.name)")
      let declared = route.parameters.filter { $0.place == .path }.map { $0.name }
      precondition(Set(declared) == Set(route.pattern.parameters), "\(route.name) does not declare the parameters of its path")
      paths.insert(route, route.method, route.pattern)
    }
  }

  /// What is at a path; `nil` when there is nothing.
  func match(_ path: String) -> PathTable<Route>.Match? { paths.match(path) }
}
