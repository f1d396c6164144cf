import Testing
import TestDatabases

@testable import Anchoring

/// All tests here use one chain, one after the other.
@Suite("Anchoring", .serialized, .enabled(if: TestChain.isThere)) struct AnchoringTests {}

extension AnchoringTests {
  @Suite("The worker") struct WorkerTests {
    @Test(arguments: DatabaseKind.all) func everythingIsRecordedOnce(kind: DatabaseKind) async throws {
      try await Stage.with(kind) { stage in
        try await stage.add()
        let turns = try await stage.finish()
        #expect(try await stage.faultsFound() == [])
        #expect(turns <= 4)
        #expect(
          try await stage.number("SELECT COUNT(*) FROM chain_transactions WHERE state = 'confirmed' AND gas_used > 50000") == 3)
        #expect(try await stage.worker().step() == .idle)
      }
    }
  }
}
