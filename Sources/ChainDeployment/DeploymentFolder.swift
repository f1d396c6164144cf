import Glibc
import StrictJSON

/// The folder of deployments: a record for each network, and what explorers want. Held by one deployment at a time, as long as this lives.
public final class DeploymentFolder: Sendable {
  /// Bytes of the longest record that is read.
  private static let sizeLimit = 4 << 20

  private let path: String
  private let descriptor: Int32

  /// Makes the folder if need be, and holds it.
  ///
  /// - Parameter isWritten: whether something will be written; where nothing is, a folder that is not there is an empty one.
  /// - Throws: `file`, `busy`.
  public init(_ path: String, isWritten: Bool = true) throws(DeploymentError) {
    if isWritten { guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .file(path, errno) } }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 || (!isWritten && errno == ENOENT) else { throw .file(path, errno) }
    guard descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      throw number == EWOULDBLOCK ? .busy : .file(path, number)
    }
    self.path = path
    self.descriptor = descriptor
  }

  // Given back, not only closed: a process that is being started at this moment has a copy of the descriptor until it runs, and with it the lock.
  deinit {
    guard descriptor >= 0 else { return }
    _ = flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Where a network's record stands.
  public func place(_ network: ChainNetwork) -> String { place("\(network.rawValue).json") }

  /// Where a contract's standard JSON input stands.
  public func inputPlace(_ network: ChainNetwork, _ contract: String) -> String {
    place("\(network.rawValue)-\(contract)-input.json")
  }

  /// Where a file stands.
  package func place(_ name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

  /// The record of a network; `nil` where nothing was ever sent.
  ///
  /// - Throws: `file`, `malformedRecord`, `otherDeployment` where it is another network's.
  public func record(_ network: ChainNetwork) throws(DeploymentError) -> DeploymentRecord? {
    guard let bytes = try read(place(network)) else { return nil }
    let record = try DeploymentRecord(bytes)
    guard record.network == network else {
      throw .otherDeployment("\(place(network)) is of the network \(record.network.rawValue)")
    }
    return record
  }

  /// Replaces the record, all of it or nothing, and waits until it is on the disk.
  func write(_ record: DeploymentRecord) throws(DeploymentError) {
    try write(Array((record.json.lines() + "\n").utf8), to: place(record.network))
  }

  /// Writes what an explorer compiles.
  func writeInput(_ artefact: ContractArtefact, _ network: ChainNetwork) throws(DeploymentError) {
    try write(artefact.input, to: inputPlace(network, artefact.name))
  }

  /// A file of the folder; `nil` where there is none.
  package func read(_ path: String) throws(DeploymentError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw .file(path, errno)
    }
    defer { close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count == 0 { return content }
      if count > 0 { content += buffer[..<count] } else if errno != EINTR { throw .file(path, errno) }
      guard content.count <= Self.sizeLimit else { throw .malformedRecord("it is longer than any record") }
    }
  }

  /// Replaces a file of the folder, all of it or nothing, and waits until it is on the disk.
  package func write(_ bytes: [UInt8], to path: String) throws(DeploymentError) {
    let temporary = path + ".new"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .file(temporary, errno) }
    var failure: Int32?
    // Whatever the process's mask leaves of it: others read the addresses.
    if fchmod(file, 0o644) != 0 { failure = errno }
    var rest = bytes[...]
    while failure == nil, !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = errno }
    }
    if failure == nil, fsync(file) != 0 { failure = errno }
    if close(file) != 0, failure == nil { failure = errno }
    if failure == nil, rename(temporary, path) != 0 { failure = errno }
    if failure == nil, fsync(descriptor) != 0 { failure = errno }
    guard let failure else { return }
    unlink(temporary)
    throw .file(path, failure)
  }
}

extension DeploymentError {
  /// The system's words for its number.
  static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
