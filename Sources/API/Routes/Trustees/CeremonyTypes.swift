import Curve25519
import StrictJSON
import ThresholdCryptography
import VotingService

/// `POST /elections/{e}/trustees`.
struct InvitationRequest: Sendable {
  let name: String
  let number: Int?

  static let json = JSONCodec<InvitationRequest>.object(
    "TrusteeInvitationRequest", .required("name", TrusteeFields.name, \.name), .optional("number", TrusteeFields.number, \.number),
    make: { InvitationRequest(name: $0, number: $1) })
}

/// Its answer: the only one that holds the token.
struct InvitationAnswer: Sendable {
  let number: Int
  let link: String

  static let json = JSONCodec<InvitationAnswer>.object(
    "TrusteeInvitation", .required("number", TrusteeFields.number, \.number),
    .required("link", JSONCodec<String>.anyText.described("Below the service's address. What follows `#` is secret."), \.link),
    make: { InvitationAnswer(number: $0, link: $1) })

  private init(number: Int, link: String) {
    self.number = number
    self.link = link
  }

  init(_ invitation: TrusteeInvitation, _ election: String) {
    self.init(number: invitation.number, link: "/trustee#\(election).\(invitation.token)")
  }
}

/// `PUT /elections/{e}/trustees`.
struct TrusteeOrder: Sendable {
  let order: [Int]

  static let json = JSONCodec<TrusteeOrder>.object(
    "TrusteeOrder", .required("order", TrusteeFields.numbers.described("The present numbers, in the new order."), \.order),
    make: { TrusteeOrder(order: $0) })
}

/// `POST /elections/{e}/ceremony`.
struct CeremonyStart: Sendable {
  let restart: Bool

  static let json = JSONCodec<CeremonyStart>.object(
    "CeremonyStart",
    .defaulted(
      "restart", JSONCodec<Bool>.boolean.described("Also where one goes on or is complete: it is left."), false, \.restart),
    make: { CeremonyStart(restart: $0) })
}

/// Its answer.
struct CeremonyStarted: Sendable {
  let ceremony: Bytes32

  static let json = JSONCodec<CeremonyStarted>.object(
    "CeremonyStarted", .required("ceremony", TrusteeFields.key, \.ceremony), make: { CeremonyStarted(ceremony: $0) })
}

/// `POST /elections/{e}/ceremony/absence`.
struct AbsenceRequest: Sendable {
  let absent: [String]

  static let json = JSONCodec<AbsenceRequest>.object(
    "TrusteeAbsence", .required("absent", .list(of: TrusteeFields.name, maximum: 50), \.absent),
    make: { AbsenceRequest(absent: $0) })
}

/// How long each phase took a trustee, in milliseconds.
struct LatencyView: Sendable {
  let times: [TrusteeLatency: UInt64]

  private static func field(
    _ latency: TrusteeLatency
  ) -> JSONField<LatencyView, UInt64?> { .optional(latency.rawValue, TrusteeFields.size) { $0.times[latency] } }

  static let json = JSONCodec<LatencyView>.object(
    "TrusteeLatencies", field(.joining), field(.ceremony), field(.drill), field(.cosignature), field(.decryption),
    field(.signing),
    make: { joining, ceremony, drill, cosignature, decryption, signing in
      var times: [TrusteeLatency: UInt64] = [:]
      times[.joining] = joining
      times[.ceremony] = ceremony
      times[.drill] = drill
      times[.cosignature] = cosignature
      times[.decryption] = decryption
      times[.signing] = signing
      return LatencyView(times: times)
    })
}

/// A trustee as the organiser sees it.
struct TrusteeView: Sendable {
  let number: Int
  let name: String
  let signingKey: Bytes32?
  let invited: UInt64
  let joined: UInt64?
  let seen: UInt64?
  let passed: Bool
  let isAbsent: Bool
  let latencies: LatencyView

  static let json = JSONCodec<TrusteeView>.object(
    "Trustee", .required("number", TrusteeFields.number, \.number), .required("name", .anyText, \.name),
    .optional("signingKey", TrusteeFields.key, \.signingKey), .required("invited", .time, \.invited),
    .optional("joined", .time, \.joined), .optional("seen", .time, \.seen), .required("passedDrill", .boolean, \.passed),
    .required("absent", .boolean, \.isAbsent), .required("milliseconds", LatencyView.json, \.latencies),
    make: {
      TrusteeView(
        number: $0, name: $1, signingKey: $2, invited: $3, joined: $4, seen: $5, passed: $6, isAbsent: $7, latencies: $8)
    })
}

/// What ended a ceremony.
struct FailureView: Sendable {
  let ceremony: Bytes32
  let culprit: Int?
  let fault: String

  static let json = JSONCodec<FailureView>.object(
    "CeremonyFailure", .required("ceremony", TrusteeFields.key, \.ceremony), .optional("culprit", TrusteeFields.number, \.culprit),
    .required("fault", .anyText, \.fault), make: { FailureView(ceremony: $0, culprit: $1, fault: $2) })
}

/// `GET /elections/{e}/trustees`.
struct TrusteesView: Sendable {
  let phase: String
  let threshold: Int
  let quorum: Int
  let ceremony: Bytes32?
  let round: String?
  let messages: UInt64
  let missing: [Int]
  let reason: String?
  let trustees: [TrusteeView]
  let failures: [FailureView]

  static let json = JSONCodec<TrusteesView>.object(
    "Trustees", .required("phase", TrusteeFields.phase, \.phase), .required("threshold", TrusteeFields.number, \.threshold),
    .required("quorum", TrusteeFields.number, \.quorum), .optional("ceremony", TrusteeFields.key, \.ceremony),
    .optional("round", JSONCodec<String>.anyText.described("What the key ceremony waits for."), \.round),
    .required("messages", TrusteeFields.size, \.messages),
    .required("missing", TrusteeFields.numbers.described("Who is waited for."), \.missing),
    .optional("reason", .anyText, \.reason), .required("trustees", .list(of: TrusteeView.json, maximum: 50), \.trustees),
    .required("failures", .list(of: FailureView.json, maximum: 10_000), \.failures),
    make: {
      TrusteesView(
        phase: $0, threshold: $1, quorum: $2, ceremony: $3, round: $4, messages: $5, missing: $6, reason: $7, trustees: $8,
        failures: $9)
    })
}

extension TrusteesView {
  init(_ overview: TrusteeOverview) {
    let state = overview.state
    self.init(
      phase: "\(state.phase.name)", threshold: state.threshold, quorum: state.quorum, ceremony: state.ceremony,
      round: overview.round.map { "\($0)" }, messages: state.messages, missing: overview.missing, reason: state.reason,
      trustees: overview.trustees.map { trustee in
        TrusteeView(
          number: trustee.number, name: trustee.name, signingKey: trustee.signingKey, invited: trustee.invited,
          joined: trustee.joined, seen: trustee.seen, passed: trustee.passed, isAbsent: trustee.isAbsent,
          latencies: LatencyView(times: trustee.latencies))
      },
      failures: overview.failures.map { FailureView(ceremony: $0.ceremony, culprit: $0.culprit, fault: $0.fault) })
  }
}
