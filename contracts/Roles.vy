# pragma version 0.4.3
"""
@title Roles
@license Apache-2.0
@author Comitia
@notice Who may do what: an owner, who hands over in two steps; recorders, who write; a pause, which stops writing and nothing else.
@dev A module. Whoever imports it initializes it and exports what is external here.
"""

event OwnershipOffered:
    owner: indexed(address)
    candidate: indexed(address)

event OwnershipTaken:
    earlier: indexed(address)
    owner: indexed(address)

event RecorderSet:
    recorder: indexed(address)
    allowed: bool

event Paused:
    owner: indexed(address)

event Unpaused:
    owner: indexed(address)

# @notice May appoint recorders, pause, and hand over. A multi-signature contract can be the owner.
owner: public(address)
# @notice To whom ownership was offered; the zero address, if to nobody.
candidate: public(address)
# @notice Whether an address may write.
isRecorder: public(HashMap[address, bool])
# @notice Whether writing is stopped.
paused: public(bool)


@deploy
def __init__(owner: address, recorder: address):
    """
    @param owner The first owner.
    @param recorder The first recorder; the zero address for none.
    """
    assert owner != empty(address), "roles: no owner"
    self.owner = owner
    log OwnershipTaken(earlier=empty(address), owner=owner)
    if recorder != empty(address):
        self.isRecorder[recorder] = True
        log RecorderSet(recorder=recorder, allowed=True)


@internal
@view
def _requireOwner():
    assert msg.sender == self.owner, "roles: not the owner"


@internal
@view
def _requireRecording():
    """
    @dev What every function that writes asks first.
    """
    assert self.isRecorder[msg.sender], "roles: not a recorder"
    assert not self.paused, "roles: paused"


@external
def transferOwnership(candidate: address):
    """
    @notice Offers ownership. Nothing changes until the candidate takes it; a later offer replaces an earlier one.
    @param candidate To whom; the zero address withdraws the offer.
    """
    self._requireOwner()
    self.candidate = candidate
    log OwnershipOffered(owner=msg.sender, candidate=candidate)


@external
def acceptOwnership():
    """
    @notice Takes the ownership that was offered to the caller.
    """
    assert msg.sender == self.candidate, "roles: not the candidate"
    earlier: address = self.owner
    self.owner = msg.sender
    self.candidate = empty(address)
    log OwnershipTaken(earlier=earlier, owner=msg.sender)


@external
def setRecorder(recorder: address, allowed: bool):
    """
    @notice Lets an address write, or no more.
    @param recorder The address.
    @param allowed Whether it may.
    """
    self._requireOwner()
    assert recorder != empty(address), "roles: no recorder"
    self.isRecorder[recorder] = allowed
    log RecorderSet(recorder=recorder, allowed=allowed)


@external
def pause():
    """
    @notice Stops writing; reading and proving go on.
    """
    self._requireOwner()
    assert not self.paused, "roles: paused"
    self.paused = True
    log Paused(owner=msg.sender)


@external
def unpause():
    """
    @notice Lets writing go on.
    """
    self._requireOwner()
    assert self.paused, "roles: not paused"
    self.paused = False
    log Unpaused(owner=msg.sender)
