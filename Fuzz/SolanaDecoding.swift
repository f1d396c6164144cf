import Curve25519
import SolanaTransactions

/// What nodes and coordinators send about Solana: what is read is written as it was, and nobody signs or believes what is not the mark of the result.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  let anchored = Anchored.shared
  // One in two inputs is a list of changes to good bytes, which random ones almost never are.
  func bytes(_ example: [UInt8]) -> [UInt8] { input[0] & 8 == 8 ? example.changed(as: input) : Array(input.all.dropFirst()) }
  switch input[0] & 7 {
  case 0, 1: anchored.readMessage(bytes(anchored.message))
  case 2, 3: anchored.readTransaction(bytes(anchored.transaction))
  case 4: anchored.readProof(bytes(anchored.proof))
  case 5: anchored.readNonce(bytes(anchored.nonce))
  default: anchored.readText(bytes(anchored.text))
  }
  return 0
}

/// A result that was marked.
struct Anchored: Sendable {
  static let shared = Anchored()

  private let anchor: ResultAnchor
  private let key: Ed25519.PrivateKey
  private let certificate: [UInt8]
  private let good: SolanaTransaction
  let message: [UInt8]
  let transaction: [UInt8]
  let proof: [UInt8]
  let nonce: [UInt8]
  let text: [UInt8]

  private init() {
    var random = SeededRandom(seed: [3])
    key = Ed25519.PrivateKey(seed: Bytes32(random.bytes(32).span))
    let election = Bytes32(random.bytes(32).span)
    let value = Bytes32(random.bytes(32).span)
    certificate = random.bytes(242)
    let account = ResultAnchor.nonceAccount(election: election, payer: SolanaAddress(value))
    guard
      let anchor = ResultAnchor(election: election, certificate: certificate, jointKey: key.publicKey, nonceAccount: account)
    else { preconditionFailure("an account of its own") }
    self.anchor = anchor
    let made = anchor.message(nonce: value, price: 1000)
    guard let signature = SolanaSignature(key.sign(made.encoded)), let good = SolanaTransaction(made, signatures: [signature])
    else { preconditionFailure("one signature") }
    self.good = good
    message = made.encoded
    transaction = good.encoded
    proof = ResultAnchorProof(network: value, slot: 1, transaction: good).encoded
    nonce = NonceAccount(authority: SolanaAddress(key.publicKey), value: value, lamportsPerSignature: 5000).encoded
    text = account.text
    // Where the good ones are not read, nothing is shown by those that are not.
    precondition((try? ResultAnchorProof(proof))?.encoded == proof && anchor.isAnchored(by: good), "a good mark")
  }

  func readMessage(_ bytes: [UInt8]) {
    guard let read = try? SolanaMessage(bytes) else {
      precondition((try? anchor.check(bytes)) == nil, "what cannot be read is signed")
      return
    }
    precondition(read.encoded == bytes, "another encoding")
    precondition(read.signers > 0 && read.signers <= read.accounts.count, "nobody signs")
    guard let (nonce, price) = try? anchor.check(bytes) else { return }
    precondition(price <= ResultAnchor.maximumPrice, "too dear")
    precondition(anchor.message(nonce: nonce, price: price).encoded == bytes, "another message")
  }

  func readTransaction(_ bytes: [UInt8]) {
    guard let read = try? SolanaTransaction(bytes) else { return }
    precondition(read.encoded == bytes, "another encoding")
    precondition(read.signatures.count == read.message.signers && bytes.count <= SolanaMessage.packetLength, "no transaction")
    if anchor.isAnchored(by: read) { precondition(read == good, "a mark that nobody has signed") }
  }

  func readProof(_ bytes: [UInt8]) {
    guard let read = try? ResultAnchorProof(bytes) else { return }
    precondition(read.encoded == bytes, "another encoding")
    if read.shows(election: anchor.election, certificate: certificate, jointKey: key.publicKey) {
      precondition(read.transaction == good, "a mark that nobody has signed")
    }
  }

  func readNonce(_ bytes: [UInt8]) {
    guard let read = try? NonceAccount(bytes) else { return }
    precondition(read.encoded == bytes, "another encoding")
  }

  func readText(_ bytes: [UInt8]) {
    if let read = SolanaAddress(text: bytes) { precondition(read.text == bytes, "another address") }
    if let read = SolanaSignature(text: bytes) { precondition(read.text == bytes, "another signature") }
    let value = Array(bytes.prefix(64))
    precondition(Base58.decode(Base58.encode(value), count: value.count) == value, "another value")
  }
}
