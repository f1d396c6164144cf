import CPostgreSQL
import Dispatch
import Glibc

/// A connection of libpq, and the source that tells when there is something to read. Used on its actor's queue alone.
final class PostgreSQLHandle {
  let pointer: OpaquePointer
  private let source: any DispatchSourceRead
  private var isWatching = false

  /// Takes over `pointer`, which is connected.
  init(_ pointer: OpaquePointer, queue: DispatchQueue, onReadable: @escaping @Sendable () -> Void) {
    self.pointer = pointer
    // libpq closes its socket as soon as the other end has; the source needs one that stays until it has let go of it.
    let descriptor = fcntl(PQsocket(pointer), F_DUPFD_CLOEXEC, 0)
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setEventHandler(handler: onReadable)
    source.setCancelHandler { _ = Glibc.close(descriptor) }
  }

  deinit {
    PQfinish(pointer)
    watch()
    source.cancel()
  }

  /// From now on `onReadable` is called when there is something to read.
  func watch() {
    guard !isWatching else { return }
    isWatching = true
    source.resume()
  }

  func unwatch() {
    guard isWatching else { return }
    isWatching = false
    source.suspend()
  }

  /// Whether there is something to read, be it the end, now or within two milliseconds. Most statements take less, and waking through the
  /// source costs several times as much as waiting here on the connection's own queue.
  ///
  /// Dispatch tells of a connection's end once, even if there is more to read before it: who waited for the source again, without asking
  /// here first, would wait in vain.
  var isReadableSoon: Bool {
    var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 2) != 0
  }

  /// Waits until something can be written or read, for at most so many seconds. Blocks: the queue is this connection's own.
  func waitToWrite(seconds: Int) -> Bool {
    var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN | POLLOUT), revents: 0)
    return poll(&descriptor, 1, Int32(seconds * 1_000)) > 0
  }

  /// What libpq says went wrong, in one line.
  var message: String { Self.line(PQerrorMessage(pointer)) }

  static func line(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    return String(cString: text).split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
  }
}

/// An answer of the server.
final class PostgreSQLResult {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// What was done: `COMMIT`, `UPDATE 3`.
  var command: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

  /// How many rows were inserted, changed or deleted.
  var changes: Int { command.hasPrefix("SELECT") ? 0 : PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

  /// A field of an error: `C` its code, `M` its message, `n` the rule, `t` the table.
  func field(_ name: Character) -> String? {
    PQresultErrorField(pointer, Int32(name.asciiValue ?? 0)).map { String(cString: $0) }
  }
}
