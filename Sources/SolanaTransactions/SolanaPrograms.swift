import Curve25519

/// Instructions to the program that makes accounts, moves money and keeps nonces. Amounts are in lamports, 10⁻⁹ SOL.
public enum SystemProgram {
  /// Makes an account with a key of its own, which signs.
  public static func createAccount(
    _ account: SolanaAddress, payer: SolanaAddress, lamports: UInt64, space: UInt64, owner: SolanaAddress = .systemProgram
  ) -> SolanaInstruction {
    instruction(0, [signer(payer, isWritable: true), signer(account, isWritable: true)]) { data in
      data.little(lamports, bytes: 8)
      data.little(space, bytes: 8)
      data.b32(owner.bytes)
    }
  }

  /// Makes the account that is derived from a base and a seed (`SolanaAddress.derived`). Fails where somebody has sent it money before.
  ///
  /// - Precondition: a seed of at most 32 bytes.
  public static func createAccount(
    base: SolanaAddress, seed: [UInt8], payer: SolanaAddress, lamports: UInt64, space: UInt64
  ) -> SolanaInstruction {
    let account = SolanaInstruction.Account(.derived(from: base, seed: seed), isWritable: true)
    return instruction(3, [signer(payer, isWritable: true), account] + (base == payer ? [] : [signer(base)])) { data in
      write(base, seed, to: &data)
      data.little(lamports, bytes: 8)
      data.little(space, bytes: 8)
      data.b32(SolanaAddress.systemProgram.bytes)
    }
  }

  /// Gives a derived account that has money its space. Fails where it has some.
  ///
  /// - Precondition: a seed of at most 32 bytes.
  public static func allocate(base: SolanaAddress, seed: [UInt8], space: UInt64) -> SolanaInstruction {
    let account = SolanaInstruction.Account(.derived(from: base, seed: seed), isWritable: true)
    return instruction(9, [account, signer(base)]) { data in
      write(base, seed, to: &data)
      data.little(space, bytes: 8)
      data.b32(SolanaAddress.systemProgram.bytes)
    }
  }

  /// Moves money from an account, which signs.
  public static func transfer(from payer: SolanaAddress, to receiver: SolanaAddress, lamports: UInt64) -> SolanaInstruction {
    instruction(2, [signer(payer, isWritable: true), SolanaInstruction.Account(receiver, isWritable: true)]) { data in
      data.little(lamports, bytes: 8)
    }
  }

  /// Makes an account that has its space a nonce account. The authority does not sign.
  public static func initializeNonce(_ account: SolanaAddress, authority: SolanaAddress) -> SolanaInstruction {
    let accounts = [
      SolanaInstruction.Account(account, isWritable: true), SolanaInstruction.Account(.recentBlockhashes),
      SolanaInstruction.Account(.rent),
    ]
    return instruction(6, accounts) { $0.b32(authority.bytes) }
  }

  /// Uses the nonce up. As the first instruction of a transaction it lets the nonce's value stand for a blockhash.
  public static func advanceNonce(_ account: SolanaAddress, authority: SolanaAddress) -> SolanaInstruction {
    let accounts = [
      SolanaInstruction.Account(account, isWritable: true), SolanaInstruction.Account(.recentBlockhashes), signer(authority),
    ]
    return instruction(4, accounts) { _ in }
  }

  private static func signer(_ address: SolanaAddress, isWritable: Bool = false) -> SolanaInstruction.Account {
    SolanaInstruction.Account(address, isSigner: true, isWritable: isWritable)
  }

  private static func write(_ base: SolanaAddress, _ seed: [UInt8], to data: inout ByteWriter) {
    data.b32(base.bytes)
    data.little(UInt64(seed.count), bytes: 8)
    data.raw(seed)
  }

  private static func instruction(
    _ number: UInt64, _ accounts: [SolanaInstruction.Account], _ write: (inout ByteWriter) -> Void
  ) -> SolanaInstruction {
    var data = ByteWriter(capacity: 128)
    data.little(number, bytes: 4)
    write(&data)
    return SolanaInstruction(program: .systemProgram, accounts: accounts, data: data.bytes)
  }
}

/// Instructions that say what a transaction may compute, and what it pays for that beside the fee of its signatures.
public enum ComputeBudget {
  /// At most so many units.
  public static func limit(_ units: UInt32) -> SolanaInstruction {
    var data = ByteWriter(capacity: 5)
    data.u8(2)
    data.little(UInt64(units), bytes: 4)
    return SolanaInstruction(program: .computeBudgetProgram, accounts: [], data: data.bytes)
  }

  /// The price of a unit of the limit, used or not, in millionths of a lamport.
  public static func price(_ microLamports: UInt64) -> SolanaInstruction {
    var data = ByteWriter(capacity: 9)
    data.u8(3)
    data.little(microLamports, bytes: 8)
    return SolanaInstruction(program: .computeBudgetProgram, accounts: [], data: data.bytes)
  }

  /// What a transaction costs, in lamports: 5000 a signature, and the price of its limit, rounded up. The largest number where that is no number of 64 bits.
  public static func fee(signatures: Int, limit: UInt32, price: UInt64) -> UInt64 {
    let (product, overflow) = price.multipliedReportingOverflow(by: UInt64(limit))
    if overflow { return .max }
    return UInt64(signatures) * 5000 + product / 1_000_000 + (product % 1_000_000 == 0 ? 0 : 1)
  }
}

/// The instruction that writes a text into the ledger, over the name of who signs.
public enum MemoProgram {
  /// - Parameters:
  ///   - text: UTF-8.
  ///   - signer: whose signature the program demands.
  public static func memo(_ text: [UInt8], signer: SolanaAddress) -> SolanaInstruction {
    SolanaInstruction(program: .memoProgram, accounts: [SolanaInstruction.Account(signer, isSigner: true)], data: text)
  }
}
