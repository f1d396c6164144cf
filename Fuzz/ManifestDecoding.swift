import Curve25519
import Elections
import ManifestJSON

/// Definitions of elections in JSON: what is accepted is a manifest that is written and read as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let input = FuzzInput(start, count, atLeast: 1) else { return 0 }
  // One in two inputs is a list of changes to a good definition.
  let bytes = input[0] & 1 == 1 ? example.changed(as: input) : Array(input.all.dropFirst())
  do throws(ManifestFault) {
    let manifest = try ManifestFile(json: bytes).manifest()
    let again = try ManifestFile(json: manifest.json).manifest()
    precondition(again.encoded == manifest.encoded, "another manifest")
    precondition((try? Manifest(manifest.encoded))?.encoded == manifest.encoded, "another encoding")
  } catch {
    precondition(!error.reason.isEmpty, "a fault without a reason")
    precondition(bytes != example, "the good definition is refused")
  }
  return 0
}

private let example = Array(
  """
  {"title":"Board","description":"Of 2027","opens":"2027-01-04T08:00:00Z","closes":"2027-01-08T18:00:00Z","revoting":"last-counts",\
  "credentials":"authority","smallAcknowledged":true,\
  "anchoring":{"mode":"batch","chain":137,"contract":"0x1234567890123456789012345678901234567890"},"contests":[{"title":"Chair","kind":"single","options":["Ada",{"name":"Blaise"}]},\
  {"title":"Budget","kind":"approval","maximum":2,"options":["A","B","C"]}]}
  """.utf8)
