import Curve25519

/// What a key is for. One ceremony makes all three, among the same trustees and with the same threshold.
public enum KeyPurpose: UInt64, CaseIterable, Sendable {
  /// Ballots are encrypted to it.
  case election = 1
  /// Draws come from it.
  case beacon = 2
  /// Results are signed with it.
  case signing = 3
}

/// One value for each key of a ceremony.
public struct PerKey<Value> {
  /// That of the election's key.
  public var election: Value
  /// That of the beacon key.
  public var beacon: Value
  /// That of the signing key.
  public var signing: Value

  /// Three values.
  public init(election: Value, beacon: Value, signing: Value) {
    self.election = election
    self.beacon = beacon
    self.signing = signing
  }

  /// Makes the values in the order of the purposes' numbers, which is that of every encoding.
  public init<Failure: Error>(_ make: (KeyPurpose) throws(Failure) -> Value) throws(Failure) {
    election = try make(.election)
    beacon = try make(.beacon)
    signing = try make(.signing)
  }

  /// The value of the key for a purpose.
  public subscript(purpose: KeyPurpose) -> Value {
    get {
      switch purpose {
      case .election: election
      case .beacon: beacon
      case .signing: signing
      }
    }
    set {
      switch purpose {
      case .election: election = newValue
      case .beacon: beacon = newValue
      case .signing: signing = newValue
      }
    }
  }
}

extension PerKey: Sendable where Value: Sendable {}
extension PerKey: Equatable where Value: Equatable {}

extension PerKey<Scalar> {
  /// Overwrites the scalars. Copies made before remain.
  mutating func wipe() {
    election.wipe()
    beacon.wipe()
    signing.wipe()
  }
}
