# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title MultiSignature
@license Apache-2.0
@notice For tests only, never deployed: an account of several signers, of whom some number must want a call before it is made. Our contracts
        are owned by one of these in tests, as they can be by whatever an operator uses.
@dev A confirmation belongs to a number, which is used up by the call: none counts twice.
"""

isSigner: public(HashMap[address, bool])
threshold: public(uint256)
# @notice The number of the next call.
number: public(uint256)
# By the hash of number, target and content: who wants it, and how many.
hasConfirmed: HashMap[bytes32, HashMap[address, bool]]
confirmations: HashMap[bytes32, uint256]


@deploy
def __init__(signers: DynArray[address, 8], threshold: uint256):
    assert 0 < threshold and threshold <= len(signers), "signers: threshold"
    for signer: address in signers:
        assert signer != empty(address) and not self.isSigner[signer], "signers: nobody, or twice"
        self.isSigner[signer] = True
    self.threshold = threshold


@external
@nonreentrant
def confirm(number: uint256, target: address, content: Bytes[1024]) -> bool:
    """
    @notice Wants a call; with the last signature that it needs it is made, and fails as a whole if it does.
    @return Whether it was made.
    """
    assert self.isSigner[msg.sender], "signers: not a signer"
    assert number == self.number, "signers: another call"
    call: bytes32 = keccak256(abi_encode(number, target, content))
    assert not self.hasConfirmed[call][msg.sender], "signers: has confirmed"
    self.hasConfirmed[call][msg.sender] = True
    self.confirmations[call] += 1
    if self.confirmations[call] < self.threshold:
        return False
    self.number = number + 1
    raw_call(target, content)
    return True
