#!/usr/bin/env python3
"""Verifies a Comitia record (spec 7). See README.md.

    verify.py DIR [--election-id HEX] [--checkpoint FILE] [--receipt FILE] [--sample K] [--json]
    verify.py --batch

Exit code 0: all checks passed; 1: one or more failed; 2: not a record, or called wrongly.
"""
from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from checks import ANCHORS, Verification
from drawn import USUAL_SAMPLE, audit_sample, duty_order, lots, option_orders
from findings import Cache, Outside
from record import NotARecord, load


class CalledWrongly(Exception):
    """What was asked for cannot be understood, or a file named is not there."""


def answer(folder: str, election_id: str | None, checkpoint: str | None, receipt: str | None,
           cache: Cache | None = None, sample: int = USUAL_SAMPLE) -> dict[str, Any]:
    """Runs all checks; the answer is the JSON object of spec 7.3."""
    outside = Outside(_election_id(election_id), _given(checkpoint), _given(receipt))
    verification = Verification(load(Path(folder)), outside, cache)
    outcomes, not_run = verification.run()
    due = [] if verification.aborted is None else [9, 11, 12, 13]
    # A record need not say where its board is anchored.
    ok = [number for number in not_run if number != ANCHORS] == due and all(outcome.ok for outcome in outcomes)
    result: dict[str, Any] = {
        "ok": ok,
        "electionId": verification.election_id.hex() if verification.election_id else None,
        "selfConsistentOnly": outside.nothing,
        "aborted": verification.aborted,
        "checks": [vars(outcome) for outcome in outcomes],
        "notRun": not_run,
    }
    if ok and verification.aborted is None:
        votes = iter(verification.votes)
        result["contests"] = [
            {"title": contest.title, "options": [{"name": name, "votes": next(votes)} for name in contest.options]}
            for contest in verification.manifest.contests]
        result["draws"] = _draws(verification, sample)
    return result


def _draws(verification: Verification, size: int) -> dict[str, Any]:
    opening, closing = verification.opening.draw, verification.closing_output
    return {
        "opening": {"seed": verification.opening_seed.hex(), "output": opening.hex()},
        "closing": {"seed": verification.closing_seed.hex(), "output": closing.hex()},
        "optionOrders": option_orders(verification.manifest, opening),
        "dutyOrder": duty_order(len(verification.trustees.members), opening),
        "lots": lots(verification.manifest, verification.votes, closing),
        "sample": audit_sample(verification.counted_entries, size, closing),
    }


def _election_id(text: str | None) -> bytes | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise CalledWrongly("an election id has 64 hexadecimal digits")
    return bytes.fromhex(text)


def _given(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CalledWrongly(f"{path}: {error.strerror}") from None


def _print(result: dict[str, Any]) -> None:
    for check in result["checks"]:
        print(f"{'passed' if check['ok'] else 'FAILED'}  {check['id']:2}  {check['name']}: {check['detail']}")
    for number in result["notRun"]:
        print(f"not run {number:2}" + ("  the record does not say where its board is anchored" if number == ANCHORS and result["ok"] else ""))
    for contest in result.get("contests", []):
        print(f"\n{contest['title']}")
        for option in contest["options"]:
            print(f"  {option['votes']:8}  {option['name']}")
    if "draws" in result:
        _print_draws(result["draws"], result["contests"])
    if result["aborted"] is not None:
        print(f"\nTHE ELECTION WAS ABORTED: {result['aborted']}")
    print(f"\nelection id {result['electionId']}")
    if result["ok"] and result["selfConsistentOnly"]:
        print("self-consistent only: compare the election id, or give a checkpoint or receipt kept by someone else")
    print("the record is good" if result["ok"] else "THE RECORD IS NOT GOOD")


def _print_draws(draws: dict[str, Any], contests: list[dict[str, Any]]) -> None:
    print()
    for name in ("opening", "closing"):
        print(f"{name} draw  seed {draws[name]['seed']}\n              output {draws[name]['output']}")
    for what, drawn in (("shown in the order", draws["optionOrders"]), ("decided by lot", draws["lots"])):
        for one in drawn:
            contest = contests[one["contest"]]
            names = ", ".join(contest["options"][option]["name"] for option in one["options"])
            print(f"{contest['title']}, {what}: {names}")
    print(f"order of duty: {', '.join(map(str, draws['dutyOrder']))}")
    print(f"ballots to be audited: {', '.join(map(str, draws['sample'])) or 'none'}")


def _batch() -> None:
    """One JSON line each for lines {"dir", "electionId"?, "checkpoint"?, "receipt"?, "sample"?}: the answer, and `exitCode`."""
    cache = Cache()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            result = answer(asked["dir"], asked.get("electionId"), asked.get("checkpoint"), asked.get("receipt"), cache,
                            asked.get("sample", USUAL_SAMPLE))
            result["exitCode"] = 0 if result["ok"] else 1
        except (NotARecord, CalledWrongly) as error:
            result = {"ok": False, "exitCode": 2, "error": str(error)}
        print(json.dumps(result, ensure_ascii=False), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies a Comitia record.")
    parser.add_argument("dir", nargs="?", help="the folder of the record")
    parser.add_argument("--election-id", metavar="HEX", help="the election id, as the organiser announced it")
    parser.add_argument("--checkpoint", metavar="FILE", help="a checkpoint that someone kept")
    parser.add_argument("--receipt", metavar="FILE", help="a voter's receipt")
    parser.add_argument("--sample", metavar="K", type=int, default=USUAL_SAMPLE, help="how many ballots are drawn for an audit")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument("--batch", action="store_true", help="answer lines of JSON on standard input")
    arguments = parser.parse_args()
    if arguments.batch:
        _batch()
        return 0
    if arguments.dir is None:
        parser.error("the folder of a record is needed")
    if arguments.sample < 0:
        parser.error("a sample has no fewer than 0 ballots")
    try:
        result = answer(arguments.dir, arguments.election_id, arguments.checkpoint, arguments.receipt, sample=arguments.sample)
    except (NotARecord, CalledWrongly) as error:
        if arguments.json:
            print(json.dumps({"ok": False, "error": str(error)}, ensure_ascii=False))
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        _print(result)
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
