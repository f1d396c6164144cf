"""Arguments, order of the parts, output."""

import argparse
import json
import os
import sys
from pathlib import Path

from . import belenios, elections, instructions, limits, machine, operations, service, tables, trustees, webassembly
from .processes import ROOT, Failed, run

PARTS = ["operations", "elections", "webassembly", "belenios", "instructions", "service", "trustees"]

DESCRIPTION = """\
Measures Comitia: single operations beside libsodium's, whole elections, the browser's module, Belenios, instruction counts,
the service, trustees as processes.
Prints tables; writes all figures as JSON. Benchmarks/README.md tells how to read them."""


def main():
    arguments = _parse()
    try:
        result = _measure(arguments)
    except Failed as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(result, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"\nAll figures: {arguments.json}")
    return 0


def _parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="about a minute: fewer rounds, small elections, nothing slow")
    parser.add_argument(
        "--json",
        type=Path,
        default=ROOT / ".build/benchmarks.json",
        metavar="FILE",
        help="where the figures go (default: .build/benchmarks.json)",
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="PATTERN",
        help=f"a part ({', '.join(PARTS)}), or operations whose id or group contains PATTERN",
    )
    return parser.parse_args()


def _parts(arguments):
    """The parts to measure and the pattern for single operations."""
    if arguments.only == "trustees":
        # What a phase costs belongs to how long it takes.
        return ["operations", "trustees"], "trustees"
    if arguments.only in PARTS:
        return [arguments.only], ""
    if arguments.only:
        return ["operations"], arguments.only
    return [part for part in PARTS if not (arguments.quick and part == "instructions")], ""


def _measure(arguments):
    parts, pattern = _parts(arguments)
    _build(parts)
    result = {"machine": machine.describe()}
    tables.machine(result["machine"])
    figures = {}
    for part in parts:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        if part == "operations":
            result[part] = operations.measure(quick=arguments.quick, pattern=pattern)
            figures = result[part]["figures"]
            result["sums"] = limits.sums(figures)
            tables.operations(result[part])
            tables.sums(result["sums"])
        elif part == "elections":
            result[part] = elections.measure(quick=arguments.quick)
            tables.elections(result[part])
        elif part == "webassembly":
            result[part] = webassembly.measure(quick=arguments.quick)
            tables.webassembly(result[part])
        elif part == "belenios":
            result[part] = belenios.measure(quick=arguments.quick)
            tables.belenios(result[part], figures)
        elif part == "instructions":
            result[part] = instructions.measure()
            tables.instructions(result[part])
        elif part == "service":
            result[part] = service.measure(quick=arguments.quick)
            tables.service(result[part])
        elif part == "trustees":
            result[part] = trustees.measure(quick=arguments.quick)
            tables.trustees(result[part])
        sys.stdout.flush()
    result["targets"] = limits.targets(result)
    tables.targets(result["targets"], limits.scale(figures))
    result["machine"]["loadAfter"] = os.getloadavg()[0]
    tables.load(result["machine"])
    return result


def _build(parts):
    """Builds for release what the parts run."""
    products = {
        "operations": ["benchmarks"],
        "instructions": ["benchmarks"],
        "elections": ["comitia"],
        "service": ["benchmarks", "comitia"],
        "trustees": ["comitia"],
    }
    for product in sorted({product for part in parts for product in products.get(part, [])}):
        print(f"building {product} for release …", file=sys.stderr, flush=True)
        run(["swift", "build", "--configuration", "release", "--product", product])
