import HTTPServer
import StrictJSON

/// A part of a list, and where it goes on.
public struct Page<Item: Sendable>: Sendable {
  public let items: [Item]
  /// To be given as `after` for the next page; `nil` when this is the last one.
  public let next: String?

  public init(items: [Item], next: String?) {
    self.items = items
    self.next = next
  }
}

/// The parameters of every list.
public enum Pagination {
  /// How many at most.
  public static let limit = Parameter<Int>.query("limit", .integer(1...200), default: 50, "How many at most.")
  /// Where to go on.
  public static let after = Parameter<String?>.query(
    "after", JSONCodec<String>.text(1...200, .identifier), "The member `next` of the page before.")
  /// Both, to be listed by a route.
  public static let parameters = [limit.declaration, after.declaration]
}

extension AnswerBody {
  /// A page of a list: `{"items": […], "next": "…"}`, and the next page's address in `Link`.
  ///
  /// - Parameter name: of the page's schema.
  public static func page<Item>(_ name: String, of codec: JSONCodec<Item>) -> AnswerBody where Output == Page<Item> {
    let page = JSONCodec<Page<Item>>.object(
      name, .required("items", .list(of: codec, maximum: 200), \.items), .optional("next", .anyText, \.next),
      make: { items, next in Page(items: items, next: next) })
    let declaration = AnswerDeclaration(
      200, "A page.", mediaType: "application/json", schema: page.schema,
      headers: [("Link", "The address of the next page, `rel=\"next\"`.")])
    return AnswerBody(declarations: [declaration]) { value, context in
      var response = HTTPResponse(json: page.encode(value))
      if let next = value.next { response.headers["Link"] = "<\(context.address(after: next))>; rel=\"next\"" }
      return .response(response)
    }
  }
}

extension Context {
  /// The same list from another place on.
  fileprivate func address(after cursor: String) -> String {
    let kept = request.query.split(separator: "&").filter { !$0.hasPrefix("after=") }
    return "\(request.path)?\((kept + ["after=\(PercentEncoding.encode(cursor))"]).joined(separator: "&"))"
  }
}
