import Curve25519
import Elections
import TestSupport
import ThresholdCryptography

// Shares that were handed over: check 3, and those that look at who the trustees are.
extension Attack {
  static let renewals: [Attack] = renewalFiles + renewalEntries + force + outdated

  private static let renewalFiles: [Attack] = [
    Attack("a dealer that deals something else than its part of the key", .jointKey, "renewal-1: trustee 2: dealt something else") {
      try renewing { $0.dealers[1].polynomials.election[0] += .one }
    },
    Attack("two dealers whose wrong parts add up to the key", .jointKey, "renewal-1: trustee 1: dealt something else") {
      try renewing { forger in
        forger.dealers[0].polynomials.election[0] += .one
        forger.dealers[1].polynomials.election[0] = forger.dealers[1].polynomials.election[0] - .one
      }
    },
    Attack("another beacon key by a hand-over", .jointKey, "renewal-1: trustee 1: dealt something else") {
      try renewing { $0.dealers[0].polynomials.beacon[0] = Scalar(7) }
    },
    Attack("another signing key by a hand-over", .jointKey, "renewal-1: trustee 2: dealt something else") {
      try renewing { $0.dealers[1].polynomials.signing[0] = Scalar(7) }
    },
    Attack("a hand-over that a dealer has not signed", .jointKey, "renewal-1: trustee 1: has not signed") {
      try renewing { $0.dealers[0].signing = $0.dealers[1].signing }
    },
    Attack("a hand-over by one dealer, twice", .jointKey, "renewal-1: its dealers are not") {
      try renewing { $0.dealers[1] = $0.dealers[0] }
    },
    Attack("a hand-over by dealers out of order", .jointKey, "renewal-1: its dealers are not") {
      try renewing { $0.dealers.reverse() }
    },
    Attack("consent to another list taken for this one", .jointKey, "renewal-1: trustee 1: dealt to other trustees") {
      try renewing(replacing: [3]) { forger in
        var approved = forger
        approved.members[2].signing = Ed25519.PrivateKey(seed: .zero)
        forger.claimedTerms = approved.terms
      }
    },
    Attack("a new trustee that has not confirmed", .jointKey, "renewal-1: trustee 3: has not confirmed") {
      try renewing(replacing: [3]) { forger in
        forger.change = { renewal in
          var members = renewal.members
          members[2] = changed(members[2], confirmation: members[1].confirmation)
          renewal = Renewal(number: 1, handOver: renewal.handOver, members: members, deals: renewal.deals)
        }
      }
    },
    Attack("an ephemeral key that the dealer copied", .jointKey, "renewal-1: trustee 2: the proof of its ephemeral key") {
      try renewing { forger in
        let unchanged = forger
        forger.change = { renewal in
          let (one, two) = (renewal.deals[0].deal, renewal.deals[1].deal)
          let copied = HandOverDeal(
            dealer: 2, terms: two.terms, commitments: two.commitments, ephemeral: one.ephemeral, proof: one.proof,
            sharesHash: two.sharesHash)
          let text = unchanged.signedText(2, 2) { copied.encode(to: &$0) }
          let deals = [renewal.deals[0], Renewal.SignedDeal(copied, signature: unchanged.dealers[1].signing.sign(text))]
          renewal = Renewal(number: 1, handOver: renewal.handOver, members: renewal.members, deals: deals)
        }
      }
    },
    Attack("a trustee under two numbers by a hand-over", .jointKey, "renewal-1: trustee 3: a signing key") {
      try renewing { $0.members[2].signing = $0.members[0].signing }
    },
    Attack("a kept trustee under another name", .jointKey, "renewal-1: trustee 2: a name") {
      try renewing { $0.members[1].name = try text("Somebody") }
    },
    Attack("two trustees of one name by a hand-over", .jointKey, "renewal-1: trustee 3: a name") {
      try renewing(replacing: [3]) { $0.members[2].name = $0.members[0].name }
    },
    Attack("one trustee fewer by a hand-over", .jointKey, "renewal-1: not as many trustees") {
      try renewing { $0.members.removeLast() }
    },
    Attack("a transport key that is the identity", .jointKey, "renewal-1: trustee 2: its transport or draw key") {
      try renewing { $0.members[1].transport = .identity }
    },
    Attack("two trustees with one draw key by a hand-over", .jointKey, "renewal-1: trustee 2: its transport or draw key") {
      try renewing { $0.members[1].drawKey = $0.members[0].drawKey }
    },
    Attack("the log's key as a new trustee's", .jointKey, "renewal-1: trustee 3: a signing key") {
      try renewed { forge in
        let key = forge.logKey
        try forge.renew(replacing: [3]) { $0.members[2].signing = key }
      }
    },
    Attack("a trustee that was replaced comes back with its old key", .jointKey, "renewal-2: trustee 3: a signing key") {
      try renewed { forge in
        let old = forge.trustees.signing[2]
        try forge.renew(replacing: [3])
        try forge.renew(replacing: [3]) { $0.members[2].signing = old }
      }
    },
    Attack("a hand-over that passes over the one before", .jointKey, "renewal-2: trustee 1: dealt") {
      try renewed { forge in
        try forge.renew()
        let file = forge.trusteesFile
        try forge.renew { forger in
          forger.claimedTerms = {
            var other = forger
            other.before = SHA256.digest(file)
            return other.terms
          }()
        }
      }
    },
    Attack("a hand-over of another election", .jointKey, "renewal-1: trustee 1: dealt to other trustees") {
      try renewing { forger in
        var other = forger
        other.election = .zero
        forger.claimedTerms = other.terms
      }
    },
    Attack("a byte after a renewal", .jointKey, "renewal-1: 1 bytes too many") {
      try renewed { forge in
        try forge.renew()
        forge.renewals[0].append(0)
        var writer = ByteWriter()
        writer.u16(1)
        writer.b32(SHA256.digest(forge.renewals[0]))
        forge.alterBody(forge.entries.count - 1) { $0 = writer.bytes }
      }
    },
    Attack("a renewal exchanged afterwards", .jointKey, "renewal-1: its hash is not the one in entry 3") {
      var forge = try begun(single())
      var other = forge
      try other.renew(replacing: [2])
      try forge.renew()
      forge.close()
      var record = try forge.record()
      record["renewal-1"] = other.renewals[0]
      return Evidence(record: record)
    },
  ]

  private static let renewalEntries: [Attack] = [
    Attack("a renewal without a number", .board, "entry 3: not renewal 1") {
      try renewing { $0.changeEntry = { $0[1] = 0 } }
    },
    Attack("a renewal that jumps a number", .board, "entry 3: not renewal 1") { try renewing { $0.changeEntry = { $0[1] = 2 } } },
    Attack("a renewal entry twice", .board, "entry 4: not renewal 2") {
      try renewed { forge in
        try forge.renew()
        forge.entries.append(forge.entries[3])
      }
    },
    Attack("a renewal entry of another length", .board, "entry 3: wrong length") {
      try renewing { $0.changeEntry = { $0.append(0) } }
    },
    Attack("a renewal after the closing", .board, "entry 4: a closing or an abort entry must be the last") {
      var forge = try begun(single())
      try forge.cast([[1, 0, 0]], by: 0)
      forge.close()
      try forge.renew()
      return Evidence(record: try forge.record())
    },
  ]

  private static let outdated: [Attack] = [
    Attack("a partial decryption by a share from before a renewal", .decryption, "trustee 2: decrypted with a share from before") {
      var forge = try begun(single())
      let old = forge.trustees.shares(of: 2)
      try forge.renew()
      forge.close()
      var record = try forge.record()
      let statement = forge.statement()
      var random = seeded("old share")
      let partials = [
        forge.partials(statement, by: [1])[0], PartialDecryption(of: statement, with: old[.election], using: &random),
      ]
      record["tally"] = forge.tally(statement, partials)
      forge.certify(&record)
      return Evidence(record: record)
    },
    Attack("a cosignature of a trustee that was replaced", .board, "cosigned with the key of Trustee 3, who was trustee 3") {
      var forge = try begun(single())
      let old = forge.trustees.signing[2]
      try forge.renew(replacing: [3])
      forge.close()
      var record = try forge.record(cosigners: [1, 2])
      let signed = try forge.cosigned(forge.checkpoint(), by: [1, 2])
      record["checkpoint"] = try signed.adding(forge.cosignature(of: 3, on: signed, by: old)).bytes
      return Evidence(record: record)
    },
    Attack("a closing draw with a draw key from before a renewal", .draws, "trustee 1: the proof of its own value") {
      var forge = try begun(single())
      let old = forge.trustees.drawSeeds[0]
      try forge.renew()
      forge.close()
      var record = try forge.record()
      let draw = forge.closingDraw(by: [1, 2])
      let seed = DrawSeed.closing(election: forge.electionID, size: draw.size, root: draw.root)
      let own = ECVRF.PrivateKey(seed: old).prove(seed.value.bytes)
      let parts = [DrawPart(evaluation: draw.parts[0].evaluation, own: own), draw.parts[1]]
      record["draw-closing"] = DrawRecord(size: draw.size, root: draw.root, parts: parts).encoded
      forge.certify(&record)
      return Evidence(record: record)
    },
    Attack("new trustees on the record that no renewal entry has made", .board, "checkpoint: ") {
      var forge = try begun(single())
      var renewed = forge
      try renewed.renew(replacing: [1, 2, 3])
      forge.close()
      var record = try forge.record()
      record["renewal-1"] = renewed.renewals[0]
      forge.trustees.signing = renewed.trustees.signing
      record["checkpoint"] = try forge.cosigned(forge.checkpoint(), by: [1, 2, 3]).bytes
      return Evidence(record: record)
    },
  ]

  /// Renewals that those before them have not brought into force.
  private static let force: [Attack] = [
    Attack(
      "a renewal that too few of those before have cosigned", .board, "renewal-1-checkpoint: 1 cosignatures where 2 are needed"
    ) {
      try forced { $0.cosigners.removeLast() }
    },
    Attack("a renewal that one has cosigned twice", .board, "renewal-1-checkpoint: ") {
      var evidence = try forced { $0.cosigners.removeLast() }
      let lines = evidence.record["renewal-1-checkpoint"].split(separator: 0x0a)
      evidence.record["renewal-1-checkpoint"] += lines[lines.count - 1] + [0x0a]
      return evidence
    },
    Attack("a renewal that the successors have cosigned alone", .board, "renewal-1-checkpoint: 0 cosignatures where 2 are needed") {
      try renewed { forge in
        try forge.renew(replacing: [1, 2, 3])
        forge.inForce[0].cosigners = forge.trustees.signing.enumerated().map { ($0.offset + 1, $0.element) }
      }
    },
    Attack("a renewal with a successor's line beside those of before", .board, "renewal-1-checkpoint: signature lines out of order")
    {
      try renewed { forge in
        try forge.renew(replacing: [3])
        forge.inForce[0].cosigners.append((3, forge.trustees.signing[2]))
      }
    },
    Attack("a renewal cosigned out of order", .board, "renewal-1-checkpoint: signature lines out of order") {
      try forced { $0.cosigners.reverse() }
    },
    Attack("a renewal that comes into force before its entry", .board, "renewal-1-checkpoint: it does not contain the renewal") {
      try forced { $0.size -= 1 }
    },
    Attack("a renewal that came into force on another board", .board, "renewal-1-checkpoint: forked") {
      try forced { force in
        force.change = { [cosigners = force.cosigners] forge, signed in
          let other = try forge.checkpoint(size: Int(signed.checkpoint.size), root: .zero)
          return try cosigners.reduce(other) { try $0.adding(forge.cosignature(of: $1.number, on: other, by: $1.key)) }
        }
      }
    },
    Attack("a renewal that came into force on a larger board", .board, "renewal-1-checkpoint: its size exceeds") {
      try forced { force in
        force.change = { [cosigners = force.cosigners] forge, _ in
          let other = try forge.checkpoint(size: forge.entries.count + 1, root: .zero)
          return try cosigners.reduce(other) { try $0.adding(forge.cosignature(of: $1.number, on: other, by: $1.key)) }
        }
      }
    },
    Attack("a renewal that came into force on another log", .board, "renewal-1-checkpoint: of another log") {
      try forced { force in
        force.change = { [cosigners = force.cosigners] forge, signed in
          var elsewhere = forge
          elsewhere.opening.origin += Array(".example".utf8)
          let other = try elsewhere.checkpoint(size: Int(signed.checkpoint.size))
          return try cosigners.reduce(other) { try $0.adding(elsewhere.cosignature(of: $1.number, on: other, by: $1.key)) }
        }
      }
    },
    Attack("a renewal whose checkpoint the log has not signed", .board, "renewal-1-checkpoint: ") {
      try forced { force in
        force.change = { [cosigners = force.cosigners] forge, signed in
          let other = try forge.checkpoint(size: Int(signed.checkpoint.size), by: cosigners[0].key)
          return try cosigners.reduce(other) { try $0.adding(forge.cosignature(of: $1.number, on: other, by: $1.key)) }
        }
      }
    },
    Attack("the checkpoint of an earlier renewal for a later one", .board, "renewal-2-checkpoint: it does not contain the renewal")
    {
      try renewed { forge in
        try forge.renew()
        try forge.renew()
        forge.inForce[1].size = forge.inForce[0].size
      }
    },
    Attack("a byte after the checkpoint of a renewal", .board, "renewal-1-checkpoint: ") {
      var evidence = try forced { _ in }
      evidence.record["renewal-1-checkpoint"].append(0x0a)
      return evidence
    },
  ]

  private static func forced(_ change: (inout RenewalForce) throws -> Void) throws -> Evidence {
    try renewed { forge in
      try forge.renew(replacing: [3])
      try change(&forge.inForce[0])
    }
  }

  private static func changed(_ member: Renewal.Member, confirmation: [UInt8]) -> Renewal.Member {
    Renewal.Member(name: member.name, signingKey: member.signingKey, recipient: member.recipient, confirmation: confirmation)
  }

  /// An election in which the shares were handed over, as entry 3, by one who has all keys.
  private static func renewing(
    replacing replaced: [Int] = [], _ change: (inout RenewalForger) throws -> Void
  ) throws -> Evidence {
    try renewed { try $0.renew(replacing: replaced, change) }
  }

  private static func renewed(_ renew: (inout Forge) throws -> Void) throws -> Evidence {
    var forge = try begun(single())
    try renew(&forge)
    try forge.cast([[1, 0, 0]], by: 0)
    forge.close()
    return Evidence(record: try forge.record(cosigners: Array(1...forge.trustees.signing.count)))
  }
}
