import API
import Curve25519
import Elections
import Verification

/// A result certificate from outside: the file of a record, or what a service answers to `/elections/{e}/certificate`.
struct GivenCertificate {
  /// The file (specification, 6.11).
  let bytes: [UInt8]
  /// With what it stands for; `nil` where it is the file alone.
  let document: CertificateDocument?

  /// Why it proves nothing.
  struct Worthless: Error {
    let reason: String
  }

  /// - Throws: `CommandFailure` where the file cannot be read, `Worthless` where it does not hold.
  init(_ path: String) throws {
    let content = try InputFile.read(path)
    if content.starts(with: Array("COMITIAC".utf8)) {
      (bytes, document) = (content, nil)
      return
    }
    do {
      let document = try CertificateDocument(content)
      (bytes, self.document) = (document.proof.certificate, document)
    } catch let fault as CertificateFault {
      throw Worthless(reason: fault.text)
    } catch CertificateDocument.Malformed.words {
      throw Worthless(reason: "what it says in words is not what its files say")
    } catch CertificateDocument.Malformed.form(let reason) {
      throw CommandFailure(
        "\(path.printable) is no certificate: \(reason.printable); give the file certificate of a record, or what the service answers to /api/v1/elections/…/certificate"
      )
    }
  }
}

/// Says what a certificate alone proves, and what it does not.
struct CertificateText {
  let terminal: Terminal
  let isJSON: Bool

  private struct Answer: Encodable {
    let ok: Bool
    let electionId: String
    let selfConsistentOnly: Bool
    let jointKey: String
    let trustees: [String]
    let contests: [ContestAnswer]
  }

  /// A certificate without a record.
  ///
  /// - Parameter expected: the election id from the organiser.
  func say(_ document: CertificateDocument, expected: Bytes32?) -> ExitStatus {
    let certified = document.certified
    guard expected == nil || expected == certified.electionID else {
      return refuse("it is about another election, whose id is \(certified.electionID.hex)")
    }
    let names = certified.acting.trustees.map { $0.name.description }
    if isJSON {
      terminal.say(
        JSONAnswer.text(
          Answer(
            ok: true, electionId: certified.electionID.hex, selfConsistentOnly: expected == nil, jointKey: certified.jointKey.hex,
            trustees: names, contests: ContestAnswer.all(certified.manifest, certified.result))))
      return .success
    }
    terminal.say(terminal.styled("The signature is good.", .bold, .good))
    ResultTable(certified.manifest, certified.result, terminal).say()
    terminal.say()
    let facts = FactList(terminal)
    facts.say("Title", certified.manifest.title.description.printable)
    facts.say("Election id", certified.electionID.hex)
    facts.say("Trustees", "any \(certified.roster.threshold) of " + names.map { $0.printable }.joined(separator: ", "))
    facts.say("Joint key", certified.jointKey.hex)
    terminal.say()
    paragraph(
      "This shows that \(certified.roster.threshold) of these trustees together signed these totals. Each of them verifies the whole board before it signs; "
        + "that the totals are those of the ballots you see for yourself only with the record:")
    terminal.say()
    terminal.say("  \(Invocation.name) verify DIR --certificate FILE")
    if expected == nil {
      terminal.say()
      paragraph(
        "Nothing from outside was given: whoever invents an election with trustees of his own can sign such a certificate, too. Compare the election id with the "
          + "one that the organiser published, or give it with --election-id HEX.")
    }
    return .success
  }

  /// It proves nothing.
  func refuse(_ reason: String) -> ExitStatus {
    if isJSON {
      terminal.say(JSONAnswer.text(ErrorAnswer(error: "the certificate given: \(reason)")))
    } else {
      terminal.say(
        terminal.styled("The certificate given proves nothing: \(reason.printable).".wrapped(to: terminal.width), .bold, .bad))
    }
    return .checkFailed
  }

  private func paragraph(_ text: String) { terminal.say(text.wrapped(to: min(terminal.width, 80))) }
}
