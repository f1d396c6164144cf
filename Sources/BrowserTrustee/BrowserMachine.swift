import Ciphers
import Curve25519
import Elections
import ThresholdCryptography
import TrusteeAgent
import Verification

/// Where a trustee's page keeps everything: the key file, handed to the page, which keeps it before anything else happens.
final class BrowserVault<Host: TrusteeHost>: TrusteeVault {
  private let host: Host
  private(set) var keyring: TrusteeKeyring
  private var box: PortableKeyFile
  /// As it was kept last.
  private(set) var file: [UInt8]

  /// - Parameter file: what is kept already; `nil` for a new one.
  init(_ keyring: TrusteeKeyring, _ box: PortableKeyFile, file: [UInt8]?, host: Host) {
    self.host = host
    self.keyring = keyring
    self.box = box
    self.file = file ?? box.seal(keyring, nonce: host.random(24))
  }

  deinit {
    keyring.wipe()
    box.wipe()
  }

  func keep(_ election: TrusteeElection) throws(TrusteeNotKept) {
    var changed = keyring
    changed.keep(election)
    let file = box.seal(changed, nonce: host.random(24))
    let answer = host.ask(.keep, file)
    guard answer.first == 0 else { throw TrusteeNotKept(String(decoding: answer.dropFirst(), as: UTF8.self)) }
    keyring = changed
    self.file = file
  }

  func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool {
    keyring.knowsCeremony(id, besides: reference)
  }

  /// What was opened is a copy (8.12).
  func restore(isNewest: Bool) {
    if isNewest { keyring.markNewest() } else { keyring.markRestored() }
    file = box.seal(keyring, nonce: host.random(24))
  }

  /// Seals with another key from now on.
  func change(to next: PortableKeyFile) {
    box.wipe()
    box = next
    file = box.seal(keyring, nonce: host.random(24))
  }
}

/// Seals shares without waiting for WebCrypto.
enum PortableShareCipher: ShareCipher {
  static func seal(key: Bytes32, plaintext: [UInt8]) -> [UInt8] { PortableAES256GCM.seal(key: key, plaintext: plaintext) }
  static func open(key: Bytes32, sealed: [UInt8]) -> [UInt8]? { PortableAES256GCM.open(key: key, sealed: sealed) }
}

/// The platform's generator.
struct HostRandom<Host: TrusteeHost>: RandomSource {
  let host: Host
  mutating func bytes(_ count: Int) -> [UInt8] { host.random(count) }
}

/// The copy of a board that the page holds.
struct HostMirror<Host: TrusteeHost>: BoardMirror {
  let host: Host
  let election: ElectionReference
  let service: TrusteeService<HostTransport<Host>>

  func contains(_ path: [UInt8]) -> Bool { host.ask(.holdsFile, election.ascii + path).first == 1 }

  func read(_ path: [UInt8]) -> [UInt8]? {
    let answer = host.ask(.readFile, election.ascii + path)
    return answer.first == 1 ? Array(answer.dropFirst()) : nil
  }

  func fetch(_ path: [UInt8], limit: Int) throws(TrusteeConnectionError) {
    var writer = ByteWriter()
    writer.raw(election.ascii)
    writer.u32(UInt32(limit))
    writer.counted(service.target(TrusteeLine(service, election: election).path(toBoardFile: path)))
    writer.raw(path)
    let answer = host.ask(.fetchFile, writer.bytes)
    if answer.first == 0 { return }
    if answer.count >= 3, answer[0] == 3 {
      let status = Int(answer[1]) << 8 | Int(answer[2])
      _ = try service.accepted(TrusteeCallAnswer(status: status, date: nil, body: Array(answer.dropFirst(3))))
    }
    throw HostTransport<Host>.fault(answer)
  }

  func setAside() { _ = host.ask(.setAside, election.ascii) }
}

/// A browser, as a trustee uses it for one election.
struct BrowserMachine<Host: TrusteeHost>: TrusteePlatform {
  typealias Cipher = PortableShareCipher
  typealias Connection = TrusteeLine<HostTransport<Host>>
  typealias Vault = BrowserVault<Host>

  let host: Host
  let service: TrusteeService<HostTransport<Host>>
  let backups: Backups

  var random: HostRandom<Host> { HostRandom(host: host) }
  var runner: SequentialRunner { SequentialRunner() }

  func now() -> UInt64 { HostTransport(host: host).milliseconds() }

  func mirror(of election: ElectionReference) -> HostMirror<Host> {
    HostMirror(host: host, election: election, service: service)
  }

  func mayShowShare(of election: ElectionReference) -> Bool { backups.isMade }
}

/// Whether the page says that there is a copy of the share.
final class Backups {
  var isMade = false
}
