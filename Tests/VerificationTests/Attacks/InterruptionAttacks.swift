import BallotCryptography
import Curve25519
import Elections
import TestSupport
import Verification

// Pauses, aborts and replaced credentials (`docs/spec/06-record.md`, 6.3): each rule broken once.
extension Attack {
  // MARK: Pauses

  static let interruptions: [Attack] =
    [
      Attack("ballot while voting is paused", .board, "entry 4: while voting is paused") {
        try acting { forge in
          forge.pause()
          try forge.cast([[1, 0, 0]], by: 0)
        }
      },
      Attack("challenge while voting is paused", .board, "entry 4: while voting is paused") {
        try acting { forge in
          forge.pause()
          forge.challenge(try forge.encrypt([[1, 0, 0]], by: 0).ballot, by: 0)
        }
      },
      Attack("opened ballot while voting is paused", .board, "entry 5: while voting is paused") {
        try acting { forge in
          let (ballot, opening) = try forge.encrypt([[1, 0, 0]], by: 0)
          forge.challenge(ballot, by: 0)
          forge.pause()
          forge.publish(ballot, opening, by: 0)
        }
      },
      Attack("pause during a pause", .board, "entry 4: while voting is paused") {
        try acting { forge in
          forge.pause()
          forge.pause()
          forge.resume()
        }
      },
      Attack("resumed without a pause", .board, "entry 3: resumes what was not paused") { try acting { $0.resume() } },
      Attack("resumed twice", .board, "entry 5: resumes what was not paused") {
        try acting { forge in
          forge.pause()
          forge.resume()
          forge.resume()
        }
      },
      Attack("resume entry with a body", .board, "entry 4: wrong length") {
        try acting { forge in
          forge.pause()
          forge.append(.resume, Forge.reason("why"))
        }
      },
    ]
    + badReasons.map { name, detail, body in
      Attack("pause with \(name)", .board, "entry 3: \(detail)") { try acting { $0.append(.pause, body) } }
    }

  private static let badReasons: [(String, String, [UInt8])] = [
    ("an empty reason", "reason is not allowed text", Forge.reason("")),
    ("a reason of two lines", "reason is not allowed text", Forge.reason("a\nb")),
    ("a reason that steers the terminal", "reason is not allowed text", Forge.reason("\u{1b}[2J")),
    ("a reason that is too long", "reason is not an allowed value", Forge.reason(String(repeating: "r", count: 501))),
    ("no reason", "ends inside reason", []),
    ("a byte after the reason", "1 bytes too many", Forge.reason("why") + [0]),
  ]

  // MARK: Aborts

  static let aborts: [Attack] =
    [
      Attack("aborted election that was decrypted", .encryptedTally, "tally: an aborted election") {
        Evidence(record: try abortedAndDecrypted())
      },
      Attack("aborted election with a tally", .encryptedTally, "tally: an aborted election") {
        try aborting { forge, record in record["tally"] = try forge.record()["tally"] }
      },
      Attack("aborted election with a result", .encryptedTally, "result: an aborted election") {
        try aborting { forge, record in record["result"] = try forge.record()["result"] }
      },
      Attack("aborted election with an empty tally", .encryptedTally, "tally: an aborted election") {
        try aborting { _, record in record["tally"] = [] }
      },
      Attack("closed after the abort", .board, "entry 3: a closing or an abort entry must be the last") {
        try acting { $0.abort() }
      },
      Attack("aborted after closing", .board, "entry 3: a closing or an abort entry must be the last") {
        var forge = try begun(single())
        forge.close()
        forge.abort()
        return Evidence(record: try forge.abortedRecord())
      },
      Attack("ballot after the abort", .board, "entry 3: a closing or an abort entry must be the last") {
        var forge = try begun(single())
        forge.abort()
        try forge.cast([[1, 0, 0]], by: 0)
        forge.abort()
        return Evidence(record: try forge.abortedRecord())
      },
      Attack("abort left out of the checkpoint's quorum", .board, "checkpoint: 1 cosignatures where 2 are needed") {
        try aborting { forge, record in record["checkpoint"] = try forge.cosigned(forge.checkpoint(), by: [1]).bytes }
      },
      Attack("aborted election with a bad ballot", .ballots, "entry 3") {
        var forge = try begun(single())
        var random = seeded("outsider")
        forge.voters[0].credential = Credential(random: &random)
        try forge.cast([[1, 0, 0]], by: 0)
        forge.abort()
        return Evidence(record: try forge.abortedRecord())
      },
    ]
    + badReasons.map { name, detail, body in
      Attack("abort with \(name)", .board, "entry 3: \(detail)") {
        var forge = try begun(single())
        forge.append(.abort, body)
        return Evidence(record: try forge.abortedRecord())
      }
    }

  /// An aborted election whose trustees decrypted it all the same.
  static func abortedAndDecrypted() throws -> MemoryRecord {
    var forge = try begun(single())
    forge.abort()
    return try forge.record()
  }

  // MARK: Replaced credentials

  static let replacements: [Attack] = [
    Attack("ballot by a revoked credential", .ballots, "entry 4: its credential is not on the roll, or was revoked") {
      try acting { forge in
        let old = forge.replace(0)
        try forge.cast([[1, 0, 0]], by: 0, as: old)
      }
    },
    Attack("ballots by both credentials of a voter", .ballots, "entry 5: its credential is not on the roll, or was revoked") {
      try acting { forge in
        let old = forge.replace(0)
        try forge.cast([[1, 0, 0]], by: 0)
        try forge.cast([[1, 0, 0]], by: 0, as: old)
      }
    },
    Attack("ballot by a new credential before it is added", .ballots, "entry 3: its credential is not on the roll") {
      try acting { forge in
        let old = forge.voters[0]
        forge.voters[0].credential = Credential(random: &forge.random)
        try forge.cast([[1, 0, 0]], by: 0)
        forge.replace(old.key, by: forge.voters[0].key)
      }
    },
    Attack("challenge by a revoked credential", .challenges, "entry 4: its credential is not on the roll, or was revoked") {
      try acting { forge in
        let old = forge.replace(0)
        let new = forge.voters[0]
        forge.voters[0] = old
        forge.challenge(try forge.encrypt([[1, 0, 0]], by: 0).ballot, by: 0)
        forge.voters[0] = new
      }
    },
    Attack("opened ballot by a revoked credential", .challenges, "entry 5: its credential was revoked") {
      try acting { forge in
        let (ballot, opening) = try forge.encrypt([[1, 0, 0]], by: 0)
        forge.challenge(ballot, by: 0)
        let old = forge.replace(0)
        forge.voters[0] = old
        forge.publish(ballot, opening, by: 0)
      }
    },
    Attack("replacement of a credential that has cast", .board, "entry 3: revokes a credential that has cast") {
      try acting { $0.replace(1) }
    },
    Attack("replacement of a credential whose ballot is malformed", .board, "entry 4: revokes a credential that has cast") {
      try acting { forge in
        try forge.cast([[1, 0, 0]], by: 0)
        // Not the number of bits that a ballot has, so that nothing of it can be read.
        forge.alterBody(3) { $0[69] ^= 1 }
        forge.replace(0)
      }
    },
    Attack("replacement of a stranger's credential", .board, "entry 3: revokes a credential that is not on the roll") {
      try replacing { forge, _, new in forge.replace(new, by: Credential(random: &forge.random).publicKey) }
    },
    Attack("credential revoked twice", .board, "entry 4: revokes a credential that was revoked before") {
      try replacing { forge, old, new in
        forge.replace(old, by: new)
        forge.replace(old, by: Credential(random: &forge.random).publicKey)
      }
    },
    Attack("replacement by the identity", .board, "entry 3: its new credential is not a valid one") {
      try replacing { forge, old, _ in forge.replace(old, by: .zero) }
    },
    Attack("replacement by what is no point", .board, "entry 3: its new credential is not a valid one") {
      try replacing { forge, old, _ in forge.replace(old, by: Bytes32(bytes(hex: BadEncoding.points[0]).span)) }
    },
    Attack("replacement by another voter's credential", .board, "entry 3: its new credential stood on the roll") {
      try replacing { forge, old, _ in forge.replace(old, by: forge.voters[1].key) }
    },
    Attack("replacement by itself", .board, "entry 3: its new credential stood on the roll") {
      try replacing { forge, old, _ in forge.replace(old, by: old) }
    },
    Attack("replacement by a revoked credential", .board, "entry 4: its new credential stood on the roll") {
      try replacing { forge, old, new in
        forge.replace(old, by: new)
        forge.replace(new, by: old)
      }
    },
    Attack("two voters given one new credential", .board, "entry 2: its new credential stood on the roll") {
      var forge = try Forge(single())
      forge.replace(0)
      forge.replace(forge.voters[1].key, by: forge.voters[0].key)
      forge.close()
      return Evidence(record: try forge.record())
    },
    Attack("replacement of a larger weight", .board, "entry 3: its weight is not 1") {
      try replacing { forge, old, new in forge.replace(old, by: new, weight: 2) }
    },
    Attack("replacement of weight 0", .board, "entry 3: its weight is not 1") {
      try replacing { forge, old, new in forge.replace(old, by: new, weight: 0) }
    },
    Attack("replacement with a byte more", .board, "entry 3: wrong length") {
      try acting { $0.append(.replacement, [UInt8](repeating: 0, count: 101)) }
    },
    Attack("replacement after closing", .board, "entry 3: a closing or an abort entry must be the last") {
      var forge = try begun(single())
      forge.close()
      forge.replace(0)
      return Evidence(record: try forge.record())
    },
    Attack("replacement left out of the result", .result, "result: its counts") {
      var forge = try begun(single())
      forge.replace(0)
      forge.close()
      var record = try forge.record()
      // The last byte of `replaced`.
      record["result"][10 + 4 + 4 + 8 + 4 + 3] = 0
      return Evidence(record: record)
    },
    Attack("voter replaced in the tally by weight", .encryptedTally, "option 1: its encrypted total") {
      var forge = try begun(single())
      forge.replace(0)
      try forge.cast([[1, 0, 0]], by: 0)
      forge.close()
      // As if the new credential's ballot did not count.
      return Evidence(record: try forge.record(counted: forge.counted().filter { $0.ballot.credential != forge.voters[0].key }))
    },
  ]

  // MARK: How they are made

  /// An election in which all but the first voter have voted, entries 1 and 2, and something is done before it is closed.
  private static func acting(_ act: (inout Forge) throws -> Void) throws -> Evidence {
    var forge = try begun(single())
    try act(&forge)
    forge.close()
    return Evidence(record: try forge.record())
  }

  /// The same with the first voter's credential and a new one.
  private static func replacing(_ act: (inout Forge, Bytes32, Bytes32) throws -> Void) throws -> Evidence {
    try acting { forge in
      let new = Credential(random: &forge.random).publicKey
      try act(&forge, forge.voters[0].key, new)
    }
  }

  /// An aborted election, and something that is done to its record.
  private static func aborting(_ alter: (Forge, inout MemoryRecord) throws -> Void) throws -> Evidence {
    var forge = try begun(single())
    forge.abort()
    var record = try forge.abortedRecord()
    try alter(forge, &record)
    return Evidence(record: record)
  }
}

extension Forge {
  /// Casts as someone whom the voter was before.
  fileprivate mutating func cast(_ values: [[UInt32]], by voter: Int, as other: Voter) throws {
    let now = voters[voter]
    voters[voter] = other
    try cast(values, by: voter)
    voters[voter] = now
  }
}
