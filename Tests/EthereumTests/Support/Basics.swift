import Curve25519
import Foundation
import StrictJSON

@testable import Ethereum

/// The bytes of hexadecimal digits, with or without `0x`.
func bytes(_ text: String) -> [UInt8] {
  guard let bytes = Hexadecimal.bytes(digits: (text.hasPrefix("0x") ? text.dropFirst(2) : text[...]).utf8) else {
    preconditionFailure("digits of bytes: \(text)")
  }
  return bytes
}

func bytes32(_ text: String) -> Bytes32 {
  guard let value = Bytes32(bytes(text)) else { preconditionFailure("32 bytes: \(text)") }
  return value
}

func address(_ text: String) -> Address {
  guard let address = Address(text) else { preconditionFailure("an address: \(text)") }
  return address
}

func number(_ text: String) -> UInt256 {
  guard let number = UInt256(decimal: text) else { preconditionFailure("a number: \(text)") }
  return number
}

/// Published vectors, where they are.
enum Vectors {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")

  static let folder =
    ProcessInfo.processInfo.environment["COMITIA_TEST_DATA"]
    ?? root.appendingPathComponent("../shared/data").standardizedFileURL.path

  static var areThere: Bool { FileManager.default.fileExists(atPath: folder + "/vectors/ethereum-abi.json") }

  /// The members of a file's object.
  static func members(_ name: String) throws -> [JSONValue.Member] { try members(at: folder + "/vectors/" + name) }

  /// The members of the objects in a file, or in every file of a folder.
  static func all(_ name: String) throws -> [JSONValue.Member] {
    let path = folder + "/vectors/" + name
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return try members(name) }
    return try names.sorted().filter { $0.hasSuffix(".json") }.flatMap { try members(at: path + "/" + $0) }
  }

  private static func members(at path: String) throws -> [JSONValue.Member] {
    let value = try JSONParser.parse(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    guard case .object(let members) = value else { return [] }
    return members
  }
}

extension JSONValue {
  var list: [JSONValue]? { if case .list(let items) = self { items } else { nil } }
}
