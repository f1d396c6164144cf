import Curve25519
import Elections
import ThresholdCryptography

/// What a trustee keeps of one election. Whatever it promises stands here before it says so to anyone.
public struct TrusteeElection: Equatable, Sendable {
  /// How the election has ended for this trustee.
  public enum Ending: UInt8, Sendable {
    case none = 0
    /// The record was verified; the share is wiped.
    case tallied = 1
    /// There is no result; the share is wiped.
    case aborted = 2
    /// Another has this trustee's place; the share is wiped.
    case replaced = 3
  }

  /// The address of the service, without a slash at the end.
  public let service: Text
  /// Which election.
  public let reference: ElectionReference
  /// The name of its log.
  public let origin: Text
  /// For people.
  public let title: Text
  /// Under which name this trustee joined.
  public let name: Text
  /// Ceremonies that were left behind: never entered again.
  public var retired: [Bytes32] = []
  /// The ceremony this trustee is in, or has been through.
  public var ceremony: TrusteeCeremony?
  /// The entry that opened the election, kind and time included; its leaf hash is the election id.
  public var opening: [UInt8]?
  /// The last checkpoint this trustee has cosigned; one who is replaced forgets it when its cosignature has arrived.
  public var cosigned: CosignedCheckpoint?
  /// What this trustee has decrypted, once.
  public var decrypted: DecryptedBoard?
  /// Whether it is over.
  public var ending = Ending.none
  /// Whether the file was restored from a copy (8.12): more may have been cosigned or decrypted than stands here.
  public var isRestored = false
  /// SHA-256 of the message that this trustee signs for the result, and no other; from before its first commitment on.
  public var signed: Bytes32?
  /// The renewals of shares that this trustee has seen on the board, in order.
  public var renewals: [KeptRenewal] = []
  /// The digest of the list of new trustees that the trustee's person has approved last.
  public var approved: Bytes32?
  /// The hand-overs under way that have not come to a renewal: the last, and those before it whose shares this trustee has confirmed.
  public var handOvers: [TrusteeHandOver] = []

  /// An election that was just joined.
  public init(service: Text, reference: ElectionReference, origin: Text, title: Text, name: Text) {
    self.service = service
    self.reference = reference
    self.origin = origin
    self.title = title
    self.name = name
  }

  /// Whether nothing is left to do: verified, or replaced, and the last cosignature has arrived.
  public var isOver: Bool { ending == .tallied || ending == .replaced && cosigned == nil }

  /// The election id, once it is known.
  public var electionID: Bytes32? { opening.flatMap { try? BoardEntry($0).leafHash } }

  /// Overwrites seed and shares. Copies made before remain.
  public mutating func wipeSecrets() {
    ceremony?.wipeSeed()
    ceremony?.wipeShares()
    wipeHandOvers()
  }

  mutating func wipeHandOvers() {
    for index in handOvers.indices { handOvers[index].wipe() }
    handOvers = []
  }
}

/// One key ceremony, as this trustee entered it.
public struct TrusteeCeremony: Equatable, Sendable {
  /// Who takes part, at its number − 1.
  public struct Participant: Equatable, Sendable {
    /// As it will stand on the record.
    public let name: Text
    /// Ed25519.
    public let signingKey: Bytes32
  }

  /// Its id.
  public let id: Bytes32
  /// This trustee's number.
  public let number: Int
  /// How many are required to decrypt.
  public let threshold: Int
  /// All of them.
  public let participants: [Participant]
  /// From which all randomness of the ceremony follows; `nil` once the election is open.
  public internal(set) var seed: Bytes32?
  /// Messages read of its log, and the root over them: as they were shown as long as there is no roster, whole or as hashes.
  public var size: UInt64 = 0
  public var root: Bytes32
  /// From before the confirmation until the end.
  public internal(set) var shares: SecretShares?
  /// The roster, encoded, once the ceremony is complete.
  public var roster: [UInt8]?
  /// The service has taken this trustee's part of the fire drill.
  public var hasPassedDrill = false

  init(id: Bytes32, number: Int, threshold: Int, participants: [Participant], seed: Bytes32?) {
    self.id = id
    self.number = number
    self.threshold = threshold
    self.participants = participants
    self.seed = seed
    root = CeremonyRoot().root
  }

  /// Parameters and signing keys.
  public var configuration: CeremonyConfiguration {
    get throws(CeremonyParameterError) {
      try CeremonyConfiguration(ceremony: id, threshold: threshold, signingKeys: participants.map { $0.signingKey })
    }
  }

  mutating func wipeSeed() {
    seed?.wipe()
    seed = nil
  }

  mutating func wipeShares() {
    shares?.wipe()
    shares = nil
  }

  /// Once the certificate is there, nothing but a mark of it is left to sign.
  mutating func keepSigningShare() { shares?.keepOnly(.signing) }
}

/// A checkpoint that this trustee has cosigned.
public struct CosignedCheckpoint: Equatable, Sendable {
  /// The checkpoint with the log's signature.
  public let note: [UInt8]
  /// The time of the cosignature, Unix seconds.
  public let time: UInt64
}

/// The one board that this trustee has decrypted the tally of.
public struct DecryptedBoard: Equatable, Sendable {
  /// Its size at the closing checkpoint.
  public let size: UInt64
  /// Its root.
  public let root: Bytes32
  /// The partial decryption and the part in the closing draw, encoded: they are sent as they are, however often.
  public let part: [UInt8]
}
