import BallotCryptography
import Curve25519
import Elections
import Foundation
import ParallelWork

/// Ballots of voters of an election that a service holds, made beforehand so that only the service is measured.
struct BallotFile {
  /// What the service answers for `/elections/{e}/booth`, as a file.
  var booth = ""
  /// Voting links, one a line, as a file.
  var links = ""
  /// Where the ballots go, each with its length before it: four bytes, big-endian.
  var output = ""
  /// Ballots of each voter, numbered from 1; the first of every voter come first.
  var each = 1

  /// Why the ballots cannot be made.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private struct Booth: Decodable {
    let electionId: String
    let manifest: Data
    let trustees: Data
  }

  func write() throws {
    let (context, options) = try election()
    let credentials = try credentials()
    let runner = DispatchRunner(width: ProcessInfo.processInfo.activeProcessorCount)
    var file: [UInt8] = []
    for number in 1...each {
      let chunks = stride(from: 0, to: credentials.count, by: 256).map { $0..<min($0 + 256, credentials.count) }
      let made = runner.map(chunks) { voters in
        voters.flatMap { voter in
          Self.framed(Self.ballot(context, options, credentials[voter], voter: voter, number: UInt32(number)))
        }
      }
      file += made.joined()
    }
    try Data(file).write(to: URL(fileURLWithPath: output))
  }

  /// Under what ballots are encrypted, and the options of the only contest.
  private func election() throws -> (context: BallotContext, options: Int) {
    let booth = try JSONDecoder().decode(Booth.self, from: try Data(contentsOf: URL(fileURLWithPath: booth)))
    let digits = Array(booth.electionId)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    guard let election = Bytes32(bytes) else { throw Failure(description: "the election id is not 32 bytes") }
    let manifest = try Manifest(Array(booth.manifest))
    let trustees = try TrusteeRoster(Array(booth.trustees))
    guard manifest.contests.count == 1 else { throw Failure(description: "the election has more than one contest") }
    return (
      BallotContext(election: election, jointKey: trustees.jointKey(.election), layout: manifest.layout),
      manifest.contests[0].options.count
    )
  }

  private func credentials() throws -> [Credential] {
    try String(contentsOfFile: links, encoding: .utf8).split(separator: "\n").map { link in
      // base64url without padding: RFC 4648, 5.
      let text = link.drop { $0 != "#" }.dropFirst().replacing("-", with: "+").replacing("_", with: "/") + "="
      guard let bytes = Data(base64Encoded: String(text)), let secret = Bytes32(Array(bytes)),
        let credential = Credential(secret: secret)
      else { throw Failure(description: "a voting link holds no secret") }
      return credential
    }
  }

  /// Votes for one option after the other, and now and then for none.
  private static func ballot(
    _ context: BallotContext, _ options: Int, _ credential: Credential, voter: Int, number: UInt32
  ) -> [UInt8] {
    var random = SeededRandom(seed: credential.secretBytes.bytes + Array("comitia benchmarks: ballot \(number)".utf8))
    let values = [(0..<options).map { UInt32(voter % (options + 1) == $0 ? 1 : 0) }]
    guard
      let (ballot, _) = try? BallotEncryptor(context).encrypt(
        values, credential: credential.publicKey, number: number, random: &random)
    else { preconditionFailure("a choice breaks the election's rules") }
    return CastBallot(ballot, credential: credential, random: &random).encoded
  }

  private static func framed(_ ballot: [UInt8]) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: ballot.count >> (24 - 8 * $0)) } + ballot
  }
}
