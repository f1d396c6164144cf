import BallotCryptography
import Elections
import Sealing
import Testing
import TransparencyLog
import TrusteeAgent
import Verification

@testable import Curve25519
@testable import ThresholdCryptography
@testable import TrusteeSupport

/// t − 1 trustees have put all their secrets together, and the service helps them: what they try fails.
@Suite("t − 1 trustees with all their secrets")
struct FewerThanThresholdTests {
  @Test(arguments: [(2, 2), (3, 2), (5, 3)]) func theyDecryptNothing(trustees: Int, threshold: Int) throws {
    let made = try Conspiracy(trustees: trustees, threshold: threshold)
    let aggregate = try made.closed()
    let key = try made.roster.thresholdKey(.election)
    // The first ballot alone, and all together.
    let ballot = try made.firstBallot(of: aggregate)
    for statement in [aggregate, ballot] {
      let own = made.secrets.map { PartialDecryption(of: statement, with: $0[.election], using: &made.random) }
      for part in own { try part.verify(statement, key: key) }
      #expect(throws: CombinationError.tooFew(found: threshold - 1, needed: threshold)) {
        try Combination.plaintexts(statement, own, key: key)
      }
      // As if they were enough, and with every share they can think of for one who is missing.
      let interpolated = try made.interpolated(.election)
      var attempts = [statement.totals.map { $0.beta - interpolated * $0.alpha }]
      for guess in try made.guesses(.election) {
        let forged = PartialDecryption(of: statement, with: SecretShare(trustee: threshold, value: guess), using: &made.random)
        #expect(throws: PartialDecryptionError.self) { try forged.verify(statement, key: key) }
        attempts.append(try Combination.plaintexts(statement, own + [forged], key: key))
      }
      let votes = (0...10).map { RistrettoPoint.vartimeSum([Scalar(UInt64($0))], [.generator]) }
      #expect(attempts.allSatisfy { $0.allSatisfy { !votes.contains($0) } })
    }
    // With one more it is read at once: the attack is the right one.
    let honest = try #require(made.vaults[threshold - 1].keyring.elections[0].ceremony?.shares)
    let all = (made.secrets + [honest]).map { PartialDecryption(of: aggregate, with: $0[.election], using: &made.random) }
    #expect(
      try Combination.plaintexts(aggregate, all, key: key)
        == [1, 2].map { RistrettoPoint.vartimeSum([Scalar(UInt64($0))], [.generator]) })
  }

  @Test(arguments: [(3, 2), (5, 3)]) func theyDoNotForeseeTheDraw(trustees: Int, threshold: Int) throws {
    let made = try Conspiracy(trustees: trustees, threshold: threshold)
    let closed = try made.closed()
    let seed = DrawSeed.closing(election: closed.election, size: closed.size, root: closed.root)
    let statement = BeaconStatement(seed: seed, key: try made.roster.thresholdKey(.beacon))
    let own = made.secrets.map { PartialEvaluation(of: statement, with: $0[.beacon], using: &made.random) }
    #expect(throws: CombinationError.self) { try BeaconOutput(combining: own, of: statement) }
    var outputs: [Bytes32] = []
    for guess in try made.guesses(.beacon) {
      let forged = PartialEvaluation(of: statement, with: SecretShare(trustee: threshold, value: guess), using: &made.random)
      #expect(throws: PartialEvaluationError.self) { try forged.verify(statement) }
      #expect(throws: (any Error).self) { try BeaconOutput(of: statement, own + [forged]) }
      outputs.append(try BeaconOutput(combining: own + [forged], of: statement).value)
    }
    try made.decrypt()
    let record = try DrawRecord(try #require(made.service.with { $0.board?.files["draw-closing"] }))
    let truth = try record.output(at: seed, key: statement.key, drawKeys: made.roster.drawKeys).value
    #expect(!outputs.contains(truth))
  }

  @Test(arguments: [(3, 2), (5, 3)]) func theySignNothing(trustees: Int, threshold: Int) throws {
    let made = try Conspiracy(trustees: trustees, threshold: threshold)
    let key = JointSigningKey(try made.roster.thresholdKey(.signing))
    let message = Array("another result".utf8)
    // Among themselves, the threshold lowered; and with guessed shares for one who is missing.
    let joint = try made.roster.thresholdKey(.signing)
    for missing in try [nil] + made.guesses(.signing).map({ Optional($0) }) {
      var shares = made.secrets.map { $0[.signing] }
      if let missing { shares.append(SecretShare(trustee: threshold, value: missing)) }
      let publicShares = joint.publicShares.enumerated().map { index, point in
        index == threshold - 1 ? missing.map { RistrettoPoint.generatorMultiple($0) } ?? point : point
      }
      let own = JointSigningKey(threshold: shares.count, jointKey: joint.jointKey, publicShares: publicShares)
      #expect(throws: SigningError.self) { try made.sign(message, by: shares, own) }
      // The secret that would fit these shares signs for another key.
      let weights = try Combination.lagrangeCoefficients(shares.map { $0.trustee })
      let secret = zip(weights, shares).reduce(Scalar.zero) { $0 + $1.0 * $1.1.value }
      #expect(EdwardsPoint.generatorMultiple(secret).encoded != key.publicKey)
    }
  }

  /// Wagner's attack on Schnorr signatures in parallel sessions (Benhamouda and others, "On the (in)security of ROS", 2021) needs many sessions open at once. An honest
  /// signer opens one: it holds one nonce, whatever it is asked for.
  @Test func theyOpenNoParallelSessions() throws {
    let made = try Conspiracy(trustees: 3, threshold: 2)
    let key = JointSigningKey(try made.roster.thresholdKey(.signing))
    let honest = try #require(made.vaults[1].keyring.elections[0].ceremony?.shares)
    var signer = try JointSigner(key: key, message: [1], share: honest[.signing], using: &made.random)
    var answers: [(session: SigningSession, z: Scalar)] = []
    for _ in 0..<8 {
      let open = signer.commitment
      // However often it is asked, it has promised one commitment; of all lists with it, one is answered.
      for _ in 0..<3 { #expect(signer.commitment == open) }
      let lists = (0..<4).map { _ in [SigningNonce(for: made.secrets[0][.signing], using: &made.random).commitment, open] }
      let response = try signer.respond(to: lists[0], using: &made.random)
      for list in lists.dropFirst() {
        #expect(throws: SigningError.foreignCommitment(trustee: 2)) { _ = try signer.respond(to: list, using: &made.random) }
      }
      let session = try SigningSession(key: key, message: [1], commitments: lists[0])
      #expect(session.verify(response.share))
      answers.append((session, response.share.value))
    }
    // Whatever is added up of what was answered signs no other message.
    let weight = try Combination.lagrangeCoefficients([1, 2])[0]
    let own = weight * made.secrets[0][.signing].value
    for chosen in 1..<256 {
      let some = answers.indices.filter { chosen >> $0 & 1 == 1 }.map { answers[$0] }
      let z = some.reduce(Scalar.zero) { $0 + $1.z }
      let r = some.reduce(EdwardsPoint.identity) { sum, answer in
        sum + answer.session.commitments[1].hidingPoint + answer.session.bindingFactors[1]
          * answer.session.commitments[1].bindingPoint
      }
      let c = some.reduce(Scalar.zero) { $0 + $1.session.challenge }
      let signature = r.encoded.bytes + (z + own * c).encoded.bytes
      #expect(!key.verify(signature: signature, message: [2]))
    }
  }

  /// The service asks an honest signer again after its machine has started again, for a session that it has answered with other signers' commitments.
  @Test func theyGetNoSecondAnswerWithOneNonce() throws {
    var made = try Conspiracy(trustees: 3, threshold: 2)
    try made.decrypt()
    let share = made.secrets[0][.signing]
    let number = 2
    _ = try made.agents[number - 1].step()
    let commitment = try #require(made.service.with { $0.coordinator?.readyCommitment(of: number) })
    func ask(_ made: Conspiracy) throws -> SigningAnswer? {
      let list = [SigningNonce(for: share, using: &made.random).commitment, commitment]
      made.service.with { $0.alterSigning = { _ in .session(list) } }
      let before = made.service.with { $0.heard.count }
      _ = try? made.agents[number - 1].step()
      return try made.service.with { try $0.heard.dropFirst(before).first.map { try SigningAnswer($0, trustee: number) } }
    }
    guard case .response(let first) = try ask(made) else {
      Issue.record("an honest signer answers the first time")
      return
    }
    #expect(first.next != commitment)
    // Alive: its nonce is used up. Fallen and started again: it has another one.
    for _ in 0..<3 {
      guard case .commitment(let fresh) = try ask(made) else {
        Issue.record("it answers a second time")
        return
      }
      #expect(fresh != commitment)
      made.restart(number)
    }
  }

  @Test(arguments: [(3, 2), (5, 3)]) func theyForgeNoRecord(trustees: Int, threshold: Int) throws {
    let made = try Conspiracy(trustees: trustees, threshold: threshold)
    try made.decrypt()
    while made.service.with({ $0.phase }) != .tallied { try made.round() }
    var files = try #require(made.service.with { $0.board?.files })
    files["checkpoint"] = try made.service.file(Array("checkpoint".utf8))
    #expect(made.passes(files))
    // The conspirators' own parts with those of nobody, of honest trustees from elsewhere, and of guessed shares.
    let statement = try made.closed()
    let true1 = try TallyRecord(try #require(files["tally"]), options: statement.totals.count)
    let own = made.secrets.map { PartialDecryption(of: statement, with: $0[.election], using: &made.random) }
    let shifted = statement.totals.map { Ciphertext(alpha: $0.alpha, beta: $0.beta + .generator) }
    var tallies = [TallyRecord(size: statement.size, root: statement.root, totals: statement.totals, partials: own)]
    tallies.append(TallyRecord(size: statement.size, root: statement.root, totals: shifted, partials: true1.partials))
    for guess in try made.guesses(.election).prefix(5) {
      let forged = PartialDecryption(of: statement, with: SecretShare(trustee: threshold, value: guess), using: &made.random)
      tallies.append(TallyRecord(size: statement.size, root: statement.root, totals: statement.totals, partials: own + [forged]))
    }
    let truth = try ElectionResult(try #require(files["result"]), options: statement.totals.count)
    let results = [[2, 1], [3, 0], [0, 3]].map {
      ElectionResult(cast: 3, counted: 3, countedWeight: 3, challenged: 0, replaced: 0, totals: $0).encoded
    }
    #expect(truth.totals == [2, 1] || truth.totals == [1, 2])
    for tally in tallies.map({ $0.encoded }) + [true1.encoded] {
      for result in results where result != truth.encoded {
        var forged = files
        (forged["tally"], forged["result"]) = (tally, result)
        #expect(!made.passes(forged))
        let certificate = ResultCertificate(
          election: statement.election, size: statement.size, root: statement.root, tally: tally, result: result,
          draw: try #require(files["draw-closing"]))
        // Signed by the conspirators as if they were enough.
        var random = made.random
        let secret = SecretShare(trustee: 1, value: try made.interpolated(.signing))
        let alone = JointSigningKey(
          threshold: 1, jointKey: .generatorMultiple(secret.value), publicShares: [.generatorMultiple(secret.value)])
        let nonce = SigningNonce(for: secret, using: &random)
        let session = try SigningSession(key: alone, message: certificate.message, commitments: [nonce.commitment])
        forged["certificate"] = certificate.encoded(signature: try session.signature(from: [try nonce.sign(session, with: secret)]))
        #expect(!made.passes(forged))
      }
    }
    #expect(!made.passes(try made.otherBoard(files)))
  }
}

extension Conspiracy {
  /// Their generator.
  var random: SystemRandom {
    get { SystemRandom() }
    nonmutating set {}
  }

  /// The first ballot, as if it were all.
  func firstBallot(of closed: DecryptionStatement) throws -> DecryptionStatement {
    let files = try #require(service.with { $0.board?.files })
    let size = Int(closed.size)
    let entries = try EntryBundle.decode(
      try #require(files[TilePath(.entries, index: 0, width: size).description]), count: size)
    let entry = try #require(try entries.map { try BoardEntry($0) }.first { $0.kind == .cast })
    let ballot = try CastBallot(entry.body).ballot
    let totals = try (0..<closed.totals.count).map { index in
      let (alpha, beta) = ballot.ciphertext(index)
      return Ciphertext(alpha: try #require(RistrettoPoint(alpha)), beta: try #require(RistrettoPoint(beta)))
    }
    return DecryptionStatement(election: closed.election, size: closed.size, root: closed.root, totals: totals)
  }

  /// A signature by these shares alone.
  func sign(_ message: [UInt8], by shares: [SecretShare], _ key: JointSigningKey) throws -> [UInt8] {
    var nonces: [Scalar] = []
    var commitments: [SigningCommitment] = []
    var random = random
    for share in shares {
      let (hiding, binding) = (Scalar.random(using: &random), Scalar.random(using: &random))
      nonces += [hiding, binding]
      commitments.append(
        SigningCommitment(
          trustee: share.trustee, hidingPoint: .generatorMultiple(hiding), bindingPoint: .generatorMultiple(binding)))
    }
    let session = try SigningSession(key: key, message: message, commitments: commitments)
    let parts = shares.enumerated().map { index, share in
      SignatureShare(
        trustee: share.trustee,
        value: nonces[2 * index] + nonces[2 * index + 1] * session.bindingFactors[index]
          + session.coefficients[index] * share.value * session.challenge)
    }
    return try session.signature(from: parts)
  }

  func passes(_ files: [String: [UInt8]]) -> Bool {
    (try? RecordVerifier(source: BoardFiles(files: files), runner: SequentialRunner()).verify().report)?.passed == true
  }

  /// A board with other ballots, signed by the log's key; the conspirators cosign it, and cosignatures of honest trustees are taken from the true one.
  func otherBoard(_ files: [String: [UInt8]]) throws -> [String: [UInt8]] {
    let other = TestService(copying: service)
    let draw = try #require(service.with { $0.openingDraw })
    let roster = roster
    try other.with { state in
      state.board = try TestBoard(
        origin: other.origin, title: other.title, roster: roster, quorum: state.quorum, draw: draw, voters: 10)
      try state.board?.cast(4..<7)
      try state.board?.close()
    }
    let board = try #require(other.with { $0.board })
    var checkpoint = try #require(board.checkpoint(of: board.size))
    let truth = try SignedCheckpoint(parsing: try #require(files["checkpoint"]))
    for number in 1...roster.trustees.count {
      if number < threshold {
        let signer = try NoteSigner(
          name: CosignerName.of(trustee: number, origin: other.origin), type: .cosignature,
          privateKey: vaults[number - 1].keyring.signingKey)
        checkpoint = try checkpoint.adding(try signer.cosign(checkpoint.checkpoint, timestamp: 1_700_000_100))
      } else if let line = try truth.note.signature(by: board.policy(at: board.size).witnesses[number - 1]) {
        checkpoint = try checkpoint.adding(line)
      }
    }
    var forged = files
    for (name, bytes) in board.files { forged[name] = bytes }
    forged["checkpoint"] = checkpoint.bytes
    return forged
  }
}
