import Curve25519

/// Hash functions, beside libsodium's: long inputs, and inputs of about a ballot.
enum HashOperations {
  static var all: [Operation] {
    [
      hash("sha512-long", "SHA-512 of 64 KiB", 65536, { SHA512.hash($0) }, { $0.sha512($1) }),
      hash("sha512-short", "SHA-512 of 1 KiB", 1024, { SHA512.hash($0) }, { $0.sha512($1) }),
      hash("sha256-long", "SHA-256 of 64 KiB", 65536, { SHA256.hash($0) }, { $0.sha256($1) }),
      hash("sha256-short", "SHA-256 of 1 KiB", 1024, { SHA256.hash($0) }, { $0.sha256($1) }),
    ]
  }

  private static func hash(
    _ id: String, _ name: String, _ count: Int, _ ours: @escaping ([UInt8]) -> [UInt8],
    _ theirs: @escaping (Sodium, [UInt8]) -> Void
  ) -> Operation {
    Operation(id: id, group: "hashes", name: name, bytes: count) {
      var inputs = Inputs()
      let (bytes, sodium) = (inputs.bytes(count), Sodium())
      return .init {
        keep(ours(bytes))
      } libsodium: {
        theirs(sodium, bytes)
      }
    }
  }
}
