// swift-tools-version: 6.2
import PackageDescription

/// One object a file (`-num-threads`) is what the build system expects of a debug build. Tests are found in the index, which would be made of the
/// toolchain's own modules, too: a quarter of the build's time.
let whole = ["-whole-module-optimization", "-num-threads", "2", "-index-ignore-system-modules"]

/// Cryptography compiled without optimisation is about a hundred times slower, so kernel and domain are optimised in debug builds too.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"] + whole, .when(configuration: .debug))]

let package = Package(
  name: "comitia",
  products: [
    .executable(name: "comitia", targets: ["comitia"])
  ],
  targets: [
    // Kernel: Embedded Swift, no Foundation.
    .target(name: "CKernelSupport"),
    .target(name: "Curve25519", dependencies: ["CKernelSupport"], swiftSettings: optimised),
    .target(name: "BallotCryptography", dependencies: ["Curve25519"], swiftSettings: optimised),
    .target(name: "ThresholdCryptography", dependencies: ["Curve25519"], swiftSettings: optimised),
    .target(name: "Ciphers", dependencies: ["Curve25519"], swiftSettings: optimised),

    // Domain: pure, no input or output.
    .target(name: "TransparencyLog", dependencies: ["Curve25519"], swiftSettings: optimised),
    .target(
      name: "Elections",
      dependencies: ["BallotCryptography", "ThresholdCryptography", "TransparencyLog"],
      swiftSettings: optimised),
    .target(name: "Verification", dependencies: ["Elections", "SolanaTransactions"], swiftSettings: optimised),
    .target(name: "SolanaTransactions", dependencies: ["Curve25519"], swiftSettings: optimised),

    // Adapters.
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "Sealing", dependencies: ["Curve25519", "ThresholdCryptography", "CSodium", "COpenSSL"]),
    .target(name: "RecordFiles", dependencies: ["Verification"]),
    .target(name: "DelimitedText"),
    .target(name: "PictureFiles"),
    .target(name: "CEmbeddedFiles", cSettings: [.unsafeFlags(["-std=c23"])]),
    .target(name: "EmbeddedFiles", dependencies: ["CEmbeddedFiles"]),
    .target(name: "TrackerWords", dependencies: ["EmbeddedFiles"], exclude: ["tracker-words.txt"]),
    .target(name: "ManifestJSON", dependencies: ["Elections"]),
    .target(name: "ParallelWork", dependencies: ["Verification"]),
    .target(
      name: "CHTTPServer",
      // Optimised in debug builds too: unoptimised templates of Boost make large objects and slow tests.
      cxxSettings: [.unsafeFlags(["-O1"], .when(configuration: .debug))],
      linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto"), .linkedLibrary("z")]),
    .target(name: "HTTPServer", dependencies: ["CHTTPServer"]),
    .target(name: "CHTTPClient", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "HTTPClient", dependencies: ["CHTTPClient"]),
    .target(name: "CMail", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "Mail", dependencies: ["CMail"]),
    .target(name: "StrictJSON"),
    .target(name: "Solana", dependencies: ["SolanaTransactions", "TransparencyLog", "HTTPClient", "StrictJSON"]),
    .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
    .systemLibrary(name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
    .target(
      name: "Ethereum", dependencies: ["Curve25519", "Sealing", "HTTPClient", "StrictJSON", "CNettle", "CSecp256k1"],
      swiftSettings: optimised),
    .target(name: "VoteRegistry", dependencies: ["Curve25519"]),
    .target(name: "EthereumRegistry", dependencies: ["VoteRegistry", "Ethereum"]),
    .target(
      name: "ChainDeployment", dependencies: ["Curve25519", "Ethereum", "StrictJSON", "EmbeddedFiles"]),
    .systemLibrary(name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .target(name: "CPDFDocuments", dependencies: ["CPangoCairo"]),
    .target(name: "PDFDocuments", dependencies: ["CPDFDocuments"]),
    .target(name: "Database", dependencies: ["Curve25519"]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "SQLiteDatabase", dependencies: ["Database", "CSQLite"]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "PostgreSQLDatabase", dependencies: ["Database", "CPostgreSQL"]),

    // Service.
    .target(name: "LocalElection", dependencies: ["Verification", "DelimitedText"]),
    .target(name: "TrusteeCoordination", dependencies: ["Verification", "Sealing"]),
    .target(name: "Anchoring", dependencies: ["VoteRegistry", "Database", "TransparencyLog"]),
    .target(
      name: "VotingService",
      dependencies: [
        "TrusteeCoordination", "Verification", "SolanaTransactions", "Database", "Sealing", "StrictJSON", "DelimitedText",
        "PictureFiles", "TrackerWords", "Anchoring", "VoteRegistry", "EmbeddedFiles",
      ],
      exclude: ["Migrations", "Mails/Text"]),
    .target(name: "SolanaMarks", dependencies: ["VotingService", "Solana"]),
    .target(name: "ChainCourse", dependencies: ["Verification", "ChainDeployment"]),
    .target(name: "ChainVerification", dependencies: ["Verification", "ChainDeployment", "Solana"]),
    .target(name: "TrusteeAgent", dependencies: ["Verification", "SolanaTransactions"]),

    // Delivery.
    .target(name: "API", dependencies: ["VotingService", "HTTPServer", "StrictJSON", "ManifestJSON", "PictureFiles"]),
    .target(
      name: "WebPages", dependencies: ["API", "PDFDocuments", "TrackerWords", "DelimitedText", "EmbeddedFiles"],
      exclude: ["Text/Catalogues"]),
    .executableTarget(
      name: "comitia",
      dependencies: [
        "LocalElection", "ParallelWork", "RecordFiles", "Sealing", "ManifestJSON", "DelimitedText", "API", "SQLiteDatabase",
        "PostgreSQLDatabase", "SolanaMarks",
        "ChainCourse", "ChainDeployment", "ChainVerification", "Ethereum", "EthereumRegistry", "HTTPClient", "Mail",
        "StrictJSON", "TrusteeAgent",
        "WebPages",
      ]),
    .target(name: "Booth", dependencies: ["Verification"]),
    .target(name: "BrowserTrustee", dependencies: ["TrusteeAgent", "Ciphers"]),

    // Measurements: may use every layer.
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Curve25519", "BallotCryptography", "ThresholdCryptography", "TransparencyLog", "Elections", "LocalElection",
        "ParallelWork",
        "Sealing", "CSodium",
      ],
      path: "Benchmarks/Operations",
      // Valgrind 3.19 gives up on the debug information of this compiler.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--strip-debug"])]),

    .executableTarget(
      name: "casting",
      dependencies: ["LocalElection", "ParallelWork", "PostgreSQLDatabase", "SQLiteDatabase", "Sealing", "VotingService"],
      path: "Benchmarks/Casting"),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["LocalElection", "Verification"], path: "Tests/Support/Records",
      swiftSettings: optimised),
    .target(
      name: "TestDatabases", dependencies: ["Database", "SQLiteDatabase", "PostgreSQLDatabase", "PipeSupport"],
      path: "Tests/Support/Databases"),
    .executableTarget(name: "DatabaseProbe", dependencies: ["Database", "SQLiteDatabase"], path: "Tests/Support/DatabaseProbe"),
    .testTarget(name: "DatabaseTests", dependencies: ["Database", "TestDatabases", "DatabaseProbe", "PipeSupport"]),
    .target(
      name: "TestBoards", dependencies: ["VotingService", "ParallelWork", "TestSupport"], path: "Tests/Support/Boards"),
    .executableTarget(
      name: "BoardProbe", dependencies: ["VotingService", "ParallelWork", "PostgreSQLDatabase", "SQLiteDatabase"],
      path: "Tests/Support/BoardProbe"),
    .testTarget(
      name: "VotingServiceTests",
      dependencies: [
        "VotingService", "SolanaMarks", "TestChains", "TestBoards", "TestDatabases", "Sealing", "BoardProbe", "PipeSupport",
      ]),
    .testTarget(name: "LocalElectionTests", dependencies: ["LocalElection", "Sealing", "TestSupport"]),
    .testTarget(name: "VerificationTests", dependencies: ["RecordFiles", "Sealing", "TestSupport", "PipeSupport"]),
    .testTarget(name: "RepositoryTests"),
    .testTarget(name: "ManifestJSONTests", dependencies: ["ManifestJSON"]),
    .testTarget(name: "DelimitedTextTests", dependencies: ["DelimitedText"]),
    .testTarget(name: "PictureFilesTests", dependencies: ["PictureFiles"]),
    .testTarget(name: "TrackerWordsTests", dependencies: ["TrackerWords"]),
    .testTarget(name: "MailTests", dependencies: ["Mail"]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON"]),
    .testTarget(name: "PDFDocumentsTests", dependencies: ["PDFDocuments", "PipeSupport"]),
    .testTarget(name: "APITests", dependencies: ["API", "TestBoards", "TestDatabases", "Sealing"]),
    .testTarget(name: "WebPagesTests", dependencies: ["WebPages", "TestBoards", "TestDatabases", "Sealing"]),
    .testTarget(
      name: "Curve25519Tests",
      dependencies: ["Curve25519", "CSodium", "ConstantTimeProbe", "PipeSupport"]),
    .target(name: "CMemcheck", path: "Tests/Support/CMemcheck"),
    .executableTarget(
      name: "ConstantTimeProbe",
      dependencies: ["BallotCryptography", "CMemcheck"],
      path: "Tests/Support/ConstantTimeProbe",
      swiftSettings: optimised,
      // Valgrind 3.19 gives up on the debug information of this compiler.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--strip-debug"])]),
    .executableTarget(
      name: "TrusteeProbe",
      dependencies: ["ThresholdCryptography", "CMemcheck"],
      path: "Tests/Support/TrusteeProbe",
      swiftSettings: optimised,
      linkerSettings: [.unsafeFlags(["-Xlinker", "--strip-debug"])]),
    .testTarget(
      name: "ThresholdCryptographyTests", dependencies: ["ThresholdCryptography", "Sealing", "TrusteeProbe", "PipeSupport"]),
    .executableTarget(name: "BoothNative", dependencies: ["Booth"], path: "Tests/Support/BoothNative"),
    .testTarget(name: "BoothTests", dependencies: ["Booth"]),
    .testTarget(name: "BallotCryptographyTests", dependencies: ["BallotCryptography"]),
    .testTarget(name: "ElectionsTests", dependencies: ["Elections"]),
    .testTarget(name: "HTTPServerTests", dependencies: ["HTTPServer", "PipeSupport", "SocketSupport"]),
    .testTarget(name: "CiphersTests", dependencies: ["Ciphers", "Sealing", "CSodium"], swiftSettings: optimised),
    .testTarget(name: "SealingTests", dependencies: ["Sealing"]),
    .target(name: "SocketSupport", path: "Tests/Support/Sockets"),
    .target(name: "CSpawn", path: "Tests/Support/CSpawn"),
    .target(name: "PipeSupport", dependencies: ["CSpawn"], path: "Tests/Support/Pipes"),
    .target(name: "TestChains", dependencies: ["Solana", "PipeSupport"], path: "Tests/Support/chains/swift"),
    .testTarget(name: "SolanaTests", dependencies: ["TestChains", "ThresholdCryptography"]),
    .target(
      name: "TestEthereum", dependencies: ["EthereumRegistry", "PipeSupport", "StrictJSON"], path: "Tests/Support/chains/ethereum"),
    .testTarget(name: "AnchoringTests", dependencies: ["Anchoring", "TestEthereum", "TestBoards", "TestDatabases"]),
    .testTarget(
      name: "AnchorServiceTests", dependencies: ["VotingService", "TestEthereum", "TestBoards", "TestDatabases", "Sealing"]),
    .testTarget(name: "ChainVerificationTests", dependencies: ["ChainVerification", "TestChains", "TestEthereum", "TestSupport"]),
    .testTarget(name: "EthereumTests", dependencies: ["Ethereum", "TestEthereum", "PipeSupport", "SocketSupport"]),
    .testTarget(name: "ChainDeploymentTests", dependencies: ["ChainDeployment", "HTTPClient", "TestEthereum"]),
    .testTarget(name: "ChainCourseTests", dependencies: ["ChainCourse", "TestEthereum", "TestSupport"]),
    .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient", "PipeSupport", "SocketSupport"]),
    .target(
      name: "TrusteeSupport", dependencies: ["TrusteeAgent", "TrusteeCoordination", "Sealing"], path: "Tests/Support/Trustees",
      swiftSettings: optimised),
    .testTarget(name: "TrusteeAgentTests", dependencies: ["TrusteeSupport"]),
    .testTarget(
      name: "SimulationTests", dependencies: ["TrusteeSupport"]),
    .executableTarget(
      name: "FormerShare", dependencies: ["TrusteeAgent", "Sealing", "RecordFiles"], path: "Tests/Support/FormerShare"),
    .testTarget(name: "RecordFilesTests", dependencies: ["RecordFiles"]),
    .testTarget(name: "comitiaTests", dependencies: ["comitia", "API"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["comitia", "TestSupport", "TrusteeSupport", "SocketSupport", "PipeSupport", "StrictJSON"]),
    .testTarget(name: "TransparencyLogTests", dependencies: ["TransparencyLog", "PipeSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// A module compiled as a whole does not tell what of its interface has changed, and what imports it would keep objects made for an older
// layout of its types, and crash. Compiled as a whole too, it is built again in full.
for target in package.targets where target.type != .system && target.swiftSettings == nil {
  target.swiftSettings = [.unsafeFlags(whole, .when(configuration: .debug))]
}

// For the same reason each target names all that it reaches: where a module between two has not changed by a byte, the build system would
// not look further. What may be imported is tested elsewhere (`RepositoryTests`).
let direct = Dictionary(
  uniqueKeysWithValues: package.targets.map { target in
    let names = target.dependencies.compactMap { dependency in
      if case .byNameItem(let name, _) = dependency { name } else { nil }
    }
    return (target.name, names)
  })
func reach(_ name: String) -> Set<String> { direct[name, default: []].reduce(into: []) { $0.formUnion(reach($1).union([$1])) } }
for target in package.targets {
  let further = reach(target.name).subtracting(direct[target.name, default: []])
  target.dependencies += further.sorted().map { .byName(name: $0) }
}
