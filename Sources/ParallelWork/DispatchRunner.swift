import Dispatch
import Synchronization
import Verification

/// Does work side by side on the cores of this machine.
public struct DispatchRunner: WorkRunner, Sendable {
  public let width: Int

  /// - Parameter width: how much is done at once.
  public init(width: Int) { self.width = max(1, width) }

  public func map<Item: Sendable, Output: Sendable>(_ items: [Item], _ work: @Sendable (Item) -> Output) -> [Output] {
    guard width > 1, items.count > 1 else { return items.map(work) }
    let results = Results<Output>(count: items.count)
    let threads = min(width, items.count)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for index in stride(from: thread, to: items.count, by: threads) { results.set(index, to: work(items[index])) }
    }
    return results.all
  }
}

/// Outputs in the order of their items, whichever is done first.
private final class Results<Output: Sendable>: Sendable {
  private let values: Mutex<[Output?]>

  init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, to value: Output) { values.withLock { $0[index] = value } }

  /// Every iteration has set its own by now.
  var all: [Output] { values.withLock { $0.compactMap { $0 } } }
}
