import Curve25519
import Elections
import Foundation
import Sealing
import VotingService

/// `comitia credentials`: what a separate authority does, away from the service (issuer *authority*).
struct CredentialsCommand: Command {
  private static let voters = CommandOption(
    "voters", "FILE", isRequired: true, help: "the eligible voters, as the service exports them: CSV voterId,name,email,weight")
  private static let election = CommandOption(
    "election", "REFERENCE", isRequired: true, help: "the election's reference, 20 characters")
  private static let service = CommandOption(
    "service", "URL", isRequired: true, help: "the address that voters reach the service by")
  private static let links = CommandOption(
    "links", "FILE", isRequired: true, help: "the file of links to write, for the authority alone; nothing may be there yet")
  private static let out = CommandOption(
    "out", "FILE", isRequired: true, help: "the file of public credentials to write, for the organiser to upload")

  static let syntax = CommandSyntax(
    name: "comitia credentials",
    summary: "Make voting links as a separate authority, so that the service never sees them.",
    options: [voters, election, service, links, out],
    notes: [
      "Whoever has a link can vote: send each to its voter alone, and give the file of links to nobody, the organiser least of all.",
      "The public file names no voter; its order says nothing.",
    ],
    examples: [
      "comitia credentials --voters voters.csv --election abcdefghijkmnpqrstuv --service https://vote.example.org --links links.csv --out public.csv"
    ])

  private let votersPath: String
  private let reference: String
  private let address: String
  private let linksPath: String
  private let publicPath: String

  init(_ arguments: Arguments) throws(UsageError) {
    votersPath = arguments.value(Self.voters) ?? ""
    reference = arguments.value(Self.election) ?? ""
    linksPath = arguments.value(Self.links) ?? ""
    publicPath = arguments.value(Self.out) ?? ""
    var address = arguments.value(Self.service) ?? ""
    while address.hasSuffix("/") { address.removeLast() }
    self.address = address
    guard ElectionReference(Array(reference.utf8)) != nil else {
      throw arguments.error("--election is “\(reference)”; a reference has 20 letters and digits")
    }
    guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
      throw arguments.error("--service is “\(address)”; an address such as https://vote.example.org is needed")
    }
  }

  func run(_ terminal: Terminal) throws -> ExitStatus {
    let list = try Self.voters(try InputFile.read(votersPath), votersPath)
    guard !list.isEmpty else { throw CommandFailure("\(votersPath.printable) has no voters") }
    var random = SystemRandom()
    var entries: [RollEntry] = []
    var links = "voterId,name,email,link\n"
    for voter in list {
      let secret = VotingSecret(using: &random)
      entries.append(secret.rollEntry(voter))
      let fields = [voter.voterID, voter.name, voter.email, secret.link(service: address, election: reference)]
      links += fields.map { VoterTable.cell($0) }.joined(separator: ",") + "\n"
    }
    // Secrets first: a public file without them would be a roll on which nobody can vote.
    let mask = umask(0o077)
    defer { _ = umask(mask) }
    try OutputFile.write(Array(links.utf8), to: linksPath)
    try OutputFile.write(CredentialTable.csv(entries), to: publicPath)
    terminal.note(
      "\(TextFormat.count(list.count, "link")) in \(linksPath.printable); upload \(publicPath.printable) to the service\n")
    return .success
  }

  private static func voters(_ csv: [UInt8], _ path: String) throws(CommandFailure) -> [VoterDetails] {
    do throws(ElectionError) {
      return try VoterTable.read(csv)
    } catch let error {
      throw CommandFailure("\(path.printable): \(reason(error).printable)")
    }
  }

  private static func reason(_ error: ElectionError) -> String {
    if case .invalid(let place, let reason) = error { return "\(place): \(reason)" }
    return "not a list of voters"
  }
}
