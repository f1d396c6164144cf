import Elections

/// Where a board is anchored, as a manifest's JSON file says it.
struct AnchoringFile: Decodable {
  /// `nil`: nowhere.
  private let mode: ElectionAnchoring.Mode?
  /// Chain and contract; `nil` if the file leaves them to whoever reads it.
  private let place: (chain: UInt64, contract: [UInt8])?

  private enum Keys: String, CodingKey, CaseIterable {
    case mode, chain, contract
  }

  private static let modes: KeyValuePairs<String, ElectionAnchoring.Mode?> = [
    "none": nil, "checkpoint": .checkpoint, "batch": .batch, "each": .each,
  ]

  /// The word for a mode.
  static func word(for mode: ElectionAnchoring.Mode?) -> String {
    guard let word = modes.first(where: { $0.value == mode })?.key else { preconditionFailure("every mode has a word") }
    return word
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(Keys.self)
    guard let mode = try members.choice(.mode, Self.modes) else {
      throw ManifestFault(decoder.codingPath, "“mode” is missing: none, checkpoint, batch or each")
    }
    self.mode = mode
    let chain = try Self.chain(members)
    let contract = try Self.contract(members)
    guard mode != nil || (chain == nil && contract == nil) else {
      throw ManifestFault(decoder.codingPath, "mode none has neither “chain” nor “contract”; leave them out")
    }
    switch (chain, contract) {
    case (let chain?, let contract?): place = (chain, contract)
    case (nil, nil): place = nil
    case (_?, nil): throw ManifestFault(decoder.codingPath, "“contract” is missing: give both it and “chain”, or neither")
    case (nil, _?): throw ManifestFault(decoder.codingPath, "“chain” is missing: give both it and “contract”, or neither")
    }
  }

  private static func chain(_ members: KeyedDecodingContainer<Keys>) throws -> UInt64? {
    // As a `Double` first: of 1.5 where a whole number belongs, the decoder would not say where it stands.
    guard let value = try members.decodeIfPresent(Double.self, forKey: .chain) else { return nil }
    guard let chain = UInt64(exactly: value), (1...ElectionAnchoring.largestChain).contains(chain) else {
      throw ManifestFault(members.codingPath + [Keys.chain], "a whole number from 1 on is needed, such as 137")
    }
    return chain
  }

  private static func contract(_ members: KeyedDecodingContainer<Keys>) throws -> [UInt8]? {
    guard let text = try members.decodeIfPresent(String.self, forKey: .contract) else { return nil }
    let digits = text.utf8.dropFirst(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard text.hasPrefix("0x"), text.utf8.count == 42, digits.count == 40, digits.contains(where: { $0 != 0 }) else {
      throw ManifestFault(
        members.codingPath + [Keys.contract],
        "“\(text)” is not the address of a contract: 0x and 40 hexadecimal digits, not all zero")
    }
    return stride(from: 0, to: 40, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// What the manifest says.
  ///
  /// - Parameter registry: chain and contract where the file does not name them; `nil`: there are none.
  func anchoring(registry: (chain: UInt64, contract: [UInt8])?) throws(ManifestFault) -> ElectionAnchoring? {
    guard let mode else { return nil }
    guard let place = place ?? registry, let anchoring = ElectionAnchoring(mode: mode, chain: place.chain, contract: place.contract)
    else {
      throw ManifestFault(
        path: "anchoring",
        "mode \(Self.word(for: mode)) needs a chain, and none is set up here; give “chain” and “contract”, or take mode none")
    }
    return anchoring
  }
}
