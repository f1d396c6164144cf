import Curve25519
