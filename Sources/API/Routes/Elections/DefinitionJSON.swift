import BallotCryptography
import Elections
import ManifestJSON
import StrictJSON
import VotingService

/// The definition of an election as JSON: the schema for people and programs; what it says is read by `ManifestFile`, which the command reads too.
enum DefinitionJSON {
  private static let name: JSONValue = ["type": "string", "minLength": 1, "maxLength": 200]
  private static let description: JSONValue = ["type": "string", "maxLength": 4000]
  private static let time: JSONValue = ["type": "string", "format": "date-time", "examples": ["2026-12-01T08:00:00Z"]]

  private static let option = JSONSchema(
    named: "Option",
    [
      "oneOf": [
        name,
        [
          "type": "object", "required": ["name"], "additionalProperties": false,
          "properties": [
            "name": name, "description": description,
            "picture": ["type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of a picture that was put before."],
          ],
        ],
      ]
    ])

  private static let contest = JSONSchema(
    named: "Contest",
    [
      "type": "object", "required": ["title", "kind"], "additionalProperties": false,
      "properties": [
        "title": name, "description": description, "kind": ["type": "string", "enum": ["yes-no", "single", "approval", "score"]],
        "options": ["type": "array", "items": option.value, "minItems": 1, "maxItems": 250],
        "order": [
          "type": "string", "enum": ["listed", "drawn"], "default": "listed",
          "description": "How options are shown to voters: as listed, or in an order that the trustees draw at the opening.",
        ],
        "minimum": ["type": "integer", "minimum": 0, "maximum": 250, "description": "Of approval: how many at least."],
        "maximum": ["type": "integer", "minimum": 1, "maximum": 250, "description": "Of approval: how many at most."],
        "range": ["type": "integer", "minimum": 2, "maximum": 1000, "description": "Of score: the most points of an option."],
        "blank": ["type": "boolean", "default": true, "description": "Whether a ballot without a choice is valid."],
      ],
    ], uses: [option])

  private static let anchoring: JSONValue = [
    "type": "object", "required": ["mode"], "additionalProperties": false,
    "description": "What of the board goes to a public chain. Without chain and contract they are those of this service.",
    "properties": [
      "mode": ["type": "string", "enum": ["none", "checkpoint", "batch", "each"]],
      "chain": ["type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991],
      "contract": ["type": "string", "pattern": "^0x[0-9a-fA-F]{40}$", "description": "The address of its VoteRegistry."],
    ],
  ]

  private static let manifestSchema = JSONSchema(
    named: "Manifest",
    [
      "type": "object", "required": ["title", "contests"], "additionalProperties": false,
      "properties": [
        "title": name, "description": description, "opens": time, "closes": time,
        "revoting": ["type": "string", "enum": ["refused", "last-counts"], "default": "refused"],
        "credentials": ["type": "string", "enum": ["service", "authority", "voter"], "default": "service"],
        "smallAcknowledged": ["type": "boolean", "default": false], "anchoring": anchoring,
        "contests": ["type": "array", "items": contest.value, "minItems": 1, "maxItems": 50],
      ],
    ], uses: [contest])

  static let manifest = manifest(chain: nil)

  /// - Parameter chain: where the service writes: there is anchored what does not say otherwise.
  static func manifest(chain: ChainPlace?) -> JSONCodec<Manifest> {
    JSONCodec<Manifest>(
      schema: manifestSchema,
      read: { json, path, faults in
        do throws(ManifestFault) {
          return try ManifestFile(json: json.bytes).manifest(registry: chain.map { ($0.chain, $0.address) })
        } catch let fault {
          // The path within the manifest goes on from where the manifest stands.
          let place =
            fault.path.isEmpty ? path : JSONPath.root.member(path.text.isEmpty ? fault.path : "\(path.text).\(fault.path)")
          faults.append(JSONFault(place, fault.reason))
          return nil
        }
      }, write: { (try? JSONParser.parse($0.json)) ?? .null })
  }
}

extension JSONCodec where Value == Int64 {
  /// The version of an election.
  static var version: JSONCodec { .integer(1...Int64(1) << 50) }
}

/// What an organiser sends of an election.
struct ElectionInput: Sendable {
  let definition: ElectionDefinition
  /// Which version was seen; of a new election none.
  let version: Int64?

  /// - Parameter chain: where the service writes to a public chain.
  static func json(chain: ChainPlace?) -> JSONCodec<ElectionInput> {
    .object(
      "ElectionInput", .required("manifest", DefinitionJSON.manifest(chain: chain), \.definition.manifest),
      .defaulted("threshold", .integer(1...50), 2, \.definition.threshold),
      .optional("quorum", .integer(1...50), \.definition.quorum), .optional("version", .version, \.version),
      make: { ElectionInput(definition: ElectionDefinition(manifest: $0, threshold: $1, quorum: $2), version: $3) })
  }
}

/// An action with the version that was seen.
struct ActionInput: Sendable {
  let version: Int64?

  static let json = JSONCodec<ActionInput>.object(
    "ElectionAction", .optional("version", .version, \.version), make: { ActionInput(version: $0) })
}

/// An action that needs a reason for everybody to read.
struct ReasonInput: Sendable {
  let reason: PublicReason
  let version: Int64?

  private static let reason = JSONCodec<String>.text(1...PublicReason.longest).described("Stands on the public board for ever.")
    .converted(
      { text in Text(text).flatMap { PublicReason($0) } }, reason: "must be one line of at most \(PublicReason.longest) bytes",
      back: { $0.text.description })

  static let json = JSONCodec<ReasonInput>.object(
    "ElectionReason", .required("reason", reason, \.reason), .optional("version", .version, \.version),
    make: { ReasonInput(reason: $0, version: $1) })
}
