import Elections
import HTTPServer
import StrictJSON
import VotingService

/// What everybody can check of those who are trusted: the certificate that they signed, and what each of them did.
public struct TrustRoutes: Sendable {
  private let elections: PublicElections

  public init(_ elections: PublicElections) { self.elections = elections }

  /// The routes.
  public var group: RouteGroup { RouteGroup("Trust", [certificate, conduct]) }

  private var certificate: Route {
    Route(
      "GET", "/elections/{e}/certificate", "getCertificate",
      "The result as the trustees signed it, with all that shows it: comitia verify --certificate reads it.", may: .anyone,
      parameters: [CastingRoutes.election.declaration], answer: .json(CertificateDocument.json, isCompressible: true),
      problems: [.notFound, .unknownElection, .boardUnavailable]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      return try await answering {
        guard let proof = try await elections.certificate(of: election) else {
          throw Problem(.notFound, detail: "The trustees have not signed a result of this election.")
        }
        return try CertificateDocument(proof)
      }
    }
  }

  private var conduct: Route {
    Route(
      "GET", "/elections/{e}/conduct", "getConduct",
      "What each trustee and witness did, and what of it was refused, with evidence: comitia verify --evidence reads it.",
      may: .anyone,
      parameters: [CastingRoutes.election.declaration], answer: .json(ConductDocument.json, isCompressible: true),
      problems: [.notFound, .unknownElection, .boardUnavailable]
    ) { context in
      let election = try context.value(CastingRoutes.election)
      return try await answering { try await elections.conduct(of: election) }
    }
  }
}
