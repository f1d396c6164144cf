import Elections
import StrictJSON
import VotingService

/// What a client says on the WebSocket of live events.
struct LiveRequest: Sendable, Equatable {
  let subscribe: [String]
  let unsubscribe: [String]

  /// Elections named in one message.
  static let mostElections = 100

  static let json = JSONCodec<LiveRequest>.object(
    "LiveRequest",
    .defaulted("subscribe", .list(of: .anyText, maximum: mostElections), [], \.subscribe),
    .defaulted("unsubscribe", .list(of: .anyText, maximum: mostElections), [], \.unsubscribe),
    make: { LiveRequest(subscribe: $0, unsubscribe: $1) })
}

/// What the service says there: an object with `event`, and what belongs to it.
enum LiveMessage {
  /// What happened in an election.
  static func text(_ event: ServiceEvent) -> String {
    switch event {
    case .voteCast(let election, let total, let voters, let time):
      text(
        "vote_cast", election,
        [
          .init("total", .integer(Int64(total))), .init("voters", .integer(Int64(voters))),
          .init("time", .text(JSONTime.text(time))),
        ])
    case .status(let election, let status): text("status", election, [.init("status", .text(status))])
    case .ceremony(let election, let phase): text("ceremony", election, [.init("phase", .text(phase))])
    case .checkpoint(let election, let size, let cosignatures):
      text(
        "checkpoint", election,
        [.init("size", .integer(Int64(size))), .init("cosignatures", .integer(Int64(cosignatures)))])
    case .trustee(let election, let number, let status):
      text("trustee", election, [.init("number", .integer(Int64(number))), .init("status", .text(status))])
    case .result(let election): text("result", election, [])
    case .anchored(let election, let size, let block):
      text("anchored", election, [.init("size", .integer(Int64(size))), .init("block", .integer(Int64(block)))])
    }
  }

  /// What a client is subscribed to now.
  static func subscribed(_ elections: Set<String>) -> String {
    encoded([.init("event", "subscribed"), .init("elections", .list(elections.sorted().map { .text($0) }))])
  }

  /// Why a message was not heeded.
  static func problem(_ detail: String) -> String { encoded([.init("event", "problem"), .init("detail", .text(detail))]) }

  private static func text(_ name: String, _ election: String, _ members: [JSONValue.Member]) -> String {
    encoded([.init("event", .text(name)), .init("election", .text(election))] + members)
  }

  private static func encoded(_ members: [JSONValue.Member]) -> String {
    String(decoding: JSONValue.object(members).bytes, as: UTF8.self)
  }
}
