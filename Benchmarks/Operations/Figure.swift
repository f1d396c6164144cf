/// What was measured of one operation; times in microseconds of processor time an item.
struct Figure: Encodable {
  let id: String
  let group: String
  let name: String
  let bytes: Int?
  let rounds: Int
  let median: Double
  let best: Double
  /// Distance of the quartiles, as a part of the median: how noisy the figure is.
  let spread: Double
  /// libsodium's median.
  let libsodium: Double?
  /// Median of our time by libsodium's of the same round.
  let ratio: Double?

  init(_ operation: Operation, ours: [Double], libsodium: [Double]) {
    id = operation.id
    group = operation.group
    name = operation.name
    bytes = operation.bytes
    rounds = ours.count
    median = ours.quantile(0.5)
    best = ours.quantile(0)
    spread = (ours.quantile(0.75) - ours.quantile(0.25)) / ours.quantile(0.5)
    self.libsodium = libsodium.isEmpty ? nil : libsodium.quantile(0.5)
    ratio = libsodium.isEmpty ? nil : zip(ours, libsodium).map { $0 / $1 }.quantile(0.5)
  }
}

extension [Double] {
  /// The value below which a part of the others lie, interpolated.
  fileprivate func quantile(_ part: Double) -> Double {
    let ordered = sorted()
    let place = part * Double(count - 1)
    let low = Int(place)
    let high = Swift.min(low + 1, count - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - Double(low))
  }
}
