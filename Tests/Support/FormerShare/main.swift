import Curve25519
import Elections
import Glibc
import RecordFiles
import Sealing
import ThresholdCryptography
import TrusteeAgent
import Verification

// What a trustee that does not keep to the protocol would send at the end of an election: its part in decryption and closing draw, made with the shares that a
// key file of before the first renewal holds. `comitia trustee` never makes it.
// usage: FormerShare KEY-FILE RECORD < PASSPHRASE      writes `partial ‖ drawPart` (docs/spec/08-trustee-network.md, 8.8) in hexadecimal digits

func fail(_ reason: String) -> Never {
  print("FormerShare: \(reason)")
  exit(1)
}

guard CommandLine.arguments.count == 3, let passphrase = readLine() else { fail("usage: FormerShare KEY-FILE RECORD < PASSPHRASE") }
do {
  let file = try PrivateFile.read(CommandLine.arguments[1])
  let keyring = try TrusteeKeyring(KeyFileBox(passphrase: Array(passphrase.utf8), file: file).open(file))
  guard let shares = keyring.elections.first?.ceremony?.shares else { fail("the key file holds no share") }
  let verifier = RecordVerifier(source: RecordFolder(path: CommandLine.arguments[2]), runner: SequentialRunner())
  let (report, found) = try verifier.verifyBoard()
  guard let board = found, report.firstFailure == nil else { fail("the board does not verify") }
  let former = try ActingTrustees(board.roster)
  guard former.own(shares), !board.acting.own(shares) else { fail("the share is not one of before a renewal") }
  let statement = DecryptionStatement(election: board.electionID, size: board.size, root: board.root, totals: board.tally.totals)
  let seed = DrawSeed.closing(election: board.electionID, size: board.size, root: board.root)
  var random = SystemRandom()
  let part = ClosingPart(
    decryption: PartialDecryption(of: statement, with: shares[.election], using: &random),
    draw: DrawPart(in: BeaconStatement(seed: seed, key: former.keys.beacon), with: shares, using: &random))
  print(part.encoded.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
} catch { fail("\(error)") }
