import Testing

@Suite("Style")
struct StyleTests {
  @Test("no source file is longer than 600 lines")
  func filesAreShort() {
    for file in SourceTree.sources {
      #expect(file.lines.count <= 600, "\(file.path) has \(file.lines.count) lines: is it one concept?")
    }
  }

  @Test("no work is left for later in the sources")
  func nothingIsLeftForLater() {
    for file in SourceTree.sources {
      // Patterns take long, and few lines have one of these letters.
      for (index, line) in file.lines.enumerated() where line.contains("D") || line.contains("X") {
        #expect(!line.contains(#/\b(TODO|FIXME|XXX)\b/#), "\(file.path):\(index + 1)")
      }
    }
  }

  @Test("no path of a particular machine in the sources")
  func noMachinePaths() {
    let machinePath = #/(^|[^\w.\/])\/(work|home|root|Users|opt|tmp)\//#
    for file in SourceTree.sources {
      for (index, line) in file.lines.enumerated() where line.contains("/") {
        #expect(!line.contains(machinePath), "\(file.path):\(index + 1)")
      }
    }
  }

  @Test("every public declaration of kernel and domain is documented")
  func publicDeclarationsAreDocumented() {
    for module in Layers.kernelModules.union(Layers.domainModules).sorted() {
      for file in SourceTree.sources(of: module) {
        for line in DocumentationRule.undocumented(in: file.lines) {
          Issue.record("\(file.path):\(line) is public and has no doc comment")
        }
      }
    }
  }

  @Test("the documentation rule tells documented from undocumented")
  func documentationRule() {
    let source = [
      "/// What it is.", "public struct A: Equatable, Source {", "  /// What it does.", "  @inlinable", "  public func f() {}",
      "  public func g() {}", "  public static func == (a: A, b: A) -> Bool { true }", "  public func h() {}",
      "  public init() {}", "}",
    ]
    #expect(DocumentationRule.undocumented(in: source) == [6, 8])
    #expect(DocumentationRule.undocumented(in: source, requirements: ["h"]) == [6])
    #expect(DocumentationRule.requirements(in: ["public protocol P {", "  func h() -> Int", "}", "func k() {}"]) == ["h"])
  }
}

/// Which public declarations need a doc comment: all, but an `init()` without parameters and what only meets a requirement that is
/// documented elsewhere.
enum DocumentationRule {
  /// Requirements of the standard library, and of every protocol in the sources.
  static let knownRequirements: Set<String> = SourceTree.sources.reduce(
    into: ["hash", "description", "debugDescription", "encode", "next", "makeIterator", "errorDescription"]
  ) { names, file in
    names.formUnion(requirements(in: file.lines))
  }

  private static let operators: Set<String> = ["==", "<"]

  /// The numbers, from 1, of the lines that declare something public without a doc comment above.
  static func undocumented(in lines: [String], requirements: Set<String> = knownRequirements) -> [Int] {
    lines.indices.filter { index in
      guard lines[index].starts(with: #/\s*(@\w+(\([^)]*\))?\s+)*(public|open)\s+(?!extension|import|private|internal)/#) else {
        return false
      }
      if lines[index].contains("init()") { return false }
      if let name = name(declaredIn: lines[index]), requirements.contains(name) || operators.contains(name) { return false }
      // Attributes may stand between the comment and the declaration.
      let above = lines[..<index].last { !$0.starts(with: #/\s*@\w+(\([^)]*\))?\s*$/#) } ?? ""
      return !above.starts(with: #/\s*(\/\/\/|\*\/)/#)
    }.map { $0 + 1 }
  }

  /// The names of the functions and properties that the protocols in `lines` require.
  static func requirements(in lines: [String]) -> Set<String> {
    var names: Set<String> = []
    var indentation: Int?
    for line in lines {
      let spaces = line.prefix { $0 == " " }.count
      if let outer = indentation {
        if line.trimmingPrefix(while: \.isWhitespace).first == "}", spaces <= outer { indentation = nil }
        if let name = name(declaredIn: line) { names.insert(name) }
      } else if line.contains(#/\bprotocol\s+\w+.*\{\s*$/#) {
        indentation = spaces
      }
    }
    return names
  }

  /// The name of the function or property that a line declares.
  private static func name(declaredIn line: String) -> String? {
    guard let match = line.firstMatch(of: #/\b(?:func|var)\s+([^\s(<:]+|<=?|==)/#) else { return nil }
    return String(match.output.1)
  }
}
