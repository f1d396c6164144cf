import Ciphers
import Curve25519
import Elections
import TrusteeAgent

/// A trustee in a browser, as one function from bytes to bytes: the WebAssembly module wraps it.
///
/// It holds the opened key file while it lives. One call at a time; `step` and `join` ask the host and wait for it.
public struct BrowserTrustee<Host: TrusteeHost> {
  private let host: Host
  private var vault: BrowserVault<Host>?
  private var agents: [Duty] = []

  /// An election and who does its work.
  private struct Duty {
    let reference: ElectionReference
    let agent: TrusteeAgent<BrowserMachine<Host>>
    let backups: Backups
  }

  public init(host: Host) { self.host = host }

  /// Answers one request; a wrong one with an error.
  ///
  /// - Parameter call: the number of a `BrowserCall`.
  public mutating func answer(_ call: UInt8, _ request: [UInt8]) -> [UInt8] {
    do throws(BrowserCallError) {
      var reader = ByteReader(request)
      var writer = ByteWriter()
      writer.u8(0)
      try answer(BrowserCall(rawValue: call), &reader, &writer)
      return writer.bytes
    } catch {
      var writer = ByteWriter()
      writer.u8(1)
      writer.counted(FieldName(error.code).ascii)
      writer.counted(error.detail)
      for _ in 0..<3 { writer.u32(.max) }
      return writer.bytes
    }
  }

  private mutating func answer(
    _ call: BrowserCall?, _ reader: inout ByteReader, _ writer: inout ByteWriter
  ) throws(BrowserCallError) {
    switch call {
    case .version: writer.u16(1)
    case .readCost: writer.cost(try PortableKeyFile.cost(of: reader.remainder()))
    case .derive: try derive(&reader, &writer)
    case .create: try create(&reader, &writer)
    case .open: try open(&reader, &writer)
    case .status: writer.status(of: try opened().keyring)
    case .readInvitation: try readInvitation(&reader, &writer)
    case .join: try join(&reader, &writer)
    case .step: try step(&reader, &writer)
    case .rekey:
      let (key, cost) = try Self.decoding { () throws(CodecError) in (try reader.b32("key"), try reader.cost()) }
      let vault = try opened()
      vault.change(to: try PortableKeyFile(key: key, cost: cost))
      writer.raw(vault.file)
    case .file: writer.raw(try opened().file)
    case .restore:
      let isNewest = try Self.decoding { () throws(CodecError) in try reader.bool("newest") }
      let vault = try opened()
      vault.restore(isNewest: isNewest)
      agents = []
      writer.raw(vault.file)
    case .approve: try approve(&reader, &writer)
    case nil: throw BrowserCallError(code: "unknownCall")
    }
  }

  private func opened() throws(BrowserCallError) -> BrowserVault<Host> {
    guard let vault else { throw BrowserCallError(code: "notOpen") }
    return vault
  }

  private static func decoding<Value>(_ step: () throws(CodecError) -> Value) throws(BrowserCallError) -> Value {
    do throws(CodecError) { return try step() } catch { throw BrowserCallError(code: "malformedRequest") }
  }

  // MARK: The key file

  private func derive(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let cost = try Self.decoding { () throws(CodecError) in try reader.cost() }
    guard cost.isReasonable else { throw BrowserCallError(code: "unreasonableCost") }
    var passphrase = reader.remainder()
    defer { passphrase.wipe() }
    writer.b32(Argon2id.key(passphrase: passphrase, salt: cost.salt, passes: cost.passes, memory: cost.memory))
  }

  private mutating func create(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let (key, cost) = try Self.decoding { () throws(CodecError) in (try reader.b32("key"), try reader.cost()) }
    let box = try PortableKeyFile(key: key, cost: cost)
    var random = HostRandom(host: host)
    let vault = BrowserVault(TrusteeKeyring(using: &random), box, file: nil, host: host)
    self.vault = vault
    agents = []
    writer.raw(vault.file)
  }

  private mutating func open(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let key = try Self.decoding { () throws(CodecError) in try reader.b32("key") }
    let file = reader.remainder()
    let box = try PortableKeyFile(key: key, cost: PortableKeyFile.cost(of: file))
    let vault = BrowserVault(try box.open(file), box, file: file, host: host)
    self.vault = vault
    agents = []
    writer.status(of: vault.keyring)
  }

  // MARK: Elections

  private func readInvitation(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let invitation = try Self.invitation(reader.remainder())
    writer.counted(invitation.service.utf8)
    writer.raw(invitation.reference.ascii)
    let keyring = vault?.keyring
    writer.bool(keyring?.elections.contains { $0.reference == invitation.reference } ?? false)
  }

  private static func invitation(_ link: [UInt8]) throws(BrowserCallError) -> TrusteeInvitation {
    do throws(TrusteeInvitationError) { return try TrusteeInvitation(utf8: link) } catch { throw BrowserCallError(error) }
  }

  private func join(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let vault = try opened()
    let invitation = try Self.invitation(
      try Self.decoding { () throws(CodecError) in try reader.counted("link", maximum: 1000) })
    let name = reader.remainder()
    let joining: TrusteeJoining
    do throws(TrusteeInvitationError) {
      joining = try invitation.joining(asUTF8: name)
      try vault.keyring.check(invitation)
    } catch {
      throw BrowserCallError(error)
    }
    let service = TrusteeService(
      address: invitation.service, transport: HostTransport(host: host), signingKey: vault.keyring.signingKey)
    let joined: TrusteeJoined
    do throws(TrusteeConnectionError) { joined = try service.join(joining) } catch { return writer.fault(.connection(error)) }
    let election: TrusteeElection
    do throws(TrusteeInvitationError) {
      election = try vault.keyring.election(of: invitation, joining, answered: joined)
    } catch {
      throw BrowserCallError(error)
    }
    do throws(TrusteeNotKept) { try vault.keep(election) } catch { return writer.fault(.alarm(.notKept(error.reason))) }
    writer.kinds(0, UInt8(truncatingIfNeeded: joined.number))
  }

  private mutating func step(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let (bytes, wait, isBackedUp) = try Self.decoding { () throws(CodecError) in
      let bytes = try reader.raw(ElectionReference.length, "reference")
      let wait = Int(try reader.u16("wait"))
      return (bytes, wait, try reader.bool("backed up"))
    }
    guard let reference = ElectionReference(bytes) else { throw BrowserCallError(code: "malformedRequest") }
    let duty = try duty(reference)
    duty.backups.isMade = isBackedUp
    do throws(TrusteeFault) { writer.step(try duty.agent.advance(wait: wait)) } catch { writer.fault(error) }
  }

  private mutating func approve(_ reader: inout ByteReader, _ writer: inout ByteWriter) throws(BrowserCallError) {
    let (bytes, list) = try Self.decoding { () throws(CodecError) in
      (try reader.raw(ElectionReference.length, "reference"), try reader.b32("list"))
    }
    guard let reference = ElectionReference(bytes) else { throw BrowserCallError(code: "malformedRequest") }
    let duty = try duty(reference)
    do throws(TrusteeFault) {
      try duty.agent.approveHandOver(list)
      writer.step(.waiting)
    } catch { writer.fault(error) }
  }

  private mutating func duty(_ reference: ElectionReference) throws(BrowserCallError) -> Duty {
    if let known = agents.first(where: { $0.reference == reference }) { return known }
    let vault = try opened()
    guard let election = vault.keyring.elections.first(where: { $0.reference == reference }) else {
      throw BrowserCallError(code: "unknownElection")
    }
    let key = vault.keyring.signingKey
    let service = TrusteeService(address: election.service, transport: HostTransport(host: host), signingKey: key)
    let backups = Backups()
    let agent = TrusteeAgent(
      election, signingKey: key, connection: TrusteeLine(service, election: reference), vault: vault,
      platform: BrowserMachine(host: host, service: service, backups: backups)
    ) { [host] event in
      var writer = ByteWriter()
      writer.event(event)
      _ = host.ask(.tell, reference.ascii + writer.bytes)
    }
    let duty = Duty(reference: reference, agent: agent, backups: backups)
    agents.append(duty)
    return duty
  }
}

extension BrowserCallError {
  init(_ error: TrusteeInvitationError) {
    switch error {
    case .notALink: self.init(code: "notALink")
    case .unusableName: self.init(code: "unusableName")
    case .otherElection: self.init(code: "otherElection")
    case .otherService(let service): self.init(code: "otherService", detail: service.utf8)
    case .tooManyElections: self.init(code: "tooManyElections")
    }
  }
}

extension ByteReader {
  fileprivate mutating func cost() throws(CodecError) -> PortableKeyFile.Cost {
    let passes = try u32("passes")
    let memory = try u64("memory")
    return PortableKeyFile.Cost(passes: passes, memory: memory, salt: try raw(16, "salt"))
  }

  /// All that is left.
  fileprivate mutating func remainder() -> [UInt8] { (try? raw(remaining, "remainder")) ?? [] }
}

extension ByteWriter {
  fileprivate mutating func cost(_ cost: PortableKeyFile.Cost) {
    u32(cost.passes)
    u64(cost.memory)
    raw(cost.salt)
  }

  /// `status := public key b32 ‖ u16 count × election`, and
  /// ```
  /// election := service counted ‖ reference[20] ‖ title counted ‖ name counted ‖ stage u8 ‖ holds share bool ‖ bool [election id b32] ‖ number u8 ‖ threshold u8
  ///             ‖ ceremony b32 ‖ u8 count × (name counted ‖ key b32)
  /// ```
  /// Stages: 0 joined, 1 in the ceremony, 2 ceremony complete, 3 drill passed, 4 open, 5 decrypted, 6 tallied, 7 aborted, 8 replaced.
  fileprivate mutating func status(of keyring: TrusteeKeyring) {
    b32(keyring.signingKey.publicKey)
    u16(UInt16(keyring.elections.count))
    for election in keyring.elections {
      counted(election.service.utf8)
      raw(election.reference.ascii)
      counted(election.title.utf8)
      counted(election.name.utf8)
      u8(election.stage)
      let ceremony = election.ceremony
      bool(ceremony?.shares != nil)
      let id = election.electionID
      bool(id != nil)
      if let id { b32(id) }
      guard let ceremony else {
        kinds(0, 0)
        b32(.zero)
        kinds(0)
        continue
      }
      kinds(UInt8(ceremony.number), UInt8(ceremony.threshold))
      b32(ceremony.id)
      participants(ceremony)
    }
  }
}

extension TrusteeElection {
  fileprivate var stage: UInt8 {
    switch ending {
    case .tallied: return 6
    case .aborted: return 7
    // Until its last word has arrived it goes on.
    case .replaced: if isOver { return 8 }
    case .none: break
    }
    if decrypted != nil { return 5 }
    if opening != nil { return 4 }
    guard let ceremony else { return 0 }
    if ceremony.hasPassedDrill { return 3 }
    return ceremony.roster == nil ? 1 : 2
  }
}
