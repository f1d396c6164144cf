import Database
import TestDatabases
import Testing

private let things = Migration(
  name: "0001-things",
  sql: """
    CREATE TABLE things (id TEXT PRIMARY KEY, number BIGINT, data BYTEA, note TEXT, CONSTRAINT things_number CHECK (number >= -1000));
    CREATE TABLE parts (id TEXT PRIMARY KEY, thing TEXT NOT NULL REFERENCES things (id));
    """)

/// What every driver promises.
@Suite("Database: contract")
struct ContractTests {
  struct Refused: Error {}

  @Test("values come back as they were given", arguments: DatabaseKind.all)
  func roundTrip(kind: DatabaseKind) async throws {
    let values: [SQLValue] = [
      .integer(.max), .integer(.min), .integer(0), .integer(-1), .text(""),
      .text("Zoë 投票 🗳️ \u{1F1E6}\u{1F1F9} '\"\\ $1 ?\n\u{FEFF}"),
      .text("e\u{301}"), .text(String(repeating: "long ", count: 300_000)), .bytes([]), .bytes([0]), .bytes(Array(0...255)),
      .bytes([UInt8](repeating: 0xff, count: 3_000_000)), .null,
    ]
    let table = "CREATE TABLE held (i BIGINT PRIMARY KEY, number BIGINT, note TEXT, data BYTEA);"
    try await withDatabase(kind, [Migration(name: "0001-held", sql: table)]) { test async throws in
      try await test.database.transaction { session in
        for (index, value) in values.enumerated() {
          let column =
            switch value {
            case .integer, .null: "number"
            case .text: "note"
            case .bytes: "data"
            }
          try await session.execute("INSERT INTO held (i, \(column)) VALUES ($1, $2)", [.integer(Int64(index)), value])
        }
      }
      let rows = try await test.database.read { try await $0.query("SELECT number, note, data FROM held ORDER BY i") }
      for (value, row) in zip(values, rows) {
        let expected: [SQLValue] =
          switch value {
          case .null: [.null, .null, .null]
          case .integer: [value, .null, .null]
          case .text: [.null, value, .null]
          case .bytes: [.null, .null, value]
          }
        #expect(row.values == expected)
        // String equality is by canonical equivalence: compare bytes.
        if case .text(let given) = value { #expect(Array(try row.text(1).utf8) == Array(given.utf8)) }
      }
      #expect(rows.count == values.count)
    }
  }

  @Test("what functions of both databases give is an integer, a text or bytes", arguments: DatabaseKind.all)
  func expressions(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let row = try await test.database.transaction { session in
        try await session.executeMany(
          "INSERT INTO things (id, number) VALUES ($1, $2)", [[.text("a"), .integer(5)], [.text("b"), .integer(7)]])
        return try await session.query(
          """
          SELECT COUNT(*), MAX(number), SUM(number), 1, number = 5, COALESCE(note, 'none'), MIN(id), $2 + 1
          FROM things WHERE id = $1 GROUP BY number, note
          """, [.text("a"), .integer(1_700_000_000_000)])
      }
      let number = Int64(1_700_000_000_001)
      #expect(
        row == [
          SQLRow([.integer(1), .integer(5), .integer(5), .integer(1), .integer(1), .text("none"), .text("a"), .integer(number)])
        ])
    }
  }

  @Test("parameters are bound by number", arguments: DatabaseKind.all)
  func parametersByNumber(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      try await test.database.transaction { session in
        try await session.execute(
          "INSERT INTO things (note, number, id) VALUES ($3, $2, $1)", [.text("id"), .integer(2), .text("note")])
        try await session.execute("UPDATE things SET note = $1 WHERE id = $2 OR note = $1", [.text("new"), .text("id")])
      }
      let rows = try await test.database.read { try await $0.query("SELECT id, number, note FROM things") }
      #expect(rows == [SQLRow([.text("id"), .integer(2), .text("new")])])
    }
  }

  @Test("statements tell how many rows they touched", arguments: DatabaseKind.all)
  func counts(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let touched = try await test.database.transaction { session in
        var touched: [Int] = []
        for sql in [
          "INSERT INTO things (id, number) VALUES ('a', 1), ('b', 2), ('c', 3)",
          "UPDATE things SET number = number WHERE number > 1",
          "UPDATE things SET number = 0 WHERE number = 77", "INSERT INTO things (id) VALUES ('a') ON CONFLICT DO NOTHING",
          "CREATE TABLE more (id TEXT)",
        ] {
          touched.append(try await session.execute(sql))
        }
        touched.append(try await session.query("DELETE FROM things WHERE number < 3 RETURNING id").count)
        touched.append(try await session.execute("DELETE FROM things"))
        return touched
      }
      #expect(touched == [3, 2, 0, 0, 0, 2, 1])
    }
  }

  @Test("rules of the schema are told apart", arguments: DatabaseKind.all)
  func constraints(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      try await test.database.transaction { try await $0.execute("INSERT INTO things (id, number) VALUES ('a', 1)") }
      let refusal = { (sql: String) in
        await failure { try await test.database.transaction { try await $0.execute(sql) } }
      }
      guard case .notUnique(let rule) = await refusal("INSERT INTO things (id) VALUES ('a')") else {
        Issue.record("a second row of one key")
        return
      }
      #expect(rule.contains("things"))
      for sql in [
        "INSERT INTO things (id, number) VALUES ('b', -1001)", "INSERT INTO parts (id, thing) VALUES ('p', 'nowhere')",
        "INSERT INTO parts (id, thing) VALUES ('p', NULL)",
      ] {
        #expect(await refusal(sql)?.kind == "constraint", "\(sql)")
      }
      for sql in ["SELEC 1", "SELECT nothing FROM things", "DELETE FROM things; DELETE FROM parts", "SELECT $1"] {
        #expect(await refusal(sql)?.kind == "statement", "\(sql)")
      }
      #expect(try await test.database.read { try await $0.query("SELECT id FROM things") } == [SQLRow([.text("a")])])
    }
  }

  @Test("text with NUL is refused, for PostgreSQL cannot store it", arguments: DatabaseKind.all)
  func noNUL(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let error = await failure {
        try await test.database.transaction { try await $0.execute("INSERT INTO things (id) VALUES ($1)", [.text("a\0b")]) }
      }
      #expect(error?.kind == "statement")
    }
  }

  @Test("what the body throws undoes all of it", arguments: DatabaseKind.all)
  func rollback(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      await #expect(throws: Refused.self) {
        try await test.database.transaction { session in
          try await session.execute("INSERT INTO things (id) VALUES ('a')")
          throw Refused()
        }
      }
      #expect(try await test.database.read { try await $0.query("SELECT id FROM things") }.isEmpty)
    }
  }

  @Test("a statement that failed fails the transaction, though the body looks away", arguments: DatabaseKind.all)
  func failedStatement(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let error = await failure {
        try await test.database.transaction { session in
          try await session.execute("INSERT INTO things (id) VALUES ('a')")
          _ = try? await session.execute("INSERT INTO things (id) VALUES ('a')")
          _ = await failure { try await session.execute("INSERT INTO things (id) VALUES ('b')") }
        }
      }
      #expect(error?.kind == "notUnique")
      #expect(try await test.database.read { try await $0.query("SELECT id FROM things") }.isEmpty)
    }
  }

  @Test("many rows in one go, or none", arguments: DatabaseKind.all)
  func executeMany(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let insert = "INSERT INTO things (id, number, note) VALUES ($1, $2, $3)"
      let rows = (0..<5_000).map { (index: Int64) -> [SQLValue] in
        [.text("\(index)"), .integer(index), index.isMultiple(of: 3) ? .null : .text(String(repeating: "x", count: 900))]
      }
      try await test.database.transaction { try await $0.executeMany(insert, rows) }
      let sum = try await test.database.read { try await $0.query("SELECT COUNT(*), SUM(number), COUNT(note) FROM things") }
      #expect(sum == [SQLRow([.integer(5_000), .integer(5_000 * 4_999 / 2), .integer(3_333)])])
      let error = await failure {
        try await test.database.transaction { session in
          try await session.executeMany(
            insert, [[.text("new"), .null, .null], [.text("7"), .null, .null], [.text("newer"), .null, .null]])
        }
      }
      #expect(error?.kind == "notUnique")
      #expect(try await test.database.read { try await $0.query("SELECT id FROM things WHERE number IS NULL") }.isEmpty)
      try await test.database.transaction { try await $0.executeMany(insert, []) }
    }
  }

  @Test("a session is refused after its transaction", arguments: DatabaseKind.all)
  func sessionAfterwards(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let old = try await test.database.transaction { $0 }
      try await test.database.transaction { session in
        let error = await failure { try await old.execute("INSERT INTO things (id) VALUES ('stale')") }
        #expect(error?.kind == "statement")
        try await session.execute("INSERT INTO things (id) VALUES ('fresh')")
      }
      #expect(try await test.database.read { try await $0.query("SELECT id FROM things") } == [SQLRow([.text("fresh")])])
    }
  }

  @Test("a read must not write", arguments: DatabaseKind.all)
  func readsOnly(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      let error = await failure {
        try await test.database.read { try await $0.execute("INSERT INTO things (id) VALUES ('a')") }
      }
      #expect(error?.kind == "statement")
      #expect(try await test.database.read { try await $0.query("SELECT id FROM things") }.isEmpty)
    }
  }

  @Test("a closed database says so", arguments: DatabaseKind.all)
  func closed(kind: DatabaseKind) async throws {
    try await withDatabase(kind, [things]) { test async throws in
      await test.database.close()
      let error = await failure { try await test.database.read { try await $0.query("SELECT 1") } }
      #expect(error?.kind == "unavailable")
    }
  }
}
