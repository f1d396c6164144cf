/// Finds what somebody meant who mistyped a name.
package enum NearestName {
  /// `; did you mean NAME?`, or nothing if no name is near.
  package static func suggestion(for word: String, among names: [String]) -> String {
    let ranked = names.map { (name: $0, distance: distanceToBeginning(word.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, letters(word) / 3) else { return "" }
    return "; did you mean \(best.name)?"
  }

  /// The distance to a name or, for words long enough to tell, to the beginning of one: `--tresh` means `--threshold`.
  private static func distanceToBeginning(_ word: String, _ name: String) -> Int {
    let whole = distance(word, name)
    guard letters(word) >= 3, name.count > word.count else { return whole }
    let beginnings = (word.count...min(name.count, word.count + 2)).map { distance(word, String(name.prefix($0))) }
    return min(whole, beginnings.min() ?? whole)
  }

  private static func letters(_ word: String) -> Int { word.count { $0 != "-" } }

  /// How many letters must be added, left out, changed or swapped with their neighbour.
  package static func distance(_ a: String, _ b: String) -> Int {
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
