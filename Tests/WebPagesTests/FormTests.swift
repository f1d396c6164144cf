import Testing

@testable import WebPages

@Suite("Forms")
struct FormTests {
  @Test("fields are decoded, in order, and may stand twice")
  func fields() throws {
    let form = try #require(Form(encoded: "a=1+2&b=%C3%BC&a=x%0D%0Ay&c"))
    #expect(form["a"] == "1 2" && form.all("a") == ["1 2", "x\ny"] && form["b"] == "ü" && form.has("c") && form["d"].isEmpty)
  }

  @Test("what is not well made is refused", arguments: ["a=%", "a=%C3", "%zz=1"])
  func refused(text: String) { #expect(Form(encoded: text) == nil) }

  @Test("a form with a file")
  func multipart() throws {
    let body =
      "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"v.csv\"\r\n"
      + "Content-Type: text/csv\r\n\r\nvoterId\r\n1\r\n\r\n--xx--\r\n"
    let form = try #require(MultipartForm(type: "multipart/form-data; boundary=\"xx\"", body: Array(body.utf8))).form
    #expect(form["csrf"] == "abc" && form["file"] == "voterId\n1\n")
    for count in 0..<body.utf8.count - 4 {
      #expect(MultipartForm(type: "multipart/form-data; boundary=xx", body: Array(body.utf8.prefix(count))) == nil)
    }
    #expect(MultipartForm(type: "multipart/form-data", body: Array(body.utf8)) == nil)
    #expect(MultipartForm(type: "text/plain; boundary=xx", body: Array(body.utf8)) == nil)
  }
}
