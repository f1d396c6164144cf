"""Checks 6 to 8: cast, challenged and opened ballots."""
from __future__ import annotations

import hashlib
from collections import Counter

import record as kinds
from ballots import (CAST, CHALLENGE, OPEN, CastBallot, OpenedBallot, is_signed, proof_fault, read_cast_ballot, read_challenge,
                     read_opened_ballot)
from codec import Malformed
from findings import Findings, demand, within
from group import Point
from trustees import Ciphertext

MOST_CHALLENGES = 20


class BallotChecks(Findings):
    # 6

    def check_ballots(self) -> str:
        self.casts = {i: self._good_cast_ballot(i, entry.body) for i, entry in self.of_kind(kinds.CAST)}
        self.counted = {cast.ballot.credential: cast for cast in self.casts.values()}
        return f"{len(self.casts)} ballots"

    def _good_cast_ballot(self, i: int, body: bytes) -> CastBallot:
        election = self.election
        key = hashlib.sha256(election.id + election.key + hashlib.sha256(election.manifest.layout).digest() + body).digest()
        cast = self.cache.cast.get(key)
        if cast is None:
            cast = within(f"entry {i}", lambda data: read_cast_ballot(data, election.manifest.bits), body)
            ballot = cast.ballot
            demand(ballot.election == election.id, f"entry {i}: the ballot is of another election")
            fault = proof_fault(ballot, election)
            demand(fault is None, f"entry {i}: the proof is bad: {fault}")
            demand(is_signed(cast.signature, election.id, ballot.credential, CAST, ballot.hash),
                   f"entry {i}: the voter's signature is bad")
            self.cache.cast[key] = cast
        demand(self.may_vote(cast.ballot.credential, i), f"entry {i}: the credential is not on the roll")
        return cast

    # 7

    def check_one_vote(self) -> str:
        seen: dict[Ciphertext, int] = {}
        ballots = {i: cast.ballot for i, cast in self.casts.items()}
        for i, entry in self.of_kind(kinds.OPENED):
            try:
                ballots[i] = self._opened(entry.body).ballot
            except Malformed:
                pass  # Check 8 fails on it.
        for i, ballot in sorted(ballots.items()):
            for ciphertext in zip(ballot.alphas, ballot.betas):
                demand(ciphertext not in seen, f"entry {i}: a ciphertext stands in entry {seen.get(ciphertext)}, too")
                seen[ciphertext] = i
        voted: dict[Point, int] = {}
        for i, cast in self.casts.items():
            demand(self.manifest.revoting or cast.ballot.credential not in voted,
                   f"entry {i}: the credential has cast before, and re-voting is not allowed")
            before, number = voted.get(cast.ballot.credential, 0), cast.ballot.number
            demand(number > before, f"entry {i}: the number {number} is not above {before}, that of the ballot before")
            voted[cast.ballot.credential] = number
        return f"{len(voted)} voters, {len(seen)} ciphertexts"

    # 8

    def check_challenges(self) -> str:
        cast_hashes = {cast.ballot.hash for cast in self.casts.values()}
        challenged: dict[bytes, Point] = {}
        count: Counter[Point] = Counter()
        opened: set[bytes] = set()
        for i, entry in enumerate(self.entries):
            if entry.kind == kinds.CHALLENGE:
                challenge = within(f"entry {i}", read_challenge, entry.body)
                credential, hash_ = challenge.credential, challenge.ballot_hash
                demand(challenge.election == self.election.id, f"entry {i}: the challenge is of another election")
                demand(self.may_vote(credential, i), f"entry {i}: the credential is not on the roll")
                demand(is_signed(challenge.signature, self.election.id, credential, CHALLENGE, hash_),
                       f"entry {i}: the voter's signature is bad")
                demand(hash_ not in challenged, f"entry {i}: the ballot is challenged twice")
                demand(hash_ not in cast_hashes, f"entry {i}: the ballot is both challenged and cast")
                challenged[hash_] = credential
                count[credential] += 1
                demand(count[credential] <= MOST_CHALLENGES, f"entry {i}: more than {MOST_CHALLENGES} challenges")
            elif entry.kind == kinds.OPENED:
                ballot = self._check_opened(i, entry.body).ballot
                demand(ballot.hash in challenged, f"entry {i}: the opened ballot was not challenged before")
                demand(challenged[ballot.hash] == ballot.credential, f"entry {i}: another credential challenged the ballot")
                demand(self.may_vote(ballot.credential, i), f"entry {i}: the credential is not on the roll")
                demand(ballot.hash not in opened, f"entry {i}: the ballot is opened twice")
                opened.add(ballot.hash)
        return f"{len(challenged)} challenged, {len(opened)} opened"

    def _check_opened(self, i: int, body: bytes) -> OpenedBallot:
        opened = within(f"entry {i}", self._opened, body)
        ballot, election = opened.ballot, self.election
        demand(ballot.election == election.id, f"entry {i}: the ballot is of another election")
        demand(is_signed(opened.signature, election.id, ballot.credential, OPEN, ballot.hash),
               f"entry {i}: the voter's signature is bad")
        demand(opened.re_encrypts(election.key), f"entry {i}: the opened values do not re-encrypt to the ballot")
        return opened

    def _opened(self, body: bytes) -> OpenedBallot:
        return read_opened_ballot(body, self.manifest.bits)
