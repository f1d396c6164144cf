# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title ElectionManager
@license Apache-2.0
@author Comitia
@notice Keeps the course of elections: what was decided before voting, when it opened and closed, and what its result is. Every step is
        taken once, in order, and stays.
@dev created -> open -> closed -> published; aborted from any of the first three. What is kept are hashes of what the record of the
     election has in full.
"""

import Roles as roles

initializes: roles
exports: (
    roles.owner,
    roles.candidate,
    roles.isRecorder,
    roles.paused,
    roles.transferOwnership,
    roles.acceptOwnership,
    roles.setRecorder,
    roles.pause,
    roles.unpause,
)

CREATED: constant(uint256) = 1
OPEN: constant(uint256) = 2
CLOSED: constant(uint256) = 3
PUBLISHED: constant(uint256) = 4
ABORTED: constant(uint256) = 5

event Created:
    election: indexed(bytes32)
    manifest: bytes32

event Opened:
    election: indexed(bytes32)
    rollRoot: bytes32
    rollSize: uint64

event Closed:
    election: indexed(bytes32)
    size: uint64
    root: bytes32

event Aborted:
    election: indexed(bytes32)
    reason: bytes32

event Published:
    election: indexed(bytes32)
    result: bytes32
    signatureR: bytes32
    signatureS: bytes32
    key: bytes32

struct Election:
    state: uint8
    manifest: bytes32
    rollRoot: bytes32
    rollSize: uint64
    boardSize: uint64
    boardRoot: bytes32
    createdAt: uint64
    openedAt: uint64
    closedAt: uint64
    endedAt: uint64

struct Result:
    hash: bytes32
    signatureR: bytes32
    signatureS: bytes32
    key: bytes32

# Packed, see _step: state (8 bits), then the times of creating, opening, closing and ending (40 bits each).
steps: HashMap[bytes32, uint256]
# Packed: size of the roll (64 bits), size of the board << 64 (64 bits).
sizes: HashMap[bytes32, uint256]
manifests: HashMap[bytes32, bytes32]
rollRoots: HashMap[bytes32, bytes32]
boardRoots: HashMap[bytes32, bytes32]
results: HashMap[bytes32, Result]
# @notice Why an election was aborted: the hash of the reason that its record gives.
abortReason: public(HashMap[bytes32, bytes32])


@deploy
def __init__(owner: address, recorder: address):
    """
    @param owner May appoint recorders, pause, and hand over.
    @param recorder May write from the beginning; the zero address for none.
    """
    roles.__init__(owner, recorder)


@external
@nonreentrant
def create(election: bytes32, manifest: bytes32):
    """
    @notice Begins an election.
    @param election Its id.
    @param manifest SHA-256 of its manifest.
    """
    roles._requireRecording()
    assert manifest != empty(bytes32), "election: no manifest"
    self._step(election, 0, CREATED, 0)
    self.manifests[election] = manifest
    log Created(election=election, manifest=manifest)


@external
@nonreentrant
def open(election: bytes32, rollRoot: bytes32, rollSize: uint64):
    """
    @notice Opens voting.
    @param election The election's id.
    @param rollRoot What stands for the roll.
    @param rollSize How many may vote.
    """
    roles._requireRecording()
    assert rollRoot != empty(bytes32), "election: no roll"
    self._step(election, CREATED, OPEN, 1)
    self.rollRoots[election] = rollRoot
    self.sizes[election] = convert(rollSize, uint256)
    log Opened(election=election, rollRoot=rollRoot, rollSize=rollSize)


@external
@nonreentrant
def close(election: bytes32, size: uint64, root: bytes32):
    """
    @notice Ends voting with the board as it is then.
    @param election The election's id.
    @param size The size of its board.
    @param root The root of its board.
    """
    roles._requireRecording()
    assert root != empty(bytes32), "election: no root"
    self._step(election, OPEN, CLOSED, 2)
    self.sizes[election] = self.sizes[election] | (convert(size, uint256) << 64)
    self.boardRoots[election] = root
    log Closed(election=election, size=size, root=root)


@external
@nonreentrant
def publishResult(election: bytes32, result: bytes32, signatureR: bytes32, signatureS: bytes32, key: bytes32):
    """
    @notice Keeps the result of a closed election.
    @dev The signature is not verified here, for Ed25519 costs millions of gas; whoever reads it verifies it with the key.
    @param election The election's id.
    @param result SHA-256 of the certificate.
    @param signatureR The first half of the trustees' joint signature of the certificate.
    @param signatureS The second half.
    @param key The trustees' joint signing key.
    """
    roles._requireRecording()
    assert result != empty(bytes32), "election: no result"
    assert key != empty(bytes32), "election: no key"
    self._step(election, CLOSED, PUBLISHED, 3)
    self.results[election] = Result(hash=result, signatureR=signatureR, signatureS=signatureS, key=key)
    log Published(election=election, result=result, signatureR=signatureR, signatureS=signatureS, key=key)


@external
@nonreentrant
def abort(election: bytes32, reason: bytes32):
    """
    @notice Ends an election without a result.
    @param election The election's id.
    @param reason SHA-256 of the reason that its record gives.
    """
    roles._requireRecording()
    assert reason != empty(bytes32), "election: no reason"
    state: uint256 = self.steps[election] & 255
    assert state == CREATED or state == OPEN or state == CLOSED, "election: wrong state"
    self._step(election, state, ABORTED, 3)
    self.abortReason[election] = reason
    log Aborted(election=election, reason=reason)


@internal
def _step(election: bytes32, before: uint256, after: uint256, time: uint256):
    """
    @dev Goes from one state to the next and writes the time at its place: 0 creating, 1 opening, 2 closing, 3 ending.
    """
    steps: uint256 = self.steps[election]
    assert steps & 255 == before, "election: wrong state"
    self.steps[election] = (steps ^ before) | after | (block.timestamp << (8 + 40 * time))


@external
@view
def stateOf(election: bytes32) -> uint8:
    """
    @return 0 unknown, 1 created, 2 open, 3 closed, 4 published, 5 aborted.
    """
    return convert(self.steps[election] & 255, uint8)


@external
@view
def getElection(election: bytes32) -> Election:
    """
    @notice All but the result. What is not yet is zero; times are seconds since 1970, that of ending for published and aborted.
    """
    steps: uint256 = self.steps[election]
    sizes: uint256 = self.sizes[election]
    return Election(
        state=convert(steps & 255, uint8),
        manifest=self.manifests[election],
        rollRoot=self.rollRoots[election],
        rollSize=convert(sizes & convert(max_value(uint64), uint256), uint64),
        boardSize=convert(sizes >> 64, uint64),
        boardRoot=self.boardRoots[election],
        createdAt=self._time(steps, 0),
        openedAt=self._time(steps, 1),
        closedAt=self._time(steps, 2),
        endedAt=self._time(steps, 3),
    )


@external
@view
def getResult(election: bytes32) -> Result:
    """
    @notice Hash of the certificate, its signature and the key; zeros before it is published.
    """
    return self.results[election]


@internal
@pure
def _time(steps: uint256, place: uint256) -> uint64:
    return convert((steps >> (8 + 40 * place)) & (2**40 - 1), uint64)
