import Curve25519
import StrictJSON
import ThresholdCryptography
import VotingService

/// A number that gets another trustee.
struct ReplacementRequest: Sendable {
  let number: Int
  let name: String

  static let json = JSONCodec<ReplacementRequest>.object(
    "TrusteeReplacement", .required("number", TrusteeFields.number, \.number), .required("name", TrusteeFields.name, \.name),
    make: { ReplacementRequest(number: $0, name: $1) })
}

/// `POST /elections/{e}/handover`.
struct HandOverRequest: Sendable {
  let replace: [ReplacementRequest]

  static let json = JSONCodec<HandOverRequest>.object(
    "HandOverRequest",
    .defaulted(
      "replace",
      JSONCodec<[ReplacementRequest]>.list(of: ReplacementRequest.json, maximum: 50).described("None: all get fresh shares."),
      [], \.replace), make: { HandOverRequest(replace: $0) })
}

/// Its answer: the only one that holds the tokens.
struct HandOverAnswer: Sendable {
  let invitations: [InvitationAnswer]

  static let json = JSONCodec<HandOverAnswer>.object(
    "HandOver", .required("invitations", .list(of: InvitationAnswer.json, maximum: 50), \.invitations),
    make: { HandOverAnswer(invitations: $0) })
}

/// `POST /elections/{e}/handover/retry`.
struct HandOverRetry: Sendable {
  let without: [Int]

  static let json = JSONCodec<HandOverRetry>.object(
    "HandOverRetry",
    .defaulted("without", TrusteeFields.numbers.described("Who is not asked to deal again."), [], \.without),
    make: { HandOverRetry(without: $0) })
}

/// One who shall be a trustee.
struct HandOverMemberView: Sendable {
  let number: Int
  let name: String
  let signingKey: Bytes32?
  let isNew: Bool

  static let json = JSONCodec<HandOverMemberView>.object(
    "HandOverMember", .required("number", TrusteeFields.number, \.number), .required("name", .anyText, \.name),
    .optional("signingKey", TrusteeFields.key, \.signingKey), .required("new", .boolean, \.isNew),
    make: { HandOverMemberView(number: $0, name: $1, signingKey: $2, isNew: $3) })
}

/// How an attempt has failed.
struct HandOverFailureView: Sendable {
  let culprit: String
  let fault: String

  static let json = JSONCodec<HandOverFailureView>.object(
    "HandOverFailure",
    .required("culprit", JSONCodec<String>.anyText.described("`old 2` or `new 3`: before or after the hand-over."), \.culprit),
    .required("fault", .anyText, \.fault), make: { HandOverFailureView(culprit: $0, fault: $1) })
}

/// `GET /elections/{e}/handover`.
struct HandOverView: Sendable {
  let renewal: Int
  let members: [HandOverMemberView]
  let approved: [Int]
  let dealers: [Int]
  let missingDealers: [Int]
  let missingMembers: [Int]
  let failures: [HandOverFailureView]

  static let json = JSONCodec<HandOverView>.object(
    "HandOverProgress", .required("renewal", .integer(1...100), \.renewal),
    .required("members", .list(of: HandOverMemberView.json, maximum: 50), \.members),
    .required("approved", TrusteeFields.numbers.described("Whose persons have approved the list."), \.approved),
    .required("dealers", TrusteeFields.numbers, \.dealers),
    .required("missingDealers", TrusteeFields.numbers.described("Dealers that are waited for."), \.missingDealers),
    .required("missingMembers", TrusteeFields.numbers.described("New trustees that are waited for."), \.missingMembers),
    .required("failures", .list(of: HandOverFailureView.json, maximum: 1000), \.failures),
    make: {
      HandOverView(
        renewal: $0, members: $1, approved: $2, dealers: $3, missingDealers: $4, missingMembers: $5, failures: $6)
    })
}

extension HandOverView {
  init(_ overview: HandOverOverview) {
    var (old, new): ([Int], [Int]) = ([], [])
    for party in overview.missing {
      switch party {
      case .old(let number): old.append(number)
      case .new(let number): new.append(number)
      }
    }
    self.init(
      renewal: overview.renewal,
      members: overview.members.map {
        HandOverMemberView(number: $0.number, name: $0.name, signingKey: $0.signingKey, isNew: $0.isNew)
      }, approved: overview.approved, dealers: overview.dealers, missingDealers: old, missingMembers: new,
      failures: overview.failures.map { HandOverFailureView(culprit: $0.culprit, fault: $0.fault) })
  }
}
