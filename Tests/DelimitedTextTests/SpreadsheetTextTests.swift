import DelimitedText
import Testing

@Suite("Text for spreadsheets")
struct SpreadsheetTextTests {
  @Test(
    "what a spreadsheet would calculate begins with an apostrophe",
    arguments: ["=1", "+49", "-1", "@a", "\t=1", "\tx", "\r=1", "  =1", "＝1", "＋1", "|a", "%a", "'=1", "''=1"])
  func formulas(text: String) { #expect(SpreadsheetText.guarded(text) == "'" + text) }

  @Test("other text stays as it is", arguments: ["", "a", "a=1", "'", "'a", "O'Brien", "12", "é", "'' a"])
  func others(text: String) { #expect(SpreadsheetText.guarded(text) == text) }

  @Test(
    "what was guarded is read as it was", arguments: ["", "a", "=1", "'=1", "''=1", "'a", "''a", "'", "  +1", "'  +1", "\t", "'\t"])
  func roundTrip(text: String) { #expect(SpreadsheetText.plain(SpreadsheetText.guarded(text)) == text) }
}
