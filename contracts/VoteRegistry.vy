# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title VoteRegistry
@license Apache-2.0
@author Comitia
@notice Keeps what a voting service has published: roots of its tree of checkpoints (anchors), and, where an election wishes so, the
        leaf hash of every ballot. What is written stays: there is no function that changes or removes it, for nobody.
@dev Hashes are those of RFC 6962 with SHA-256. Nothing here says who voted, or what.
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

event Anchored:
    number: indexed(uint256)
    root: bytes32
    leaves: uint64

event VoteRecorded:
    election: indexed(bytes32)
    leaf: indexed(bytes32)
    number: uint256

event VotesRecorded:
    election: indexed(bytes32)
    first: uint256
    leaves: DynArray[bytes32, MAX_BATCH]

# The most ballots of one call: their gas, about 1.3 million, fits every block.
MAX_BATCH: constant(uint256) = 50
# The longest proof that a size of 64 bits can need.
MAX_PATH: constant(uint256) = 64

# Numbers count from 1, so that no number is none.
anchorCount: public(uint256)
# Anchors and ballots take the fewest slots: what belongs to a number is packed into one, see _packed.
roots: HashMap[uint256, bytes32]
anchorFacts: HashMap[uint256, uint256]
votes: HashMap[bytes32, HashMap[bytes32, uint256]]
voteCounts: HashMap[bytes32, uint256]


@deploy
def __init__(owner: address, recorder: address):
    """
    @param owner May appoint recorders, pause, and hand over.
    @param recorder May write from the beginning; the zero address for none.
    """
    roles.__init__(owner, recorder)


# Writing


@external
@nonreentrant
def anchor(root: bytes32, leaves: uint64) -> uint256:
    """
    @notice Keeps the root of the service's tree: one leaf an election, so that one anchor covers them all.
    @param root The root; never that of the latest anchor, so that sending again what was lost cannot anchor twice.
    @param leaves How many leaves the tree has.
    @return The anchor's number.
    """
    roles._requireRecording()
    assert root != empty(bytes32), "anchor: no root"
    assert leaves != 0, "anchor: no leaves"
    earlier: uint256 = self.anchorCount
    assert self.roots[earlier] != root, "anchor: is the latest"
    number: uint256 = earlier + 1
    self.anchorCount = number
    self.roots[number] = root
    self.anchorFacts[number] = self._packed(convert(leaves, uint256))
    log Anchored(number=number, root=root, leaves=leaves)
    return number


@external
@nonreentrant
def recordVote(election: bytes32, leaf: bytes32) -> uint256:
    """
    @notice Keeps the leaf hash of one ballot. A hash that the election has already is refused.
    @param election The election's id.
    @param leaf The leaf hash of the ballot's entry on the election's board.
    @return The number of the ballot among those of the election kept here, from 1.
    """
    roles._requireRecording()
    number: uint256 = self.voteCounts[election] + 1
    self._record(election, leaf, self._packed(number))
    self.voteCounts[election] = number
    log VoteRecorded(election=election, leaf=leaf, number=number)
    return number


@external
@nonreentrant
def recordVoteBatch(election: bytes32, leaves: DynArray[bytes32, MAX_BATCH]) -> uint256:
    """
    @notice Keeps the leaf hashes of up to 50 ballots, all or none. One that the election has already, or that comes twice, is refused.
    @param election The election's id.
    @param leaves The leaf hashes.
    @return The number of the first.
    """
    roles._requireRecording()
    assert len(leaves) != 0, "vote: none"
    earlier: uint256 = self.voteCounts[election]
    packed: uint256 = self._packed(earlier + 1)
    for leaf: bytes32 in leaves:
        self._record(election, leaf, packed)
        # The number stands lowest and stays far below 64 bits.
        packed = unsafe_add(packed, 1)
    self.voteCounts[election] = earlier + len(leaves)
    log VotesRecorded(election=election, first=earlier + 1, leaves=leaves)
    return earlier + 1


@internal
def _record(election: bytes32, leaf: bytes32, packed: uint256):
    assert leaf != empty(bytes32), "vote: no hash"
    assert self.votes[election][leaf] == 0, "vote: recorded already"
    self.votes[election][leaf] = packed


@internal
@view
def _packed(number: uint256) -> uint256:
    """
    @dev number (64 bits) | block << 64 (64 bits) | time << 128 (64 bits). Blocks and seconds need less than 64 bits for ever.
    """
    return number | (block.number << 64) | (block.timestamp << 128)


@internal
@pure
def _unpacked(packed: uint256) -> (uint64, uint64, uint64):
    mask: uint256 = convert(max_value(uint64), uint256)
    return (
        convert(packed & mask, uint64),
        convert((packed >> 64) & mask, uint64),
        convert((packed >> 128) & mask, uint64),
    )


# Reading


@external
@view
def getVote(election: bytes32, leaf: bytes32) -> (uint64, uint64, uint64):
    """
    @notice What is known of a ballot; zeros if it was not recorded.
    @return number Its number among those of the election, from 1.
    @return blockNumber The block that recorded it.
    @return time That block's time, in seconds since 1970.
    """
    return self._unpacked(self.votes[election][leaf])


@external
@view
def voteCount(election: bytes32) -> uint256:
    """
    @notice How many ballots of an election are recorded here.
    """
    return self.voteCounts[election]


@external
@view
def anchorOf(number: uint256) -> (bytes32, uint64, uint64, uint64):
    """
    @notice An anchor; zeros if there is none of that number.
    @return root The root of the service's tree.
    @return leaves How many leaves it has.
    @return blockNumber The block that anchored it.
    @return time That block's time, in seconds since 1970.
    """
    return self._anchor(number)


@external
@view
def latestAnchor() -> (uint256, bytes32, uint64, uint64, uint64):
    """
    @notice The latest anchor: its number (0: there is none), then what anchorOf says of it.
    """
    root: bytes32 = empty(bytes32)
    leaves: uint64 = 0
    blockNumber: uint64 = 0
    time: uint64 = 0
    root, leaves, blockNumber, time = self._anchor(self.anchorCount)
    return self.anchorCount, root, leaves, blockNumber, time


@internal
@view
def _anchor(number: uint256) -> (bytes32, uint64, uint64, uint64):
    leaves: uint64 = 0
    blockNumber: uint64 = 0
    time: uint64 = 0
    leaves, blockNumber, time = self._unpacked(self.anchorFacts[number])
    return self.roots[number], leaves, blockNumber, time


# Proving


@external
@view
def verifyElection(
    number: uint256, election: bytes32, size: uint64, root: bytes32, index: uint64, path: DynArray[bytes32, MAX_PATH]
) -> bool:
    """
    @notice Whether an election's checkpoint is under an anchor.
    @param number The anchor's number.
    @param election The election's id.
    @param size The size of the election's board.
    @param root The root of the election's board.
    @param index The election's place among the leaves of the service's tree.
    @param path The hashes of the inclusion proof, from the leaf upwards.
    """
    return self._verifyElection(number, election, size, root, index, path)


@external
@view
def verifyBallot(leaf: bytes32, index: uint64, size: uint64, root: bytes32, path: DynArray[bytes32, MAX_PATH]) -> bool:
    """
    @notice Whether a leaf hash is at a place of a board of that size and root.
    """
    return self._includes(leaf, index, size, root, path)


@external
@view
def verifyInclusion(
    number: uint256,
    election: bytes32,
    size: uint64,
    root: bytes32,
    electionIndex: uint64,
    electionPath: DynArray[bytes32, MAX_PATH],
    leaf: bytes32,
    ballotIndex: uint64,
    ballotPath: DynArray[bytes32, MAX_PATH],
) -> bool:
    """
    @notice Whether a ballot is on an election's board as an anchor has it: the board under the anchor, the ballot under the board.
    """
    if not self._verifyElection(number, election, size, root, electionIndex, electionPath):
        return False
    return self._includes(leaf, ballotIndex, size, root, ballotPath)


@internal
@view
def _verifyElection(
    number: uint256, election: bytes32, size: uint64, root: bytes32, index: uint64, path: DynArray[bytes32, MAX_PATH]
) -> bool:
    # An anchor that there is not has no leaves, and nothing is among none.
    leaf: bytes32 = sha256(concat(0x00, election, convert(size, bytes8), root))
    leaves: uint64 = convert(self.anchorFacts[number] & convert(max_value(uint64), uint256), uint64)
    return self._includes(leaf, index, leaves, self.roots[number], path)


@internal
@view
def _includes(leaf: bytes32, index: uint64, size: uint64, root: bytes32, path: DynArray[bytes32, MAX_PATH]) -> bool:
    """
    @dev RFC 9162, 2.1.3.2. A path that is longer or shorter than place and size require is refused. Sizes below 2^64 have 64 levels at most.
    """
    if index >= size:
        return False
    place: uint256 = convert(index, uint256)
    last: uint256 = convert(size, uint256) - 1
    hash: bytes32 = leaf
    used: uint256 = 0
    for _: uint256 in range(MAX_PATH):
        if last == 0:
            break
        odd: bool = place & 1 == 1
        # Where the right edge has nothing beside it, it is handed up as it is.
        if odd or place < last:
            if used == len(path):
                return False
            if odd:
                hash = sha256(concat(0x01, path[used], hash))
            else:
                hash = sha256(concat(0x01, hash, path[used]))
            used = unsafe_add(used, 1)
        place = place >> 1
        last = last >> 1
    return used == len(path) and hash == root
