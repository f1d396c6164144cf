import HTTPServer
import StrictJSON

/// Live events over a WebSocket.
public struct EventRoutes: Sendable {
  private let events: LiveEvents

  public init(_ events: LiveEvents) { self.events = events }

  /// The route.
  public var group: RouteGroup {
    RouteGroup(
      "Live events",
      [
        Route(
          "GET", "/events", "listen",
          #"A WebSocket. Say {"subscribe":["<election>"]}; what happens there follows: vote_cast, status, ceremony, checkpoint, trustee, result."#,
          may: .anyone, answer: .webSocket, problems: [.upgradeRequired]
        ) { context in LiveConnection(events, address: NetworkAddress.limitKey(context.request.remoteAddress)) }
      ])
  }
}
