/// What is to be known of a chain beside its contract: what writing costs now, what there is to pay with, and when blocks were made.
public protocol ChainMarket: Sendable {
  /// Wei that a unit of gas costs now, with what goes to whoever makes the block.
  func gasPrice() async throws(RegistryError) -> UInt64

  /// Wei that the account has.
  func balance() async throws(RegistryError) -> UInt128

  /// When a block was made, Unix seconds.
  func time(ofBlock number: UInt64) async throws(RegistryError) -> UInt64
}
