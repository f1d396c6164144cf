import Curve25519
import Elections
import Verification

/// All that an election's opening entry fixes (`docs/spec/06-record.md`, 6.3) but the log's key, which the board makes.
public struct OpeningParts: Sendable {
  /// The name of the log: `<host>/<reference>`.
  public var origin: Text
  /// The definition.
  public var manifest: Manifest
  /// The outcome of the key ceremony.
  public var trustees: TrusteeRoster
  /// Who may vote.
  public var roll: Roll
  /// Cosignatures that the closing checkpoint needs: threshold … number of trustees.
  public var quorum: UInt8
  /// Numbers of the trustees that missed the fire drill, as the organiser acknowledged; ascending.
  public var absent: [Int]
  /// What the trustees drew in the fire drill, and the same as the opening entry has it.
  public var draw: DrawRecord
  public var openingDraw: OpeningDraw
  /// The booth's files.
  public var software: [SoftwareFile]

  public init(
    origin: Text, manifest: Manifest, trustees: TrusteeRoster, roll: Roll, quorum: UInt8, absent: [Int] = [],
    draw: DrawRecord, openingDraw: OpeningDraw, software: [SoftwareFile] = []
  ) {
    self.origin = origin
    self.manifest = manifest
    self.trustees = trustees
    self.roll = roll
    self.quorum = quorum
    self.absent = absent
    self.draw = draw
    self.openingDraw = openingDraw
    self.software = software
  }

  /// Whether a record of these parts passes checks 1 to 4.
  ///
  /// - Throws: `BoardError.parts`.
  func check() throws(BoardError) {
    guard (trustees.threshold...trustees.trustees.count).contains(Int(quorum)) else {
      throw .parts("the quorum must be between the threshold and the number of trustees")
    }
    guard (try? trustees.trustees.map(\.dealing).thresholdKeys) != nil else {
      throw .parts("the trustees' key is not valid")
    }
    guard OpeningEntry.allowsAbsent(absent, trustees) else {
      throw .parts("too many trustees missed the fire drill, or none of that number")
    }
    do throws(RollError) { try roll.checkSizes(manifest) } catch let error { throw .parts("the roll: \(error.text)") }
  }

  /// The opening entry.
  func opening(logKey: Bytes32) -> OpeningEntry {
    OpeningEntry(
      origin: origin, logKey: logKey, manifest: manifest, trustees: trustees, roll: roll, quorum: quorum, absent: absent,
      draw: openingDraw, software: software)
  }
}
