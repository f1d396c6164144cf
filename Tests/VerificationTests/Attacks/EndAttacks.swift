import Curve25519
import Elections
import TestSupport
import ThresholdCryptography

// The trustees' joint word and what they drew: checks 13 and 14.
extension Attack {
  static let ends: [Attack] = [
    Attack("certificate of another election's trustees", .certificate, "certificate: it is about something else") {
      let other = try otherElection()
      return try ending { _, record in record["certificate"] = other["certificate"] }
    },
    Attack("certificate signed by one trustee alone", .certificate, "certificate: its signature is not by the trustees' joint key")
    {
      try ending { forge, record in
        let certificate = try ResultCertificate.read(record["certificate"]).certificate
        record["certificate"] = certificate.encoded(signature: forge.trustees.signing[0].sign(certificate.message))
      }
    },
    Attack("a byte after the certificate", .certificate, "certificate: 1 bytes too many") {
      try ending { _, record in record["certificate"].append(0) }
    },
    Attack("closing draw exchanged after it was signed", .certificate, "certificate: it is about something else") {
      try ending { forge, record in record["draw-closing"] = forge.closingDraw(by: [2, 3]).encoded }
    },
    Attack("closing draw of others than decrypted", .draws, "draw-closing: its parts are not those of the trustees that decrypted")
    {
      try ending { forge, record in
        record["draw-closing"] = forge.closingDraw(by: [2, 3]).encoded
        forge.certify(&record)
      }
    },
    Attack("own value of another trustee in the closing draw", .draws, "trustee 1: the proof of its own value does not hold") {
      try drawing { [DrawPart(evaluation: $0[0].evaluation, own: $0[1].own), $0[1]] }
    },
    Attack("evaluation that is not the share's", .draws, "trustee 2: its evaluation of the beacon is not proven") {
      try drawing { parts in
        let honest = parts[1].evaluation
        let wrong = PartialEvaluation(trustee: 2, evaluation: honest.evaluation + .generator, proof: honest.proof)
        return [parts[0], DrawPart(evaluation: wrong, own: parts[1].own)]
      }
    },
    Attack("parts of the closing draw out of order", .draws, "draw-closing: trustee 1: out of order") {
      try drawing { $0.reversed() }
    },
    Attack("drawn order of the organiser's own", .draws, "the opening draw is not the one in the opening entry") {
      try opening { $0.opening.draw = .zero }
    },
    Attack("opening draw exchanged afterwards", .draws, "draw-opening: its hash is not the one in the opening entry") {
      try ending { forge, record in record["draw-opening"] = forge.trustees.openingDraw(by: [1, 2]).record.encoded }
    },
  ]

  /// A finished record, changed by one who has all keys.
  private static func ending(_ change: (Forge, inout MemoryRecord) throws -> Void) throws -> Evidence {
    let forge = try closed(single())
    var record = try forge.record()
    try change(forge, &record)
    return Evidence(record: record)
  }

  /// The record of another election.
  private static func otherElection() throws -> MemoryRecord {
    var forge = try Forge(single(), seed: "another election")
    try forge.cast([[0, 1, 0]], by: 1)
    forge.close()
    return try forge.record()
  }

  /// A closing draw with other parts, signed by the trustees.
  private static func drawing(_ change: ([DrawPart]) -> [DrawPart]) throws -> Evidence {
    try ending { forge, record in
      let draw = forge.closingDraw(by: [1, 2])
      record["draw-closing"] = DrawRecord(size: draw.size, root: draw.root, parts: change(draw.parts)).encoded
      forge.certify(&record)
    }
  }

  /// An election that was opened otherwise.
  private static func opening(_ change: (inout Forge) throws -> Void) throws -> Evidence {
    var forge = try Forge(single(), beforeOpening: change)
    try forge.cast([[1, 0, 0]], by: 0)
    forge.close()
    return Evidence(record: try forge.record())
  }
}
