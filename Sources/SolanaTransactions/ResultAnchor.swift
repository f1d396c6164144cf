import Curve25519

/// The public mark of a signed result on Solana (`docs/spec/13-anchors-on-solana.md`): a memo in a transaction that the trustees' joint key alone signs and pays.
///
/// All that is signed follows from this value, the nonce and the price: each trustee makes or checks it by itself.
public struct ResultAnchor: Equatable, Sendable {
  /// Units of computing that the transaction may use; about 1000 are used.
  public static let unitLimit: UInt32 = 100_000
  /// The highest price a unit, in millionths of a lamport, for which trustees sign: 0.001 SOL for all.
  public static let maximumPrice: UInt64 = 10_000_000

  /// The election id.
  public let election: Bytes32
  /// SHA-256 of the file `certificate`.
  public let certificateHash: Bytes32
  /// The trustees' joint key of the third purpose (10.1), which pays.
  public let jointAddress: SolanaAddress
  /// Whose nonce the transaction uses; its authority is the joint key.
  public let nonceAccount: SolanaAddress

  /// The mark of a certificate; `nil` where the nonce account is one that the transaction names for something else.
  ///
  /// - Parameter certificate: the file, signature and all.
  public init?(election: Bytes32, certificate: [UInt8], jointKey: Bytes32, nonceAccount: SolanaAddress) {
    jointAddress = SolanaAddress(jointKey)
    let others = [jointAddress, .systemProgram, .computeBudgetProgram, .memoProgram, .recentBlockhashes]
    guard !others.contains(nonceAccount) else { return nil }
    self.election = election
    certificateHash = Bytes32(SHA256.hash(certificate).span)
    self.nonceAccount = nonceAccount
  }

  /// The nonce account of an election, which follows from who pays for it: nothing need be remembered, and it is made once.
  public static func nonceAccount(election: Bytes32, payer: SolanaAddress) -> SolanaAddress {
    .derived(from: payer, seed: seed(of: election))
  }

  /// 32 hexadecimal digits: the first half of the election id.
  static func seed(of election: Bytes32) -> [UInt8] { hexadecimal(Array(election.bytes.prefix(16))) }

  /// Has the payer make the nonce account, without a signature of the trustees, who alone may use the nonce.
  ///
  /// The money is sent first and space given then: an account that somebody else has sent money to can be made all the same. Made already, the whole
  /// transaction fails, and nothing is paid twice.
  public static func nonceCreation(
    election: Bytes32, payer: SolanaAddress, jointKey: Bytes32, lamports: UInt64
  ) -> [SolanaInstruction] {
    let account = nonceAccount(election: election, payer: payer)
    return [
      SystemProgram.transfer(from: payer, to: account, lamports: lamports),
      SystemProgram.allocate(base: payer, seed: seed(of: election), space: UInt64(NonceAccount.length)),
      SystemProgram.initializeNonce(account, authority: SolanaAddress(jointKey)),
    ]
  }

  /// `comitia:result:v1:<election id>:<hash of the certificate>`, both in hexadecimal digits: 147 bytes.
  public var memo: [UInt8] {
    let name: StaticString = "comitia:result:v1:"
    let start = Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    return start + Self.hexadecimal(election.bytes) + [0x3a] + Self.hexadecimal(certificateHash.bytes)
  }

  /// What the trustees sign.
  ///
  /// - Parameters:
  ///   - nonce: the value in the nonce account.
  ///   - price: of a unit of computing, in millionths of a lamport.
  public func message(nonce: Bytes32, price: UInt64) -> SolanaMessage {
    SolanaMessage(
      payer: jointAddress,
      instructions: [
        SystemProgram.advanceNonce(nonceAccount, authority: jointAddress), ComputeBudget.limit(Self.unitLimit),
        ComputeBudget.price(price), MemoProgram.memo(memo, signer: jointAddress),
      ], blockhash: nonce)
  }

  /// What the transaction costs the joint key, in lamports.
  public static func fee(price: UInt64) -> UInt64 { ComputeBudget.fee(signatures: 1, limit: unitLimit, price: price) }

  /// What a trustee demands of bytes before it signs them: that they are the message of this certificate, for some nonce and a price that is not too high.
  ///
  /// - Returns: that nonce and price.
  @discardableResult
  public func check(_ bytes: [UInt8]) throws(ResultAnchorFault) -> (nonce: Bytes32, price: UInt64) {
    let message: SolanaMessage
    do throws(CodecError) { message = try SolanaMessage(bytes) } catch { throw .malformed(error) }
    return try check(message)
  }

  private func check(_ message: SolanaMessage) throws(ResultAnchorFault) -> (nonce: Bytes32, price: UInt64) {
    guard message.instructions.count == 4, message.instructions[2].data.count == 9 else { throw .otherMessage }
    var reader = ByteReader(Array(message.instructions[2].data.dropFirst()))
    guard let price = try? reader.little(8, "price") else { throw .otherMessage }
    // One value has one encoding, so equal values are equal bytes.
    guard message == self.message(nonce: message.blockhash, price: price) else { throw .otherMessage }
    guard price <= Self.maximumPrice else { throw .tooDear(lamports: Self.fee(price: price)) }
    return (message.blockhash, price)
  }

  /// What a trustee demands of bytes where it does not know the nonce account: whichever that is, the message does nothing but write this memo.
  public static func check(
    _ bytes: [UInt8], election: Bytes32, certificate: [UInt8], jointKey: Bytes32
  ) throws(ResultAnchorFault) {
    let message: SolanaMessage
    do throws(CodecError) { message = try SolanaMessage(bytes) } catch { throw .malformed(error) }
    guard let account = message.firstNamed,
      let anchor = ResultAnchor(election: election, certificate: certificate, jointKey: jointKey, nonceAccount: account)
    else { throw .otherMessage }
    _ = try anchor.check(message)
  }

  /// Whether a transaction is this mark, signed by the joint key: for any nonce and price. Variable time: public.
  public func isAnchored(by transaction: SolanaTransaction) -> Bool {
    guard transaction.message.signers == 1 else { return false }
    do throws(ResultAnchorFault) { _ = try check(transaction.message) } catch { return false }
    return transaction.isSigned
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      for half in [byte >> 4, byte & 15] { digits.append(half < 10 ? 0x30 + half : 0x57 + half) }
    }
    return digits
  }
}

/// Why a trustee does not sign what it was asked to.
public enum ResultAnchorFault: Error, Equatable, Sendable {
  /// No message that Solana would read.
  case malformed(CodecError)
  /// Not the message of this certificate: another memo, account, program, payer or signer.
  case otherMessage
  /// It would cost the joint key so much.
  case tooDear(lamports: UInt64)
}
