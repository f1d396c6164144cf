import Testing
import Verification

@Suite("Attack gallery")
struct AttackGalleryTests {
  @Test("each attack fails first at the check that is there to stop it", arguments: Attack.all)
  func isStopped(attack: Attack) throws {
    let (report, facts) = try attack.verified()
    #expect(!report.passed)
    #expect(facts == nil)
    let first = report.firstFailure
    #expect(first?.check == attack.check, "\(first?.check.name ?? "no check"): \(first?.detail ?? "")")
    #expect(first?.detail.contains(attack.detail) == true, "\(first?.detail ?? "nothing failed")")
  }

  @Test("attacks have distinct names")
  func distinct() {
    #expect(Set(Attack.all.map { $0.name }).count == Attack.all.count)
  }
}
