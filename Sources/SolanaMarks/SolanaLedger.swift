import Curve25519
import Solana
import SolanaTransactions
import VotingService

/// Marks results on Solana: the chain that `VotingService` asks for (`docs/spec/13-anchors-on-solana.md`, 13.3 and 13.4).
public struct SolanaLedger: ResultLedger {
  /// The least that is offered for a unit of computing, in millionths of a lamport: transactions that offer nothing come last.
  public static let lowestPrice: UInt64 = 1000

  private let client: SolanaClient
  private let network: Bytes32?
  private let payerKey: Ed25519.PrivateKey
  private let highestPrice: UInt64
  private let tries: Int
  private let pause: @Sendable () async -> Void

  /// - Parameters:
  ///   - network: the hash of the network's first block; `nil`: whichever the endpoints belong to.
  ///   - payerKey: of the service's own account, which makes nonce accounts and gives joint keys their money.
  ///   - highestPrice: that is offered for a unit of computing, in millionths of a lamport; no more than trustees sign for counts.
  ///   - tries: how often the network is asked in one call what became of something.
  ///   - pause: waits between.
  public init(
    _ client: SolanaClient, network: Bytes32?, payerKey: Ed25519.PrivateKey, highestPrice: UInt64, tries: Int = 40,
    pause: @escaping @Sendable () async -> Void
  ) {
    self.client = client
    self.network = network
    self.payerKey = payerKey
    self.highestPrice = min(highestPrice, ResultAnchor.maximumPrice)
    self.tries = tries
    self.pause = pause
  }

  /// The account that pays.
  public var payer: SolanaAddress { SolanaAddress(payerKey.publicKey) }

  public func find(_ file: CertifiedFile) async throws(LedgerTrouble) -> ResultAnchorProof? {
    try await asking(file) { (anchoring, network) throws(SolanaError) in
      try await anchoring.find().map { Self.proof($0, network) }
    }
  }

  public func prepare(_ file: CertifiedFile) async throws(LedgerTrouble) -> SolanaMessage {
    let (client, key, highest) = (client, payerKey, highestPrice)
    return try await asking(file) { (anchoring, _) throws(SolanaError) in
      let mark = anchoring.mark
      let recent = try await client.recentPrice(changing: [mark.nonceAccount, mark.jointAddress])
      let price = min(max(recent, Self.lowestPrice), highest)
      let nonce = try await anchoring.prepare(price: price) { (message) throws(SolanaError) in key.sign(message) }
      return mark.message(nonce: nonce, price: price)
    }
  }

  public func send(
    _ message: SolanaMessage, signature: [UInt8], of file: CertifiedFile
  ) async throws(LedgerTrouble) -> LedgerOutcome {
    try await asking(file) { (anchoring, network) throws(SolanaError) in
      switch try await anchoring.submit(message, signature: signature) {
      case .anchored(let place): .marked(Self.proof(place, network))
      case .nonceSpent: .failed
      case .pending: .pending
      }
    }
  }

  private static func proof(_ place: ResultAnchorPlace, _ network: Bytes32) -> ResultAnchorProof {
    ResultAnchorProof(network: network, slot: place.slot, transaction: place.transaction)
  }

  /// Asks the network that was configured, and no other.
  private func asking<Answer: Sendable>(
    _ file: CertifiedFile, _ body: @Sendable (ResultAnchoring, Bytes32) async throws(SolanaError) -> Answer
  ) async throws(LedgerTrouble) -> Answer {
    do throws(SolanaError) {
      let found = try await client.genesisHash()
      if let network, found != network { throw .wrongNetwork }
      let anchoring = try ResultAnchoring(
        client, election: file.election, certificate: file.certificate, jointKey: file.jointKey, payer: payer, tries: tries,
        pause: pause)
      return try await body(anchoring, found)
    } catch { throw LedgerTrouble(error.text(payer)) }
  }
}

extension SolanaError {
  /// What went wrong, in plain words, and what to do. Addresses of endpoints, which may hold keys, are no part of it.
  fileprivate func text(_ payer: SolanaAddress) -> String {
    switch self {
    case .connectionLost: "no node of Solana answers"
    case .unknownOutcome: "a transaction was sent and is not there yet"
    case .blockhashNotFound: "a transaction was too old when it arrived"
    case .insufficientFunds: "the account \(String(decoding: payer.text, as: UTF8.self)) has too little money"
    case .signatureVerificationFailed, .badSignature: "a signature does not hold"
    case .transactionFailed(let error): "the network refuses the transaction: \(error.prefix(200))"
    case .refused(let code, let message): "a node refuses (\(code)): \(message.prefix(200))"
    case .badAnswer(let method): "a node gives no answer to \(method)"
    case .wrongNetwork: "a node belongs to another network"
    case .foreignNonceAccount: "the account of the nonce is somebody else's"
    }
  }
}
