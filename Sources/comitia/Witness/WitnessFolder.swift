import Curve25519
import Elections
import Foundation
import RecordFiles
import Sealing
import TransparencyLog

/// Where a witness keeps what it has.
///
/// ```
/// witness.key      its private key and its name, sealed under a passphrase
/// witness.vkey     its public key
/// logs/<hex>       a log that it witnesses, by the hash of its origin: the log's key, and the checkpoint cosigned last
/// evidence/<…>     pairs of checkpoints that a log signed and that no proof joins
/// ```
struct WitnessFolder {
  let path: String

  private var keyFile: String { path + "/witness.key" }
  private var publicFile: String { path + "/witness.vkey" }
  private var logs: String { path + "/logs" }
  var evidence: String { path + "/evidence" }

  /// Makes a key. The folder is made where there is none.
  ///
  /// - Returns: the public key.
  func create(name: String, passphrase: [UInt8], cost: KeyFileCost = .moderate) throws -> VerifierKey {
    for folder in [path, logs, evidence] {
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
        throw CommandFailure("\(folder.printable) cannot be made: \(String(cString: strerror(errno)))")
      }
    }
    var seed = SystemRandom().bytes(32)
    defer { seed.wipe() }
    let signer = try Self.signer(seed: seed, name: Array(name.utf8))
    try translated(keyFile) {
      let file = try PrivateFile(path: keyFile)
      if file.exists { throw PrivateFileError.exists(path: keyFile) }
      var content = seed + Array(name.utf8)
      defer { content.wipe() }
      try file.replace(with: KeyFileBox(passphrase: passphrase, cost: cost).seal(content))
      try PrivateFile(path: publicFile).replace(with: signer.key.bytes + [0x0a])
    }
    return signer.key
  }

  /// The public key, which stands beside the private one.
  func publicKey() throws -> VerifierKey {
    let line = try translated(publicFile) { try PrivateFile.read(publicFile) }
    guard let key = try? VerifierKey(parsing: Array(line.dropLast())), line.last == 0x0a, key.type == .cosignature else {
      throw CommandFailure("\(publicFile.printable) is not the public key of a witness; take your copy of it")
    }
    return key
  }

  /// The signer, and the hold on its key file: as long as it lives no other process signs.
  func open(passphrase: [UInt8]) throws -> (signer: NoteSigner, hold: PrivateFile) {
    try translated(keyFile) {
      let file = try PrivateFile(path: keyFile)
      let bytes = try file.read()
      var content = try KeyFileBox(passphrase: passphrase, file: bytes).open(bytes)
      defer { content.wipe() }
      guard content.count > 32 else { throw KeyFileError.notAKeyFile }
      return (try Self.signer(seed: Array(content[..<32]), name: Array(content[32...])), file)
    }
  }

  /// Keeps the key under another passphrase.
  func changePassphrase(_ old: [UInt8], to new: [UInt8], cost: KeyFileCost = .moderate) throws {
    try translated(keyFile) {
      let file = try PrivateFile(path: keyFile)
      let bytes = try file.read()
      var content = try KeyFileBox(passphrase: old, file: bytes).open(bytes)
      defer { content.wipe() }
      try file.replace(with: KeyFileBox(passphrase: new, cost: cost).seal(content), overwritesOld: true)
    }
  }

  private static func signer(seed: [UInt8], name: [UInt8]) throws -> NoteSigner {
    guard let secret = Bytes32(seed) else { throw CommandFailure("no randomness") }
    do throws(LogError) {
      return try NoteSigner(name: name, type: .cosignature, privateKey: Ed25519.PrivateKey(seed: secret))
    } catch {
      throw CommandFailure("a witness's name has no spaces and no plus, such as witness.example/w1; give another --name")
    }
  }

  // MARK: Logs

  /// Begins to witness a log. Its file is what makes it known: without one nothing is cosigned, so that a lost file never lets a log begin anew.
  func add(_ key: VerifierKey) throws {
    guard key.type == .ed25519 else { throw CommandFailure("this is the key of a witness; the key of a log is needed") }
    // One key for one log: a witness's name is no log's.
    if try key.name == publicKey().name { throw CommandFailure("the log has the name of this witness; one of them needs another") }
    let file = logFile(key.name)
    try translated(file) {
      if SystemFileCheck.exists(file) { throw CommandFailure(try Self.refusal(of: key, LogFileContent(PrivateFile.read(file)))) }
      try PrivateFile(path: file).replace(with: LogFileContent(key: key, cosigned: nil).bytes)
    }
  }

  private static func refusal(of key: VerifierKey, _ content: LogFileContent) -> String {
    let name = String(decoding: key.name, as: UTF8.self).printable
    return content.key == key
      ? "\(name) is witnessed already; nothing was changed"
      : "\(name) is witnessed under another key; a log that has lost its key needs a new name"
  }

  /// Every log that is witnessed, by origin.
  func all() throws -> [LogFileContent] {
    try each().map { try $0.get() }.sorted { $0.key.name.lexicographicallyPrecedes($1.key.name) }
  }

  /// The same, with what is wrong with those whose file cannot be used.
  func each() -> [Result<LogFileContent, any Error>] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
    return names.filter { !$0.contains(".") }.sorted().map { name in
      Result { try translated("\(logs)/\(name)") { try LogFileContent(PrivateFile.read("\(logs)/\(name)")) } }
    }
  }

  /// Takes the file of a log for this process; `nil` for a log that is not witnessed.
  func take(origin: [UInt8]) throws -> (file: PrivateFile, content: LogFileContent)? {
    let path = logFile(origin)
    guard SystemFileCheck.exists(path) else { return nil }
    return try translated(path) {
      let file = try PrivateFile(path: path)
      let content = try LogFileContent(file.read())
      guard content.key.name == origin else { throw CommandFailure("\(path.printable) is the file of another log") }
      return (file, content)
    }
  }

  private func logFile(_ origin: [UInt8]) -> String {
    logs + "/" + String((Bytes32(SHA256.hash(origin).span)).hex.prefix(40))
  }

  private func translated<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch PrivateFileError.missing {
      throw CommandFailure("there is no \(file.printable); comitia witness create makes a witness")
    } catch PrivateFileError.exists {
      throw CommandFailure("\(file.printable) is there already and was left as it is; give another --data")
    } catch PrivateFileError.inUse {
      throw CommandFailure("\(file.printable) is used by another process, perhaps comitia witness run; stop it first")
    } catch let error as LogFileContent.Damaged {
      throw CommandFailure(
        "\(file.printable) is damaged (\(error.reason)); nothing is cosigned for its log, and only its newest copy could be put back"
      )
    } catch {
      return try KeyFileFailure.translated(file) { throw error }
    }
  }
}

/// What a witness keeps of one log: the log's key on a line, then the checkpoint that it cosigned last, with the log's signature and its own.
struct LogFileContent: Equatable {
  /// The file is not what was written.
  struct Damaged: Error { let reason: String }

  let key: VerifierKey
  let cosigned: SignedCheckpoint?

  init(key: VerifierKey, cosigned: SignedCheckpoint?) {
    self.key = key
    self.cosigned = cosigned
  }

  init(_ bytes: [UInt8]) throws(Damaged) {
    guard let end = bytes.firstIndex(of: 0x0a), let key = try? VerifierKey(parsing: Array(bytes[..<end])) else {
      throw Damaged(reason: "its first line is no key")
    }
    self.key = key
    let note = Array(bytes[(end + 1)...])
    guard !note.isEmpty else {
      cosigned = nil
      return
    }
    guard let signed = try? SignedCheckpoint(parsing: note),
      let policy = try? LogPolicy(logKey: key, witnesses: [], quorum: 0), (try? policy.verify(signed)) != nil
    else { throw Damaged(reason: "its checkpoint is not signed by the log") }
    cosigned = signed
  }

  var bytes: [UInt8] { key.bytes + [0x0a] + (cosigned?.bytes ?? []) }
}

/// Whether a file is there, links not followed.
enum SystemFileCheck {
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
