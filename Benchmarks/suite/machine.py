"""What the figures were measured on."""

import os
import platform
import subprocess
from datetime import datetime, timezone

from .processes import ROOT


def _first_line(command):
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def _cpu():
    fields = {}
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    model = fields.get("model name", platform.processor() or "unknown")
    if "cpu family" in fields:
        model += f" (family {fields['cpu family']}, model {fields.get('model', '?')})"
    return model


def _memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def describe():
    """Machine, tools and revision, before anything is measured."""
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False).returncode != 0
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memoryBytes": _memory_bytes(),
        "system": f"{platform.system()} {platform.release()}",
        "swift": _first_line(["swift", "--version"]),
        "revision": _first_line(["git", "rev-parse", "--short", "HEAD"]) + ("+" if changed else ""),
        "loadBefore": os.getloadavg()[0],
    }
