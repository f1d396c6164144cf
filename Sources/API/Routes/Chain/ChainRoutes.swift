import HTTPServer
import StrictJSON
import VotingService

extension Problem.Kind {
  static let noChain = Self(404, "no-chain", "This service writes to no public chain")
}

/// The public chain for administrators: how the service stands with it, and what can be done.
public struct ChainRoutes: Sendable {
  private let chain: ChainAdministration?

  /// - Parameter chain: `nil` where the service writes to none; then every route says so.
  public init(_ chain: ChainAdministration?) { self.chain = chain }

  /// The routes.
  public var group: RouteGroup { RouteGroup("Public chain of the service", [overview, retry, anchor, reconcile]) }

  private func served() throws(Problem) -> ChainAdministration {
    guard let chain else { throw Problem(.noChain) }
    return chain
  }

  private var overview: Route {
    Route(
      "GET", "/chain", "getChain",
      "Account and balance, what is queued and why, the last reconciliation, the price of gas of seven days, costs of thirty.",
      may: .permission(.readOperations), answer: .json(ChainOverview.json), problems: [.noChain]
    ) { _ in try await served().overview() }
  }

  private var retry: Route {
    Route(
      "POST", "/chain/retry", "retryChainQueue", "Has everything tried at once that waits because it failed or gas was too dear.",
      may: .permission(.manageJobs), answer: .none("It is being tried."), problems: [.noChain]
    ) { context in try await served().retryQueued(by: context.caller) }
  }

  private var anchor: Route {
    Route(
      "POST", "/chain/anchors", "anchorNow", "Has the present state of all boards anchored, where it differs from the last.",
      may: .permission(.manageJobs), answer: .none("It is on its way."), problems: [.noChain]
    ) { context in try await served().anchorNow(by: context.caller) }
  }

  /// How to reconcile.
  private struct Reconciliation: Sendable {
    let repair: Bool
    static let json = JSONCodec<Reconciliation>.object(
      "ReconciliationWish",
      .defaulted(
        "repair", JSONCodec<Bool>.boolean.described("Whether what can be mended here is. Nothing on the chain ever changes."),
        false,
        \.repair),
      make: { Reconciliation(repair: $0) })
  }

  private var reconcile: Route {
    Route(
      "POST", "/chain/reconciliations", "reconcileChain",
      "Has all records compared with the chain and the boards; `GET /chain` tells what was found.", may: .permission(.manageJobs),
      body: .json(Reconciliation.json), answer: .none("It is on its way."), problems: [.noChain]
    ) { context, wish in
      let chain = try served()
      if wish.repair { try await chain.repair(by: context.caller) } else { try await chain.reconcileNow(by: context.caller) }
    }
  }
}
