import Synchronization

/// WebSockets that are told the same.
public final class WebSocketGroup: Sendable {
  private let members = Mutex<[UInt64: any WebSocketConnection]>([:])

  public init() {}

  /// How many there are.
  public var count: Int { members.withLock { $0.count } }

  /// Takes a connection in; one that is in already stays.
  public func add(_ connection: any WebSocketConnection) { members.withLock { $0[connection.id] = connection } }

  /// Lets a connection go. Whoever adds connections removes them when they are closed.
  public func remove(_ connection: any WebSocketConnection) { members.withLock { $0[connection.id] = nil } }

  /// Sends a text to all. It is copied once, and every loop of the server is called once.
  public func broadcast(_ text: String) {
    let members = members.withLock { Array($0.values) }
    var byServer: [ObjectIdentifier: (handle: ServerHandle, ids: [UInt64])] = [:]
    for member in members {
      guard let socket = member as? ServerWebSocket else {
        member.send(text)
        continue
      }
      byServer[ObjectIdentifier(socket.handle), default: (socket.handle, [])].ids.append(socket.id)
    }
    for (handle, ids) in byServer.values { handle.send(text, to: ids) }
  }
}
