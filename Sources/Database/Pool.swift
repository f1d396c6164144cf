import Synchronization

/// A fixed number of connections. Who finds none waits, in order; who is cancelled while waiting leaves the queue.
package final class Pool<Item: Sendable>: Sendable {
  private struct State {
    /// Last in, first out: under little load few connections are in use.
    var idle: [Item]
    var waiting: [UInt64: CheckedContinuation<Item, any Error>] = [:]
    /// Tickets in order; those of the cancelled are no longer in `waiting`.
    var order: [UInt64] = []
    var served = 0
    var nextTicket: UInt64 = 0
    var closed = false
    var closing: [CheckedContinuation<Void, Never>] = []

    mutating func nextWaiting() -> CheckedContinuation<Item, any Error>? {
      while served < order.count {
        let ticket = order[served]
        served += 1
        if served == 1024 {
          order.removeFirst(served)
          served = 0
        }
        if let continuation = waiting.removeValue(forKey: ticket) { return continuation }
      }
      return nil
    }
  }

  private let state: Mutex<State>
  private let all: [Item]

  package init(_ items: [Item]) {
    all = items
    state = Mutex(State(idle: items))
  }

  /// How many wait.
  package var waiting: Int { state.withLock { $0.waiting.count } }

  /// Takes a connection; `give` it back.
  ///
  /// - Throws: `CancellationError` when cancelled before there was one; `DatabaseError.unavailable` once closed.
  package func take() async throws -> Item {
    try Task.checkCancellation()
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Result<Item, any Error>? = state.withLock { state in
          if state.closed { return .failure(DatabaseError.unavailable(reason: "the database is closed")) }
          // A cancellation before this is seen here; one after it finds the ticket.
          if Task.isCancelled { return .failure(CancellationError()) }
          if let item = state.idle.popLast() { return .success(item) }
          state.waiting[ticket] = continuation
          state.order.append(ticket)
          return nil
        }
        if let answer { continuation.resume(with: answer) }
      }
    } onCancel: {
      let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
      continuation?.resume(throwing: CancellationError())
    }
  }

  /// Gives back what `take` gave.
  package func give(_ item: Item) {
    let (next, closing): (CheckedContinuation<Item, any Error>?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
      if let next = state.nextWaiting() { return (next, []) }
      state.idle.append(item)
      guard state.closed, state.idle.count == all.count else { return (nil, []) }
      defer { state.closing = [] }
      return (nil, state.closing)
    }
    next?.resume(returning: item)
    for continuation in closing { continuation.resume() }
  }

  /// Lets nobody in any more, waits until everything is given back, and returns it.
  package func close() async -> [Item] {
    await withCheckedContinuation { continuation in
      let done = state.withLock { state in
        state.closed = true
        if state.idle.count == all.count { return true }
        state.closing.append(continuation)
        return false
      }
      if done { continuation.resume() }
    }
    return all
  }
}
