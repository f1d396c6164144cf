# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title PlainRegistry
@license Apache-2.0
@notice For measuring only, never deployed: a ballot as records of contracts usually keep it, every field in a slot of its own, a list
        beside the map. What our layouts save is measured against this.
"""

event VoteRecorded:
    election: indexed(bytes32)
    hash: indexed(bytes32)
    recorder: indexed(address)
    number: uint256
    time: uint256

struct Vote:
    election: bytes32
    hash: bytes32
    time: uint256
    blockNumber: uint256
    recorder: address
    recorded: bool

isRecorder: HashMap[address, bool]
paused: bool
votes: HashMap[bytes32, Vote]
lists: HashMap[bytes32, DynArray[bytes32, 2**32]]
total: uint256


@deploy
def __init__(recorder: address):
    self.isRecorder[recorder] = True


@external
@nonreentrant
def recordVote(election: bytes32, hash: bytes32):
    assert self.isRecorder[msg.sender], "not a recorder"
    assert not self.paused, "paused"
    assert not self.votes[hash].recorded, "recorded already"
    self.votes[hash] = Vote(
        election=election, hash=hash, time=block.timestamp, blockNumber=block.number, recorder=msg.sender, recorded=True
    )
    self.lists[election].append(hash)
    self.total += 1
    log VoteRecorded(election=election, hash=hash, recorder=msg.sender, number=self.total, time=block.timestamp)
