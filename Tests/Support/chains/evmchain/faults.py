"""What goes wrong between a node and those who ask it, on demand."""
from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any

from evmchain.values import invalid

# Of each kind: whether the request is carried out all the same, if the fault does not say.
KINDS = {
    "http": False,
    "garbage": False,
    "cut": False,
    "error": False,
    "swallow": False,
    "delay": True,
    "answer": True,
    "patch": True,
    "replace": True,
}


@dataclass
class Fault:
    kind: str
    method: str | None
    contains: str
    skip: int
    times: int
    executes: bool
    details: dict[str, Any]

    def concerns(self, method: str, params: Any) -> bool:
        if self.method is not None and self.method != method:
            return False
        return self.contains in json.dumps(params).lower()


class Faults:
    """Those that were asked for and have not happened as often as they were to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, description: dict[str, Any]) -> None:
        kind = description.get("kind")
        if kind not in KINDS:
            raise invalid(f"kind is one of {', '.join(KINDS)}")
        fault = Fault(
            kind=kind,
            method=description.get("method"),
            contains=str(description.get("contains", "")).lower(),
            skip=int(description.get("skip", 0)),
            times=int(description.get("times", 1)),
            executes=bool(description.get("executes", KINDS[kind])),
            details=description,
        )
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def left(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.details | {"times": fault.times} for fault in self._faults]

    def take(self, method: str, params: Any) -> Fault | None:
        """The first that concerns a request; `times` 0 is for ever."""
        if method.startswith("test_"):
            return None
        with self._lock:
            for fault in self._faults:
                if not fault.concerns(method, params):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times == 1:
                    self._faults.remove(fault)
                elif fault.times > 1:
                    fault.times -= 1
                return fault
        return None


def patched(result: Any, patch: Any) -> Any:
    """A result with some of its members replaced; of a list, in every element."""
    if isinstance(result, list):
        return [patched(each, patch) for each in result]
    if isinstance(result, dict) and isinstance(patch, dict):
        return {**result, **{key: patched(result.get(key), value) if isinstance(value, dict) else value for key, value in patch.items()}}
    return patch


def replaced(result: Any, text: str, by: str) -> Any:
    """A result with another text wherever the first stands in it."""
    return json.loads(json.dumps(result).replace(text, by))
