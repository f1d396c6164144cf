import Curve25519
import Elections
import Foundation
import TestSupport
import Testing
import Verification

@Suite("Certificates from outside")
struct CertificateTests {
  private static func proof(_ forge: Forge, _ record: MemoryRecord) -> CertificateProof {
    CertificateProof(
      opening: forge.entries[0], manifest: record["manifest"], trustees: record["trustees"], result: record["result"],
      certificate: record["certificate"])
  }

  @Test("one that agrees with the record is something from outside; one that does not fails check 13")
  func againstRecord() throws {
    let forge = try Attack.closed(Attack.single())
    let record = try forge.record()
    func report(_ certificate: [UInt8], _ record: MemoryRecord) throws -> VerificationReport {
      var expectations = Expectations()
      expectations.certificates = [certificate]
      return try verify(record, expectations).report
    }
    let good = try report(record["certificate"], record)
    #expect(good.passed && !good.selfConsistentOnly)
    var other = try Attack.begun(Attack.single())
    other.close()
    let foreign = try report(other.record()["certificate"], record)
    #expect(foreign.firstFailure?.check == .certificate)
    #expect(foreign.firstFailure?.detail == "the certificate given is about something else than this board and result")
    var forged = record["certificate"]
    forged[forged.count - 1] ^= 0x10
    #expect(
      try report(forged, record).firstFailure?.detail == "the certificate given: its signature is not by the trustees' joint key")
    #expect(try report(Array(forged.dropLast()), record).firstFailure?.check == .certificate)
    var aborted = try Attack.begun(Attack.single())
    aborted.abort()
    #expect(try report(record["certificate"], aborted.abortedRecord()).firstFailure?.check == .certificate)
  }

  @Test("alone, one shows the totals that the trustees signed")
  func alone() throws {
    let forge = try Attack.closed(Attack.single())
    let record = try forge.record()
    let proof = Self.proof(forge, record)
    let certified = try proof.verify()
    #expect(certified.electionID == forge.electionID && certified.result.totals == [1, 1, 1])
    // The bytes that 6.11 names, made by hand.
    let key = try #require(certified.jointKey.bytes.count == 32 ? certified.jointKey.bytes : nil)
    let message = Array("comitia result certificate/v1\n".utf8) + proof.certificate.dropLast(64)
    #expect(message == certified.certificate.message)
    #expect(Ed25519.verify(signature: Array(proof.certificate.suffix(64)), message: message, publicKey: Bytes32(key.span)))
  }

  @Test("every byte of it counts")
  func altered() throws {
    let forge = try Attack.closed(Attack.single())
    let record = try forge.record()
    let good = Self.proof(forge, record)
    let files = [good.opening, good.manifest, good.trustees, good.result, good.certificate]
    for file in files.indices {
      // Each proof that fails costs a millisecond: some bytes of each file, its first and last among them.
      let last = files[file].count - 1
      for position in Set([0, last] + (0...40).map { last * $0 / 40 }) {
        var altered = files
        altered[file][position] ^= 1
        let bad = CertificateProof(
          opening: altered[0], manifest: altered[1], trustees: altered[2], result: altered[3], certificate: altered[4])
        #expect(throws: CertificateFault.self, "file \(file), byte \(position)") { try bad.verify() }
      }
    }
  }

  @Test("parts of another election are refused, and named")
  func mixed() throws {
    let (one, other) = (try Attack.closed(Attack.single()), try Attack.closed(Attack.revoting()))
    let (good, bad) = (Self.proof(one, try one.record()), Self.proof(other, try other.record()))
    func fault(_ proof: CertificateProof) -> CertificateFault? {
      do throws(CertificateFault) {
        _ = try proof.verify()
        return nil
      } catch { return error }
    }
    func mixed(
      opening: [UInt8]? = nil, manifest: [UInt8]? = nil, result: [UInt8]? = nil, certificate: [UInt8]? = nil
    ) -> CertificateProof {
      CertificateProof(
        opening: opening ?? good.opening, manifest: manifest ?? good.manifest, trustees: good.trustees,
        result: result ?? good.result,
        certificate: certificate ?? good.certificate)
    }
    #expect(fault(mixed()) == nil)
    #expect(fault(mixed(opening: bad.opening)) == .foreign(.manifest))
    #expect(fault(mixed(opening: bad.opening, manifest: bad.manifest)) == .otherElection)
    #expect(fault(mixed(manifest: bad.manifest)) == .foreign(.manifest))
    #expect(fault(mixed(certificate: bad.certificate)) == .otherElection)
    var more = try ElectionResult(good.result, options: 3)
    more = ElectionResult(
      cast: more.cast, counted: more.counted, countedWeight: more.countedWeight, challenged: 0, replaced: 0, totals: [3, 0, 0])
    #expect(fault(mixed(result: more.encoded)) == .foreign(.result))
    #expect(
      fault(mixed(certificate: Array(good.certificate.dropLast())))
        == .malformed(.certificate, .truncated(field: FieldName("signature"))))
    #expect(CertificateFault.foreign(.result).text == "its totals are not those that were signed")
  }

  @Test("the record shows who took part in what")
  func conduct() throws {
    var setup = try Attack.single()
    (setup.trustees, setup.threshold) = (5, 3)
    var forge = try Forge(setup) { $0.opening.absent = [2] }
    for voter in 0..<3 { try forge.cast([[1, 0, 0]], by: voter) }
    forge.close()
    let (report, facts) = try verify(forge.record(cosigners: [1, 3, 4, 5], decrypting: [1, 3, 4]))
    let conduct = try #require(facts).conduct
    #expect(conduct.map { $0.drilled } == [true, false, true, true, true])
    #expect(conduct.map { $0.cosigned } == [true, false, true, true, true])
    #expect(conduct.map { $0.decrypted } == [true, false, true, true, false])
    #expect(conduct.map { $0.isWhole } == [true, false, true, true, false])
    struct Answer: Decodable {
      struct Trustee: Decodable, Equatable {
        let number: Int
        let name: String
        let drill: Bool
        let cosigned: Bool
        let decrypted: Bool
      }
      let trustees: [Trustee]
    }
    let answer = try JSONDecoder().decode(Answer.self, from: Data(report.json(facts)))
    #expect(answer.trustees.map { $0.number } == [1, 2, 3, 4, 5])
    #expect(
      answer.trustees[4] == .init(number: 5, name: conduct[4].name.description, drill: true, cosigned: true, decrypted: false))
  }
}
