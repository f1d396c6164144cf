import Curve25519

/// What the signers of a transaction sign (`docs/spec/13-anchors-on-solana.md`, 13.2): a message of the first form, called legacy.
public struct SolanaMessage: Equatable, Sendable {
  /// An instruction whose accounts are places among the message's.
  public struct Instruction: Equatable, Sendable {
    /// Place of the program.
    public let program: UInt8
    /// Places of its accounts.
    public let accounts: [UInt8]
    /// For the program.
    public let data: [UInt8]
  }

  /// The most bytes that a transaction may have, signatures and all: one packet.
  public static let packetLength = 1232

  /// How many of the first accounts sign; the first pays.
  public let signers: Int
  /// How many of those, the last, are only read.
  public let readOnlySigners: Int
  /// How many of all, the last, are only read and do not sign.
  public let readOnlyOthers: Int
  /// All accounts that any instruction names, each once.
  public let accounts: [SolanaAddress]
  /// A recent blockhash, or the value of the nonce that the first instruction advances.
  public let blockhash: Bytes32
  /// In the order in which they run, all or none.
  public let instructions: [Instruction]

  /// Puts instructions together: the payer first, then accounts that sign and change, that sign, that change, and the rest, each group in the order of bytes.
  ///
  /// - Precondition: at most 256 accounts.
  public init(payer: SolanaAddress, instructions: [SolanaInstruction], blockhash: Bytes32) {
    var uses = [SolanaInstruction.Account(payer, isSigner: true, isWritable: true)]
    for instruction in instructions {
      for account in instruction.accounts + [SolanaInstruction.Account(instruction.program)] { Self.add(account, to: &uses) }
    }
    var ordered = [payer]
    var counts: [Int] = []
    for (isSigner, isWritable) in [(true, true), (true, false), (false, true), (false, false)] {
      let group = uses.dropFirst().filter { $0.isSigner == isSigner && $0.isWritable == isWritable }.map { $0.address }
      counts.append(group.count)
      ordered += group.sorted()
    }
    precondition(ordered.count <= 256, "places of one byte")
    signers = 1 + counts[0] + counts[1]
    readOnlySigners = counts[1]
    readOnlyOthers = counts[3]
    accounts = ordered
    self.blockhash = blockhash
    let places = ordered
    func place(_ address: SolanaAddress) -> UInt8 { UInt8(places.firstIndex(of: address) ?? 0) }
    self.instructions = instructions.map { instruction in
      Instruction(
        program: place(instruction.program), accounts: instruction.accounts.map { place($0.address) }, data: instruction.data)
    }
  }

  /// Who signs or changes in one instruction does so in the whole transaction.
  private static func add(_ account: SolanaInstruction.Account, to uses: inout [SolanaInstruction.Account]) {
    guard let index = uses.firstIndex(where: { $0.address == account.address }) else {
      uses.append(account)
      return
    }
    uses[index] = SolanaInstruction.Account(
      account.address, isSigner: uses[index].isSigner || account.isSigner,
      isWritable: uses[index].isWritable || account.isWritable)
  }

  /// Reads a message: all of the bytes, lengths in their shortest form, places within the accounts, no account twice, and a payer who signs.
  public init(_ bytes: [UInt8]) throws(CodecError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }

  init(from reader: inout ByteReader) throws(CodecError) {
    signers = Int(try reader.u8("signers"))
    readOnlySigners = Int(try reader.u8("read-only signers"))
    readOnlyOthers = Int(try reader.u8("read-only accounts"))
    // The highest bit would name a later form.
    guard signers < 0x80, readOnlySigners < signers else { throw .outOfRange(field: FieldName("signers")) }
    let count = try reader.compact("accounts")
    guard count <= 256, signers + readOnlyOthers <= count else { throw .outOfRange(field: FieldName("accounts")) }
    var accounts: [SolanaAddress] = []
    for _ in 0..<count { accounts.append(SolanaAddress(try reader.b32("account"))) }
    guard Set(accounts).count == count else { throw .invalidEncoding(field: FieldName("accounts")) }
    self.accounts = accounts
    blockhash = try reader.b32("blockhash")
    let instructionCount = try reader.compact("instructions")
    var instructions: [Instruction] = []
    for _ in 0..<instructionCount { instructions.append(try Self.instruction(from: &reader, accounts: count)) }
    self.instructions = instructions
  }

  private static func instruction(from reader: inout ByteReader, accounts count: Int) throws(CodecError) -> Instruction {
    let program = try reader.u8("program")
    // The payer is no program.
    guard program != 0, program < count else { throw .outOfRange(field: FieldName("program")) }
    let placeCount = try reader.compact("accounts of an instruction")
    let places = try reader.raw(placeCount, "accounts of an instruction")
    guard places.allSatisfy({ $0 < count }) else { throw .outOfRange(field: FieldName("accounts of an instruction")) }
    let length = try reader.compact("data of an instruction")
    return Instruction(program: program, accounts: places, data: try reader.raw(length, "data of an instruction"))
  }

  /// The bytes that are signed.
  public var encoded: [UInt8] {
    var writer = ByteWriter(capacity: 512)
    write(to: &writer)
    return writer.bytes
  }

  func write(to writer: inout ByteWriter) {
    for count in [signers, readOnlySigners, readOnlyOthers] { writer.u8(UInt8(count)) }
    writer.compact(accounts.count)
    for account in accounts { writer.b32(account.bytes) }
    writer.b32(blockhash)
    writer.compact(instructions.count)
    for instruction in instructions {
      writer.u8(instruction.program)
      writer.compact(instruction.accounts.count)
      writer.raw(instruction.accounts)
      writer.compact(instruction.data.count)
      writer.raw(instruction.data)
    }
  }
}
