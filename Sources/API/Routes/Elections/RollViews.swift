import Curve25519
import Elections
import StrictJSON
import VotingService

extension JSONCodec where Value == UInt32 {
  /// How often a voter's ballot counts.
  static var weight: JSONCodec { .integer(1...4_294_967_295) }
}

extension VoterDetails {
  private static let line = JSONCodec<String>.text(1...200)
  private static let address = JSONCodec<String>.text(0...254, .secret)

  /// Fields of a voter, beside which others may stand.
  static let json = JSONCodec<VoterDetails>.object(
    "VoterDetails", .required("voterId", line, \.voterID), .defaulted("name", .text(0...200, .secret), "", \.name),
    .defaulted("email", address, "", \.email), .defaulted("weight", JSONCodec<UInt32>.weight, UInt32(1), \.weight),
    make: { VoterDetails(voterID: $0, name: $1, email: $2, weight: $3) })
}

/// A voter, as far as who asks may see.
struct VoterView: Sendable {
  let voter: Voter
  let withContact: Bool

  static let json = JSONCodec<VoterView>.answer(
    JSONSchema(
      named: "Voter",
      [
        "type": "object", "required": ["id", "voterId", "weight", "state", "hasCredential", "awaitsReplacement"],
        "properties": [
          "id": ["type": "string"], "voterId": ["type": "string"], "name": ["type": "string"], "email": ["type": "string"],
          "weight": ["type": "integer"], "state": JSONCodec<Voter.State>.word.schema.value,
          "account": ["type": "string", "description": "That was admitted."],
          "hasCredential": ["type": "boolean", "description": "Whether the service knows this voter's public credential."],
          "awaitsReplacement": ["type": "boolean", "description": "Whether a new device waits for the organiser."],
        ],
      ])
  ) { $0.value }

  private var value: JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .text(voter.id)), .init("voterId", .text(voter.details.voterID)),
      .init("weight", .integer(Int64(voter.details.weight))), .init("state", .text(voter.state.rawValue)),
      .init("hasCredential", .boolean(voter.credential != nil)), .init("awaitsReplacement", .boolean(voter.awaitsReplacement)),
    ]
    if withContact {
      members += [.init("name", .text(voter.details.name)), .init("email", .text(voter.details.email))]
    }
    if let account = voter.account { members.append(.init("account", .text(account))) }
    return .object(members)
  }
}

/// A change of a voter: what is left out stays.
struct VoterPatch: Sendable {
  let voterID: String?
  let name: String?
  let email: String?
  let weight: UInt32?
  let state: Voter.State?

  static let json = JSONCodec<VoterPatch>.object(
    "VoterPatch", .optional("voterId", .text(1...200), \.voterID), .optional("name", .text(0...200, .secret), \.name),
    .optional("email", .text(0...254, .secret), \.email), .optional("weight", .weight, \.weight),
    .optional("state", .word, \.state),
    make: { VoterPatch(voterID: $0, name: $1, email: $2, weight: $3, state: $4) })

  func applied(to voter: Voter) -> (details: VoterDetails, state: Voter.State) {
    let old = voter.details
    return (
      VoterDetails(
        voterID: voterID ?? old.voterID, name: name ?? old.name, email: email ?? old.email, weight: weight ?? old.weight),
      state ?? voter.state
    )
  }
}

extension ImportReport {
  private static let count = JSONCodec<Int>.integer(0...10_000_000)
  private static let fault = JSONCodec<ImportFault>.answer(
    "ImportFault", .required("line", count, \.line), .required("column", .anyText, \.column),
    .required("reason", .anyText, \.reason))

  static let json = JSONCodec<ImportReport>.answer(
    "ImportReport", .required("done", .boolean, \.isDone), .required("added", count, \.added), .required("lines", count, \.lines),
    .required("faulty", count, \.faulty), .required("faults", .list(of: fault, maximum: mostFaults), \.faults))
}

extension RollRules {
  private static let patterns = JSONCodec<[String]>.list(of: .text(1...254), maximum: most)

  static let json = JSONCodec<RollRules>.object(
    "RollRules", .defaulted("allow", patterns, [], \.allow), .defaulted("exclude", patterns, [], \.exclude),
    make: { RollRules(allow: $0, exclude: $1) })
}

extension RollCounts {
  private static let count = JSONCodec<Int>.integer(0...10_000_000)

  static let json = JSONCodec<RollCounts>.answer(
    "RollCounts", .required("voters", count, \.voters), .required("eligible", count, \.eligible),
    .required("credentials", count, \.credentials), .required("weight", .count, \.weight))
}

/// Voting links, shown once.
struct LinkList: Sendable {
  let meaning: String
  let items: [IssuedLink]

  private static let link = JSONCodec<IssuedLink>.answer(
    "VotingLink", .required("voter", .anyText, \.voter), .required("voterId", .anyText, \.details.voterID),
    .required("name", .anyText, \.details.name), .required("email", .anyText, \.details.email),
    .required("weight", .weight, \.details.weight), .required("link", .anyText, \.link))

  static let json = JSONCodec<LinkList>.answer(
    "VotingLinks",
    .required("meaning", JSONCodec<String>.anyText.described("What it means that the service made them."), \.meaning),
    .required("items", .list(of: link, maximum: RollStore.mostVoters), \.items))
}

/// What an organiser asks for when links are to be made.
struct LinkInput: Sendable {
  let renewing: Bool

  static let json = JSONCodec<LinkInput>.object(
    "VotingLinkRequest",
    .defaulted(
      "renew", JSONCodec<Bool>.boolean.described("Whether voters who have a link get a new one, which makes the old one void."),
      false,
      \.renewing), make: { LinkInput(renewing: $0) })
}

/// Accounts to be admitted, and what became of them.
struct AdmissionInput: Sendable {
  let accounts: [String]

  static let json = JSONCodec<AdmissionInput>.object(
    "Admission", .required("accounts", .list(of: AccessFields.reference, minimum: 1, maximum: 1000), \.accounts),
    make: { AdmissionInput(accounts: $0) })
}

struct AdmissionView: Sendable {
  let account: String
  let outcome: String
  let voter: String?

  init(account: String, outcome: String, voter: String?) {
    self.account = account
    self.outcome = outcome
    self.voter = voter
  }

  init(_ account: String, _ admission: Admission) {
    switch admission {
    case .tied(let voter): self.init(account: account, outcome: "tied", voter: voter)
    case .added(let voter): self.init(account: account, outcome: "added", voter: voter)
    case .admittedBefore: self.init(account: account, outcome: "admitted-before", voter: nil)
    case .notAllowed: self.init(account: account, outcome: "not-allowed", voter: nil)
    case .ambiguous: self.init(account: account, outcome: "ambiguous", voter: nil)
    }
  }

  static let json = JSONCodec<AdmissionView>.answer(
    "AdmissionOutcome", .required("account", .anyText, \.account), .required("outcome", .anyText, \.outcome),
    .optional("voter", .anyText, \.voter))
}

/// A credential that a voter's own device made.
struct RegistrationInput: Sendable {
  let credential: [UInt8]
  /// `R point ‖ s scalar`, 64 bytes.
  let proof: [UInt8]

  static let json = JSONCodec<RegistrationInput>.object(
    "CredentialRegistration", .required("credential", .hexadecimal(bytes: 32), \.credential),
    .required("proof", JSONCodec<[UInt8]>.hexadecimal(bytes: 64).described("Proof of knowledge of the secret."), \.proof),
    make: { RegistrationInput(credential: $0, proof: $1) })

  func registration() throws(Problem) -> CredentialRegistration {
    var reader = ByteReader(proof)
    guard let credential = Bytes32(credential), let commitment = try? reader.point("commitment"),
      let response = try? reader.scalar("response")
    else { throw .invalid("proof", "is not a proof") }
    return CredentialRegistration(credential: credential, proof: SchnorrProof(commitment: commitment, response: response))
  }
}

/// What a voter is told of the own place on the roll.
struct OwnVoterView: Sendable {
  let voterID: String
  let weight: UInt32
  let hasCredential: Bool
  let waits: Bool
  let salt: [UInt8]?

  static let json = JSONCodec<OwnVoterView>.answer(
    "OwnVoter", .required("voterId", .anyText, \.voterID), .required("weight", .weight, \.weight),
    .required("hasCredential", .boolean, \.hasCredential), .required("awaitsReplacement", .boolean, \.waits),
    .optional(
      "salt", JSONCodec<[UInt8]>.hexadecimal(bytes: 32).described("Of the identity commitment on the roll; keep it."), \.salt))
}

/// Why a credential is replaced.
struct ReplacementInput: Sendable {
  let reason: String

  static let reason = JSONCodec<String>.text(1...200).described("For the audit log: why the credential is believed to be lost.")
  static let json = JSONCodec<ReplacementInput>.object(
    "Replacement", .required("reason", reason, \.reason), make: { ReplacementInput(reason: $0) })
}

/// A lost credential and the one that the authority made in its place.
struct MadeReplacementInput: Sendable {
  let revoked: [UInt8]
  let credential: [UInt8]
  let identity: [UInt8]
  let reason: String

  static let json = JSONCodec<MadeReplacementInput>.object(
    "MadeReplacement", .required("revoked", .hexadecimal(bytes: 32), \.revoked),
    .required("credential", .hexadecimal(bytes: 32), \.credential),
    .required("identity", JSONCodec<[UInt8]>.hexadecimal(bytes: 32).described("Commitment to the voter's identity."), \.identity),
    .required("reason", ReplacementInput.reason, \.reason),
    make: { MadeReplacementInput(revoked: $0, credential: $1, identity: $2, reason: $3) })
}

/// The new link, where the service made it; shown once.
struct ReplacementView: Sendable {
  let link: String?

  static let json = JSONCodec<ReplacementView>.answer("Replaced", .optional("link", .anyText, \.link))
}
