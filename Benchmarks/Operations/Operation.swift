/// One thing to be measured.
struct Operation {
  /// What does the work once, a number of `items` at a time.
  struct Work {
    /// Ours.
    let ours: () -> Void
    /// The same work by libsodium, where it has it.
    var libsodium: (() -> Void)?
  }

  /// Never changes, so that figures of different days can be compared.
  let id: String
  let group: String
  /// For people.
  let name: String
  /// How many items one call does; figures are for one item.
  var items = 1
  /// Bytes in an item, where throughput matters.
  var bytes: Int?
  /// Takes half a second or more: measured in fewer rounds, and not at all in quick runs.
  var isHeavy = false
  /// Makes the inputs. Called only when the operation is measured.
  let prepare: () -> Work
}

/// Inputs used in turn, so that no branch or cache line knows the next one.
final class Rolling<Value> {
  private let values: [Value]
  private var position = 0

  init(_ values: [Value]) { self.values = values }

  var next: Value {
    position = position + 1 == values.count ? 0 : position + 1
    return values[position]
  }
}

/// Lets nothing that leads to `value` be optimised away.
@inline(never) @_optimize(none)
func keep<Value>(_ value: Value) {}
