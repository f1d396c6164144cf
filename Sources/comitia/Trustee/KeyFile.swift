import Curve25519
import Elections
import RecordFiles
import Sealing
import Synchronization
import TrusteeAgent

/// A trustee's key file: opened once with its passphrase, then replaced after every change.
final class KeyFile: TrusteeVault, Sendable {
  private let file: PrivateFile
  private let box: Mutex<KeyFileBox>
  private let content: Mutex<TrusteeKeyring>

  private init(_ file: PrivateFile, _ box: KeyFileBox, _ content: TrusteeKeyring) {
    self.file = file
    self.box = Mutex(box)
    self.content = Mutex(content)
  }

  deinit { content.withLock { $0.wipe() } }

  /// Makes a new file with a fresh signing key.
  static func create(_ path: String, passphrase: [UInt8], cost: KeyFileCost = .moderate) throws -> KeyFile {
    try KeyFileFailure.translated(path) {
      let file = try PrivateFile(path: path)
      if file.exists { throw PrivateFileError.exists(path: path) }
      let box = try KeyFileBox(passphrase: passphrase, cost: cost)
      var random = SystemRandom()
      let key = KeyFile(file, box, TrusteeKeyring(using: &random))
      try key.write(key.keyring)
      return key
    }
  }

  /// Opens a file and holds it until the process ends.
  static func open(_ path: String, passphrase: [UInt8]) throws -> KeyFile {
    try KeyFileFailure.translated(path) {
      let file = try PrivateFile(path: path)
      let (box, keyring) = try opened(file.read(), passphrase)
      return KeyFile(file, box, keyring)
    }
  }

  /// What a file holds, though another process may have it.
  static func look(_ path: String, passphrase: [UInt8]) throws -> TrusteeKeyring {
    try KeyFileFailure.translated(path) { try opened(PrivateFile.read(path), passphrase).1 }
  }

  private static func opened(_ bytes: [UInt8], _ passphrase: [UInt8]) throws -> (KeyFileBox, TrusteeKeyring) {
    let box = try KeyFileBox(passphrase: passphrase, file: bytes)
    var content = try box.open(bytes)
    defer { content.wipe() }
    return (box, try TrusteeKeyring(content))
  }

  /// Begins with a copy, under the copy's passphrase.
  ///
  /// - Parameter isNewest: whether a person vouches that nothing was done with the key since the copy was made.
  static func restore(_ path: String, from copy: String, passphrase: [UInt8], isNewest: Bool) throws -> KeyFile {
    // Not as a private file: a stick knows of no owners, and it is sealed.
    let bytes = try InputFile.read(copy)
    var (box, keyring) = try KeyFileFailure.translated(copy) { try opened(bytes, passphrase) }
    if isNewest { keyring.markNewest() } else { keyring.markRestored() }
    return try KeyFileFailure.translated(path) {
      let file = try PrivateFile(path: path)
      if file.exists { throw PrivateFileError.exists(path: path) }
      let key = KeyFile(file, box, keyring)
      try key.write(keyring)
      return key
    }
  }

  /// A copy, sealed under a passphrase of its own. Whoever goes on from it follows the others (`docs/spec/08-trustee-network.md`, 8.12).
  static func copy(_ path: String, passphrase: [UInt8], under new: [UInt8], cost: KeyFileCost = .moderate) throws -> [UInt8] {
    var keyring = try look(path, passphrase: passphrase)
    defer { keyring.wipe() }
    keyring.markRestored()
    var content = keyring.encoded
    defer { content.wipe() }
    return try KeyFileFailure.translated(path) { try KeyFileBox(passphrase: new, cost: cost).seal(content) }
  }

  /// What is kept.
  var keyring: TrusteeKeyring { content.withLock { $0 } }

  /// Where it stands.
  var path: String { file.path }

  /// Keeps it under another passphrase.
  func changePassphrase(_ passphrase: [UInt8], cost: KeyFileCost = .moderate) throws {
    try KeyFileFailure.translated(path) {
      let next = try KeyFileBox(passphrase: passphrase, cost: cost)
      box.withLock { $0 = next }
      try write(keyring, overwritesOld: true)
    }
  }

  func keep(_ election: TrusteeElection) throws(TrusteeNotKept) {
    do {
      // Elections of one key are served side by side.
      try content.withLock { keyring in
        // Asked before, and perhaps by two elections at once: an id of both would make this trustee contradict itself.
        if let id = election.ceremony?.id, election.ceremony?.size == 0, keyring.knowsCeremony(id, besides: election.reference) {
          throw TrusteeNotKept("another election has this ceremony")
        }
        var changed = keyring
        changed.keep(election)
        try write(changed)
        keyring = changed
      }
    } catch let error as TrusteeNotKept {
      throw error
    } catch {
      throw TrusteeNotKept("\(error)")
    }
  }

  func knowsCeremony(_ id: Bytes32, besides reference: ElectionReference) -> Bool {
    keyring.knowsCeremony(id, besides: reference)
  }

  private func write(_ keyring: TrusteeKeyring, overwritesOld: Bool = false) throws {
    var bytes = keyring.encoded
    defer { bytes.wipe() }
    try file.replace(with: box.withLock { $0.seal(bytes) }, overwritesOld: overwritesOld)
  }
}

/// What is wrong with a key file, in words.
enum KeyFileFailure {
  static func translated<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as PrivateFileError {
      throw failure(error)
    } catch let error as KeyFileError {
      throw CommandFailure("\(path.printable): \(text(error))")
    } catch is CodecError {
      throw CommandFailure("\(path.printable) was made by another version of comitia; use that one")
    }
  }

  private static func failure(_ error: PrivateFileError) -> CommandFailure {
    switch error {
    case .missing(let path):
      CommandFailure(
        "there is no key file \(path.printable); comitia trustee join makes one, comitia trustee key restore goes on from a copy")
    case .exists(let path): CommandFailure("\(path.printable) is there already and was left as it is; give another --key")
    case .inUse(let path):
      CommandFailure("\(path.printable) is used by another process, perhaps comitia trustee run; stop it first")
    case .readableByOthers(let path):
      CommandFailure("\(path.printable) can be read by other users of this machine; chmod 600 it, and consider who has read it")
    case .failed(let path, let reason): CommandFailure("\(path.printable) cannot be used: \(reason)")
    }
  }

  private static func text(_ error: KeyFileError) -> String {
    switch error {
    case .notAKeyFile: "not a key file, or only the beginning of one; give another file, or take your copy"
    case .unknownVersion(let version): "a key file of version \(version), made by a newer comitia; use that one"
    case .unreasonableCost: "changed by somebody: take your copy of it"
    case .wrongPassphraseOrDamaged: "the passphrase is wrong, or the file is damaged"
    case .noMemory: "there is not enough free memory to open it; 256 MiB are needed"
    }
  }
}
