import Curve25519
import Elections
import Sealing
import TestBoards
import TestSupport
import ThresholdCryptography
import VotingService

extension TrusteeField {
  /// Hands all shares over by the service: everybody stays but for those replaced.
  ///
  /// - Parameters:
  ///   - newcomers: by the number that each gets.
  ///   - dealers: as many as are needed, none of them replaced.
  ///   - isInForce: whether the dealers then cosign what shows the renewal.
  mutating func handOver(to newcomers: [Int: TestTrustee] = [:], by dealers: [Int], isInForce: Bool = true) async throws {
    let (ceremonies, boards) = (server().ceremonies, server().boards)
    let numbers = newcomers.keys.sorted()
    let invitations = try await ceremonies.handOver(
      election, replacing: numbers.map { TrusteeReplacement(number: $0, name: "Seat \($0) again") })
    for (number, invitation) in zip(numbers, invitations) {
      trustees[number - 1] = try need(newcomers[number], "a newcomer")
      try await trustees[number - 1].join(invitation.token, server())
    }
    let roster = try await boards.roster(of: election)
    let list = HandOverList(
      election: try await boards.opening(of: election).electionID, after: roster,
      members: try trustees.map { .init(name: try text($0.name), signingKey: $0.key.publicKey) })
    for dealer in dealers {
      try await ceremonies.approveHandOver(list.digest.bytes, election, by: trustees[dealer - 1].key.publicKey)
    }
    let wanted = try need(try await state().handOver, "a hand-over")
    let id = try need(wanted.attempt, "an attempt")
    let acting = roster.current.acting
    let configuration = try HandOverConfiguration(
      id: id, list: list.digest, keys: acting.keys, dealers: dealers, oldSigningKeys: acting.signingKeys,
      newSigningKeys: trustees.map { $0.key.publicKey })
    var parties = try trustees.enumerated().map { index, trustee in
      try HandOver<AES256GCM>(
        configuration, recipient: index + 1, oldShares: dealers.contains(index + 1) ? trustee.shares : nil, signingKey: trustee.key,
        seed: trustee.seed)
    }
    var isQuiet = false
    var read = parties.map { _ in 0 }
    while !isQuiet {
      isQuiet = true
      for index in parties.indices {
        for message in try await ceremonies.messages(ofHandOver: id, election, after: read[index]).messages {
          _ = parties[index].receive(message)
          read[index] += 1
        }
        guard let message = parties[index].next() else { continue }
        try await ceremonies.append(message, toHandOver: id, election)
        isQuiet = false
      }
    }
    for index in parties.indices { trustees[index].renewed = try need(parties[index].newShares, "new shares") }
    if isInForce { for dealer in dealers { try await cosignRenewal(trustees[dealer - 1], as: dealer) } }
  }

  /// Cosigns the checkpoint that the service asks somebody for who has cosigned none yet.
  mutating func cosignRenewal(_ trustee: TestTrustee, as number: Int) async throws {
    let key = trustee.key.publicKey
    let request = try await server().ceremonies.witnessRequest(election, old: 1, by: key)
    let checkpoint = request.checkpoint.checkpoint
    let line = try trustee.cosign(checkpoint, origin: field.parts.origin, as: number, time: field.clock.now() / 1000)
    try await server().ceremonies.cosign(line, size: checkpoint.size, election, by: key)
  }
}
