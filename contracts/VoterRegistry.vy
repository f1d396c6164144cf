# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title VoterRegistry
@license Apache-2.0
@author Comitia
@notice Keeps what stands for an election's roll: a root and a number, never a voter. A roll may be replaced until it is frozen, and
        every replacement stays visible as an event.
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

event RollSet:
    election: indexed(bytes32)
    revision: uint32
    root: bytes32
    size: uint64

event RollFrozen:
    election: indexed(bytes32)
    revision: uint32
    root: bytes32
    size: uint64

struct Roll:
    root: bytes32
    size: uint64
    revision: uint32
    time: uint64
    frozen: bool

roots: HashMap[bytes32, bytes32]
# Packed: size (64 bits), revision << 64 (32 bits), time of the latest change << 96 (64 bits), frozen << 160 (1 bit).
facts: HashMap[bytes32, uint256]


@deploy
def __init__(owner: address, recorder: address):
    """
    @param owner May appoint recorders, pause, and hand over.
    @param recorder May write from the beginning; the zero address for none.
    """
    roles.__init__(owner, recorder)


@external
@nonreentrant
def setRoll(election: bytes32, root: bytes32, size: uint64):
    """
    @notice Keeps what stands for a roll, in the place of what did before.
    @param election The election's id.
    @param root What stands for the roll.
    @param size How many may vote.
    """
    roles._requireRecording()
    assert root != empty(bytes32), "roll: no root"
    assert size != 0, "roll: nobody"
    before: Roll = self._roll(election)
    assert not before.frozen, "roll: frozen"
    revision: uint32 = before.revision + 1
    self.roots[election] = root
    self.facts[election] = self._packed(size, revision)
    log RollSet(election=election, revision=revision, root=root, size=size)


@external
@nonreentrant
def freeze(election: bytes32):
    """
    @notice Makes a roll final.
    @param election The election's id.
    """
    roles._requireRecording()
    roll: Roll = self._roll(election)
    assert roll.revision != 0, "roll: none"
    assert not roll.frozen, "roll: frozen"
    self.facts[election] = self._packed(roll.size, roll.revision) | (1 << 160)
    log RollFrozen(election=election, revision=roll.revision, root=roll.root, size=roll.size)


@external
@view
def getRoll(election: bytes32) -> Roll:
    """
    @notice What is known of a roll; zeros if nothing is.
    """
    return self._roll(election)


@internal
@view
def _packed(size: uint64, revision: uint32) -> uint256:
    return convert(size, uint256) | (convert(revision, uint256) << 64) | (block.timestamp << 96)


@internal
@view
def _roll(election: bytes32) -> Roll:
    facts: uint256 = self.facts[election]
    return Roll(
        root=self.roots[election],
        size=convert(facts & convert(max_value(uint64), uint256), uint64),
        revision=convert((facts >> 64) & convert(max_value(uint32), uint256), uint32),
        time=convert((facts >> 96) & convert(max_value(uint64), uint256), uint64),
        frozen=(facts >> 160) != 0,
    )
