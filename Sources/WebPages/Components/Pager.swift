/// The ways from a page of a list to its neighbours, and where one is among them.
enum Pager {
  /// A neighbour: where it is, and what leads there is called.
  struct Way {
    let link: Link
    let caption: String
  }

  /// - Parameters:
  ///   - name: what the ways are called for those who hear the page.
  ///   - here: where one is, in words.
  /// - Returns: `nil` where there is nothing to say.
  static func markup(_ name: String, before: Way? = nil, here: String? = nil, after: Way? = nil) -> HTML? {
    guard before != nil || here != nil || after != nil else { return nil }
    return nav(.class("pager"), .aria("label", name)) {
      if let before { anchor(.href(before.link)) { before.caption } }
      if let here { span(.class("quiet")) { here } }
      if let after { anchor(.href(after.link)) { after.caption } }
    }
  }
}
