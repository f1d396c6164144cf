import Curve25519
import Foundation
import Testing

@testable import SolanaTransactions

/// Repeatable random bytes.
func seeded(_ seed: Int) -> SeededRandom {
  SeededRandom(seed: (0..<32).map { UInt8(truncatingIfNeeded: seed >> (8 * ($0 % 8))) &+ UInt8($0) })
}

/// Bytes of hexadecimal digits.
func bytes(_ hex: String) -> [UInt8] {
  let values = hex.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}

extension SeededRandom {
  mutating func bytes32() -> Bytes32 { Bytes32(bytes(32).span) }
}

/// The repository.
let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

/// The interpreter that `scripts/python-env` makes; `nil` where it has not been.
let python: String? = {
  let path = repository.appending(path: ".build/python/bin/python").path
  return FileManager.default.isExecutableFile(atPath: path) ? path : nil
}()

extension Trait where Self == ConditionTrait {
  /// The test needs packages of Python: `make python` installs them.
  static var needsPython: Self { .enabled(if: python != nil, "scripts/python-env makes .build/python") }
}

/// A signature of 64 bytes.
func signature(_ bytes: [UInt8]) throws -> SolanaSignature { try #require(SolanaSignature(bytes)) }

/// A message with signatures.
func signed(_ message: SolanaMessage, _ signatures: [UInt8]...) throws -> SolanaTransaction {
  try #require(SolanaTransaction(message, signatures: try signatures.map(signature)))
}

/// As nodes take and give bytes.
func base64(_ bytes: [UInt8]) -> [UInt8] { Array(Data(bytes).base64EncodedString().utf8) }
