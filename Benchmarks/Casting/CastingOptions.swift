/// What is measured.
struct CastingOptions {
  var ballots = 20_000
  var tasks = 256
  var width = 2
  var postgresql: String?
  var measuresVerification = true

  init(_ arguments: [String]) {
    var rest = arguments.dropFirst()
    while let name = rest.popFirst() {
      switch name {
      case "--ballots": ballots = rest.popFirst().flatMap { Int($0) } ?? ballots
      case "--tasks": tasks = rest.popFirst().flatMap { Int($0) } ?? tasks
      case "--width": width = rest.popFirst().flatMap { Int($0) } ?? width
      case "--postgresql": postgresql = rest.popFirst()
      case "--no-verification": measuresVerification = false
      default: preconditionFailure("unknown option \(name)")
      }
    }
  }
}
