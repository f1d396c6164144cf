/// What a transaction has one program do.
public struct SolanaInstruction: Equatable, Sendable {
  /// An account that an instruction names, and how.
  public struct Account: Equatable, Sendable {
    /// Which.
    public let address: SolanaAddress
    /// Whether its key must sign.
    public let isSigner: Bool
    /// Whether it may change.
    public let isWritable: Bool

    /// An account, read only and without signature unless told.
    public init(_ address: SolanaAddress, isSigner: Bool = false, isWritable: Bool = false) {
      self.address = address
      self.isSigner = isSigner
      self.isWritable = isWritable
    }
  }

  /// Whose code runs.
  public let program: SolanaAddress
  /// In the order that the program defines.
  public let accounts: [Account]
  /// In the form that the program defines.
  public let data: [UInt8]

  /// An instruction.
  public init(program: SolanaAddress, accounts: [Account], data: [UInt8]) {
    self.program = program
    self.accounts = accounts
    self.data = data
  }
}
