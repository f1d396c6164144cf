import Synchronization

/// Numbers for the operator, in the text format of Prometheus (0.0.4). Names and labels are fixed in the program, never made of what clients send, so that there is a bound to them.
public final class MetricsRegistry: Sendable {
  private let families = Mutex<[String: Family]>([:])

  public init() {}

  /// A number that only grows.
  public func counter(_ name: String, help: String) -> Counter {
    register(name, "counter", help)
    return Counter(registry: self, name: name)
  }

  /// A number that goes up and down.
  public func gauge(_ name: String, help: String) -> Gauge {
    register(name, "gauge", help)
    return Gauge(registry: self, name: name)
  }

  /// How values are distributed: how many are at most each bound, in ascending order.
  public func histogram(_ name: String, help: String, bounds: [Double] = Histogram.seconds) -> Histogram {
    register(name, "histogram", help, bounds: bounds)
    return Histogram(registry: self, name: name)
  }

  /// A gauge that is asked for when the metrics are read.
  public func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
    register(name, "gauge", help)
    families.withLock { $0[name]?.read = read }
  }

  /// All of it, families by name, series by labels.
  public var text: String {
    // What is asked for may take locks of its own, so it is asked without ours.
    let snapshot = families.withLock { $0 }
    var text = ""
    for (name, family) in snapshot.sorted(by: { $0.key < $1.key }) {
      text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind)\n"
      if let read = family.read { text += "\(name) \(Self.format(read()))\n" }
      for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) { text += series.text(name, labels, family.bounds) }
    }
    return text
  }

  private func register(_ name: String, _ kind: String, _ help: String, bounds: [Double] = []) {
    families.withLock { families in
      if families[name] == nil { families[name] = Family(kind: kind, help: help, bounds: bounds) }
    }
  }

  func add(_ value: Double, to name: String, _ labels: [(String, String)]) {
    update(name, labels) { series, _ in series.value += value }
  }

  func set(_ value: Double, of name: String, _ labels: [(String, String)]) {
    update(name, labels) { series, _ in series.value = value }
  }

  func observe(_ value: Double, in name: String, _ labels: [(String, String)]) {
    update(name, labels) { series, bounds in
      if series.buckets.isEmpty { series.buckets = Array(repeating: 0, count: bounds.count) }
      if let position = bounds.firstIndex(where: { value <= $0 }) { series.buckets[position] += 1 }
      series.value += value
      series.count += 1
    }
  }

  private func update(_ name: String, _ labels: [(String, String)], _ change: (inout Series, [Double]) -> Void) {
    let key = labels.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",")
    families.withLock { families in
      guard let place = families.index(forKey: name) else { return }
      let bounds = families.values[place].bounds
      change(&families.values[place].series[key, default: Series()], bounds)
    }
  }

  private static func escape(_ label: String) -> String {
    // Most labels have nothing to escape, and this is done several times a request.
    guard label.utf8.contains(where: { $0 == 0x5c || $0 == 0x22 || $0 == 0x0a }) else { return label }
    return label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  static func format(_ value: Double) -> String {
    abs(value) < 1e15 && value == value.rounded() ? String(Int64(value)) : String(value)
  }
}

/// A metric with one name.
private struct Family {
  let kind: String
  let help: String
  let bounds: [Double]
  var series: [String: Series] = [:]
  var read: (@Sendable () -> Double)?
}

/// The values of one metric with one set of labels.
private struct Series {
  var value = 0.0
  /// Of a histogram: how many were observed, and how many fell into each bucket and no smaller one.
  var count = 0
  var buckets: [Int] = []

  func text(_ name: String, _ labels: String, _ bounds: [Double]) -> String {
    let suffix = labels.isEmpty ? "" : "{\(labels)}"
    guard !bounds.isEmpty else { return "\(name)\(suffix) \(MetricsRegistry.format(value))\n" }
    let prefix = labels.isEmpty ? "" : labels + ","
    var text = ""
    var total = 0
    for (bound, bucket) in zip(bounds, buckets) {
      total += bucket
      text += "\(name)_bucket{\(prefix)le=\"\(MetricsRegistry.format(bound))\"} \(total)\n"
    }
    text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(count)\n"
    return text + "\(name)_sum\(suffix) \(MetricsRegistry.format(value))\n\(name)_count\(suffix) \(count)\n"
  }
}

/// A number that only grows.
public struct Counter: Sendable {
  fileprivate let registry: MetricsRegistry
  fileprivate let name: String

  /// Adds to the series with these labels.
  public func add(_ value: Int = 1, _ labels: [(String, String)] = []) { registry.add(Double(value), to: name, labels) }
}

/// A number that goes up and down.
public struct Gauge: Sendable {
  fileprivate let registry: MetricsRegistry
  fileprivate let name: String

  /// Sets the series with these labels.
  public func set(_ value: Double, _ labels: [(String, String)] = []) { registry.set(value, of: name, labels) }

  /// Adds to the series with these labels; negative values take away.
  public func add(_ value: Double, _ labels: [(String, String)] = []) { registry.add(value, to: name, labels) }
}

/// How values are distributed.
public struct Histogram: Sendable {
  fileprivate let registry: MetricsRegistry
  fileprivate let name: String

  /// Bounds for durations of requests, in seconds.
  public static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

  /// Counts a value in the series with these labels.
  public func observe(_ value: Double, _ labels: [(String, String)] = []) { registry.observe(value, in: name, labels) }
}
