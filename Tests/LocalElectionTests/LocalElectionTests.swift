import BallotCryptography
import Curve25519
import Elections
import LocalElection
import Sealing
import TestSupport
import Testing
import Verification
