import BallotCryptography
import Curve25519
import Database
import Elections
import Foundation
import LocalElection
import ParallelWork
import PostgreSQLDatabase
import SQLiteDatabase
import Sealing
import VotingService

// How many ballots a second a board takes: verified, committed with the database's full durability, and answered with a receipt. And what verifying a
// batch costs. `casting [--ballots N] [--tasks N] [--postgresql CONNECTION]`

let options = CastingOptions(CommandLine.arguments)
let field = try CastingField(ballots: options.ballots)
if options.measuresVerification { VerificationFigures.measure(field) }
try await CastingFigures(field, options).measure()
