/// The layers of `docs/developer/README.md`, as a table: what each folder of `Sources/` may import of ours.
///
/// A module that is not listed fails the tests: whoever adds one says here where it stands.
enum Layers {
  /// Embedded Swift: no Foundation, no operating system.
  static let kernel: [String: Set<String>] = [
    "CKernelSupport": [],
    "Curve25519": ["CKernelSupport"],
    "BallotCryptography": ["Curve25519"],
    "ThresholdCryptography": ["Curve25519"],
    "Ciphers": ["Curve25519"],
  ]

  /// Pure: no input, no output, no clock.
  static let domain: [String: Set<String>] = [
    "TransparencyLog": ["Curve25519"],
    "Elections": kernelModules.union(["TransparencyLog"]),
    "Verification": kernelModules.union(["TransparencyLog", "Elections", "SolanaTransactions"]),
    "SolanaTransactions": ["Curve25519"],
  ]

  /// What touches files, other libraries and the operating system, one concern each.
  static let adapters: [String: Set<String>] = [
    "CSodium": [],
    "COpenSSL": [],
    "Sealing": kernelModules.union(["CSodium", "COpenSSL"]),
    "RecordFiles": kernelModules.union(domainModules),
    "ParallelWork": kernelModules.union(domainModules),
    "CHTTPServer": [],
    "HTTPServer": ["CHTTPServer"],
    "CHTTPClient": [],
    "HTTPClient": ["CHTTPClient"],
    "CMail": [],
    "Mail": ["CMail"],
    "StrictJSON": [],
    "Solana": ["Curve25519", "SolanaTransactions", "TransparencyLog", "CHTTPClient", "HTTPClient", "StrictJSON"],
    "CNettle": [],
    "CSecp256k1": [],
    "Ethereum": ["Curve25519", "Sealing", "HTTPClient", "StrictJSON", "CNettle", "CSecp256k1"],
    "VoteRegistry": ["Curve25519"],
    "EthereumRegistry": ["Curve25519", "VoteRegistry", "Ethereum"],
    "ChainDeployment": ["Curve25519", "Ethereum", "StrictJSON", "EmbeddedFiles"],
    "CPangoCairo": [],
    "CPDFDocuments": ["CPangoCairo"],
    "PDFDocuments": ["CPDFDocuments"],
    "CEmbeddedFiles": [],
    "EmbeddedFiles": ["CEmbeddedFiles"],
    "DelimitedText": [],
    "PictureFiles": [],
    "TrackerWords": ["EmbeddedFiles"],
    "ManifestJSON": kernelModules.union(["TransparencyLog", "Elections"]),
    "Database": ["Curve25519"],
    "CSQLite": [],
    "SQLiteDatabase": ["Database", "CSQLite"],
    "CPostgreSQL": [],
    "PostgreSQLDatabase": ["Database", "CPostgreSQL"],
  ]

  /// Use cases.
  static let service: [String: Set<String>] = [
    "LocalElection": kernelModules.union(domainModules).union(["DelimitedText"]),
    "TrusteeCoordination": kernelModules.union(domainModules).union(["Sealing"]),
    // Of adapters, the interfaces of database and chain, not their drivers: the command picks one of each.
    "Anchoring": ["Curve25519", "TransparencyLog", "Database", "VoteRegistry"],
    "VotingService": kernelModules.union(domainModules).union([
      "TrusteeCoordination", "Database", "Sealing", "StrictJSON", "DelimitedText", "PictureFiles", "TrackerWords", "EmbeddedFiles",
      "Anchoring", "VoteRegistry",
    ]),
    // Between what the service asks of a chain and the one that there is; only the command picks it.
    "SolanaMarks": kernelModules.union(domainModules).union(["VotingService", "Solana", "StrictJSON"]),
    // What a verified record is made to say on a chain.
    "ChainCourse": kernelModules.union(domainModules).union(["Ethereum", "ChainDeployment", "StrictJSON"]),
    // What a chain is asked about a record: by clients of nodes, for whoever verifies has no service.
    "ChainVerification": kernelModules.union(domainModules).union(["Ethereum", "ChainDeployment", "Solana", "HTTPClient"]),
    "TrusteeAgent": kernelModules.union(domainModules),
  ]

  /// What a person or a browser meets.
  static let delivery: [String: Set<String>] = [
    "Booth": kernelModules.union(domainModules),
    "BrowserTrustee": kernelModules.union(domainModules).union(["TrusteeAgent"]),
    "CWasmSupport": [],
    "WasmModules": ["Booth", "BrowserTrustee", "CWasmSupport", "Verification"],
    "API": kernelModules.union(domainModules).union([
      "VotingService", "Database", "HTTPServer", "StrictJSON", "ManifestJSON", "PictureFiles",
    ]),
    "WebPages": kernelModules.union(domainModules).union([
      "API", "VotingService", "Database", "HTTPServer", "StrictJSON", "PDFDocuments", "TrackerWords",
      "DelimitedText", "PictureFiles", "EmbeddedFiles",
    ]),
    "comitia": kernelModules.union(domainModules).union([
      "LocalElection", "ParallelWork", "RecordFiles", "Sealing", "ManifestJSON", "DelimitedText", "API", "VotingService",
      "HTTPServer",
      "ChainCourse", "ChainDeployment", "ChainVerification", "Ethereum", "VoteRegistry", "EthereumRegistry", "Anchoring",
      "Solana", "SolanaMarks",
      "HTTPClient",
      "Mail", "TrusteeAgent", "WebPages", "Database", "SQLiteDatabase",
      "PostgreSQLDatabase",
      "StrictJSON",
    ]),
  ]

  /// Of the toolchain's modules, what adapters, services and the command may use. Kernel and domain use none.
  static let toolchain: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization"]

  /// Of service and delivery, what is Embedded Swift too.
  static let forBrowsers: Set<String> = ["Booth", "BrowserTrustee", "CWasmSupport", "TrusteeAgent", "WasmModules"]

  static let kernelModules: Set<String> = ["Curve25519", "BallotCryptography", "ThresholdCryptography", "Ciphers"]
  static let domainModules: Set<String> = ["TransparencyLog", "Elections", "Verification", "SolanaTransactions"]

  /// Ours of every layer.
  static let all = [kernel, domain, adapters, service, delivery].reduce(into: [String: Set<String>]()) { table, layer in
    table.merge(layer) { first, _ in first }
  }

  /// Whether a module is kernel, domain or made for the browser, and so does without the toolchain's modules.
  static func isPure(_ module: String) -> Bool { kernel[module] != nil || domain[module] != nil || forBrowsers.contains(module) }

  /// Everything that `module` may import.
  static func allowed(in module: String) -> Set<String> {
    let ours = all[module] ?? []
    return isPure(module) ? ours : ours.union(toolchain)
  }
}
