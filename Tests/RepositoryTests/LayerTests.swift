import Testing

@Suite("Layers")
struct LayerTests {
  @Test("there are sources to read")
  func sourcesAreFound() {
    #expect(SourceTree.modules.contains("Curve25519"))
    #expect(SourceTree.sources(of: "Verification").contains { !$0.imports.isEmpty })
  }

  @Test("every module stands in a layer", arguments: SourceTree.modules)
  func isListed(module: String) {
    #expect(Layers.all[module] != nil, "say in Tests/RepositoryTests/Layers.swift what \(module) may import")
  }

  @Test("a module imports what its layer allows, nothing else", arguments: SourceTree.modules)
  func importsAreAllowed(module: String) {
    let allowed = Layers.allowed(in: module)
    for file in SourceTree.sources(of: module) {
      for name in file.imports {
        #expect(allowed.contains(name), "\(file.path) imports \(name), which its layer does not allow")
      }
    }
  }

  @Test("the package declares for a target only what its layer allows")
  func declaredDependenciesAreAllowed() throws {
    let declared = try PackageTargets.declared()
    #expect(declared["Verification"] != nil)
    for module in SourceTree.modules {
      for dependency in declared[module] ?? [] {
        #expect(Layers.allowed(in: module).contains(dependency), "Package.swift lets \(module) depend on \(dependency)")
      }
    }
  }

  @Test("only the command picks adapters")
  func onlyTheCommandPicksAdapters() throws {
    let usersOf = { (adapter: String) in
      Set(SourceTree.sources.filter { $0.imports.contains(adapter) }.map(\.module))
    }
    // Passwords and sealed keys are the service's own business, and who judges a ceremony opens shares in dispute; accounts of chains have key files of
    // their own form. Of its databases the service knows the interface only.
    #expect(usersOf("Sealing").subtracting(["comitia", "VotingService", "TrusteeCoordination", "Ethereum"]).isEmpty)
    #expect(usersOf("SQLiteDatabase").subtracting(["comitia"]).isEmpty)
    #expect(usersOf("PostgreSQLDatabase").subtracting(["comitia"]).isEmpty)
    // Clients of chains speak HTTP; which endpoints they ask, the command says.
    #expect(usersOf("HTTPClient").subtracting(["comitia", "Ethereum", "Solana", "ChainVerification"]).isEmpty)
    #expect(usersOf("HTTPServer").subtracting(["comitia", "API", "WebPages"]).isEmpty)
    #expect(usersOf("RecordFiles").subtracting(["comitia"]).isEmpty)
    #expect(usersOf("ParallelWork").subtracting(["comitia"]).isEmpty)
    #expect(usersOf("CSodium").subtracting(["Sealing"]).isEmpty)
    #expect(usersOf("COpenSSL").subtracting(["Sealing"]).isEmpty)
  }

  @Test("no import circle")
  func noCircle() {
    var graph: [String: Set<String>] = [:]
    for module in SourceTree.modules {
      graph[module] = Set(SourceTree.sources(of: module).flatMap(\.imports)).intersection(SourceTree.modules)
    }
    #expect(ImportGraph.circle(in: graph) == nil)
  }

  @Test("a circle is found where there is one")
  func circleIsFound() {
    #expect(ImportGraph.circle(in: ["A": ["B"], "B": ["C"], "C": ["A"]]) != nil)
    #expect(ImportGraph.circle(in: ["A": ["A"]]) != nil)
    #expect(ImportGraph.circle(in: ["A": ["B", "C"], "B": ["C"], "C": []]) == nil)
  }

  @Test(
    "imports are recognised in every form",
    arguments: [
      ("import Foundation", "Foundation"), ("@testable import Elections", "Elections"), ("public import Elections", "Elections"),
      ("import struct Foundation.Data", "Foundation"), ("  @_spi(Testing) import Curve25519", "Curve25519"),
    ])
  func importForms(line: String, module: String) {
    #expect(SourceTree.File(path: "a.swift", module: "a", lines: [line]).imports == [module])
  }
}

/// Modules and what they import.
enum ImportGraph {
  /// The modules of which each imports another of the same set, `nil` if there is no circle.
  static func circle(in graph: [String: Set<String>]) -> Set<String>? {
    var open = graph
    // Whoever imports nothing that is still open is in no circle.
    while let free = open.first(where: { $0.value.isDisjoint(with: open.keys) }) {
      open[free.key] = nil
    }
    return open.isEmpty ? nil : Set(open.keys)
  }
}

/// Targets as `Package.swift` writes them.
enum PackageTargets {
  /// The dependencies of each target by its name.
  static func declared() throws -> [String: [String]] {
    let target = #/arget\(\s*name:\s*"(\w+)"(?:,\s*dependencies:\s*\[([^\]]*)\])?/#
    var declared: [String: [String]] = [:]
    for match in try SourceTree.text("Package.swift").matches(of: target) {
      let dependencies = (match.output.2 ?? "").matches(of: #/"(\w+)"/#).map { String($0.output.1) }
      declared[String(match.output.1)] = dependencies
    }
    return declared
  }
}
