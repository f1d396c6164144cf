/// Finds what somebody meant who mistyped a name.
enum NearestName {
  /// `; did you mean NAME?`, or nothing if no name is near.
  static func suggestion(for word: String, among names: [String]) -> String {
    let ranked = names.map { (name: $0, distance: distance(word.lowercased(), $0)) }.sorted { $0.distance < $1.distance }
    guard let best = ranked.first else { return "" }
    let isPrefix = word.count >= 4 && best.name.hasPrefix(word)
    guard isPrefix || best.distance <= max(2, word.count / 4) else {
      guard let longer = names.first(where: { word.count >= 4 && $0.hasPrefix(word) }) else { return "" }
      return "; did you mean \(longer)?"
    }
    return "; did you mean \(best.name)?"
  }

  /// How many letters must be added, left out, changed or swapped with their neighbour.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.prefix(64))
    let b = Array(b.prefix(64))
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
