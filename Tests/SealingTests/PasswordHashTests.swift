import Sealing
import Testing

@Suite("Password hashes")
struct PasswordHashTests {
  @Test("a hash is that of its password and of no other")
  func matches() async throws {
    let hasher = PasswordHasher(cost: .least)
    for password in ["correct horse battery", "", "\u{0}", "a\u{0}b", String(repeating: "é", count: 128)] {
      let hash = try await hasher.hash(password)
      #expect(hash.hasPrefix("$argon2id$v=19$m=8,t=1,p=1$"))
      #expect(try await hasher.matches(password, hash: hash))
      #expect(try await hasher.matches(password + "x", hash: hash) == false)
      #expect(try await hasher.matches(password + "\u{0}", hash: hash) == false)
    }
    #expect(try await hasher.hash("same") != hasher.hash("same"))
  }

  @Test("without a hash the answer is no, after the same work")
  func withoutHash() async throws {
    let hasher = PasswordHasher(cost: .least)
    #expect(try await hasher.matches("anything", hash: nil) == false)
    #expect(hasher.computed == 1)
    #expect(try await hasher.matches("anything", hash: "not a hash") == false)
  }

  @Test("hashes of another cost are outdated; the ordinary one is 64 MiB, three times")
  func cost() async throws {
    let ordinary = PasswordHasher(width: 1)
    let hash = try await ordinary.hash("a")
    #expect(hash.hasPrefix("$argon2id$v=19$m=65536,t=3,p=1$"))
    #expect(!ordinary.isOutdated(hash))
    let least = PasswordHasher(cost: .least)
    #expect(ordinary.isOutdated(try await least.hash("a")))
    #expect(least.isOutdated(hash))
  }

  @Test("there is a bound to what waits")
  func bound() async throws {
    let hasher = PasswordHasher(cost: .init(passes: 4, memory: 8 * 1024 * 1024), width: 1, capacity: 3)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 {
        group.addTask {
          do {
            _ = try await hasher.hash("a")
            return true
          } catch {
            #expect(error as? PasswordHashError == .busy)
            return false
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 }.count == hasher.computed)
    #expect(outcomes.contains(true))
    // Room again.
    _ = try await hasher.hash("a")
  }
}
