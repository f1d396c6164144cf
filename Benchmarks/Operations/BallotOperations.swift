import BallotCryptography
import Curve25519

/// Making and verifying ballots.
enum BallotOperations {
  static var all: [Operation] {
    let single = BallotFactory.single()
    return contest(single) + batches(single, 4_000, isHeavy: true) + signatures(single) + handling(single) + contest(.approval())
      + contest(.score())
  }

  private static func group(_ factory: BallotFactory) -> String { "ballots: \(factory.name)" }

  private static func contest(_ factory: BallotFactory) -> [Operation] {
    let group = group(factory)
    return [
      Operation(id: "\(factory.id)-encrypt", group: group, name: "encrypt and prove") {
        let credential = Credential(random: &factory.random).publicKey
        var number = 0
        return .init {
          number += 1
          keep(factory.encrypt(number, credential: credential))
        }
      },
      Operation(id: "\(factory.id)-verify", group: group, name: "verify one, with its signature") {
        let ballots = Rolling(factory.first(16))
        return .init { factory.verify([ballots.next], signatures: true) }
      },
    ] + batches(factory, 1_000, isHeavy: false)
  }

  private static func batches(_ factory: BallotFactory, _ count: Int, isHeavy: Bool) -> [Operation] {
    [false, true].map { signatures in
      Operation(
        id: "\(factory.id)-batch-\(count)\(signatures ? "-signed" : "")", group: group(factory),
        name: "verify \(count) together\(signatures ? ", with signatures" : "")", items: count, isHeavy: isHeavy
      ) {
        let ballots = factory.first(count)
        return .init { factory.verify(ballots, signatures: signatures) }
      }
    }
  }

  /// Signatures alone, which a server looks at first.
  private static func signatures(_ factory: BallotFactory) -> [Operation] {
    [32, 1_000].map { count in
      Operation(
        id: "\(factory.id)-signatures-\(count)", group: group(factory), name: "verify \(count) signatures together, no proofs",
        items: count
      ) {
        let ballots = factory.first(count)
        return .init {
          var batch = SignatureBatch(factory.context)
          for ballot in ballots { precondition((try? batch.add(ballot)) != nil, "signature refused") }
          precondition(batch.invalidBallots().isEmpty, "signature does not verify")
        }
      }
    }
  }

  /// What is done to a ballot besides.
  private static func handling(_ factory: BallotFactory) -> [Operation] {
    let group = group(factory)
    return [
      Operation(id: "sign", group: group, name: "sign to cast") {
        let credential = Credential(random: &factory.random)
        let ballot = factory.encrypt(0, credential: credential.publicKey).ballot
        return .init { keep(CastBallot(ballot, credential: credential, random: &factory.random)) }
      },
      Operation(id: "opening-check", group: group, name: "check the opening of a challenged ballot") {
        let credential = Credential(random: &factory.random)
        let (ballot, opening) = factory.encrypt(1, credential: credential.publicKey)
        return .init { precondition(opening.opens(ballot, factory.context), "opening refused") }
      },
      Operation(id: "tally-addition", group: group, name: "add to the tally", items: 256) {
        var batch = BallotBatch(factory.context)
        for ballot in factory.first(256) { precondition((try? batch.add(ballot)) != nil, "ballot refused") }
        let ciphertexts = (0..<256).map { batch.ciphertexts($0) }
        return .init {
          var tally = EncryptedTally(factory.context.layout)
          for ballot in ciphertexts { tally.add(ballot, weight: 1) }
          keep(tally)
        }
      },
    ]
  }
}
