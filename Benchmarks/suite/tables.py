"""Figures as tables for people."""


def number(value):
    """Three significant digits, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def mebibytes(count):
    return f"{count / 2**20:.0f} MiB" if count >= 10 * 2**20 else f"{count / 2**20:.1f} MiB"


def duration(microseconds):
    """With the unit that suits it."""
    if microseconds >= 1e6:
        return f"{number(microseconds / 1e6)} s"
    if microseconds >= 1e4:
        return f"{number(microseconds / 1e3)} ms"
    return f"{number(microseconds)} µs"


def table(title, header, rows):
    """Prints rows of text: the first column to the left, the others to the right."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    print(f"\n{title}")
    for row in [header, *rows] if any(header) else rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip())


def machine(about):
    print(f"{about['cpu']}, {about['cores']} cores, {mebibytes(about['memoryBytes'])}; {about['system']}")
    print(f"{about['date']}, revision {about['revision']}, load {about['loadBefore']:.1f}; {about['swift']}")


def load(about):
    print(f"\nLoad {about['loadBefore']:.1f} before, {about['loadAfter']:.1f} after, on {about['cores']} cores.")


def operations(result):
    groups = {}
    for figure in result["figures"].values():
        groups.setdefault(figure["group"], []).append(figure)
    print(f"\nCPU time of one thread, medians of {result['rounds']} interleaved rounds; ± is half the distance of the quartiles.")
    for group, figures in groups.items():
        header = ["", "Comitia", "±", f"libsodium {result['libsodium']}", "time ratio"]
        rows = [_operation(figure) for figure in figures]
        if all(not figure.get("libsodium") for figure in figures):
            header, rows = header[:3], [row[:3] for row in rows]
        table(group, header, rows)


def _operation(figure):
    def value(microseconds):
        if "bytes" in figure:
            return f"{number(figure['bytes'] / microseconds)} MB/s"
        return duration(microseconds)

    row = [figure["name"], value(figure["median"]), f"{50 * figure['spread']:.1f} %"]
    if figure.get("libsodium"):
        return row + [value(figure["libsodium"]), f"{figure['ratio']:.2f}"]
    return row + ["", ""]


def sums(found):
    for entry in found:
        rows = [
            [part["name"], number(part["count"]), duration(part["each"]), duration(part["total"])] for part in entry["parts"]
        ]
        rows.append(["sum", "", "", duration(entry["sum"])])
        rows.append(["measured", "", f"{100 * entry['above']:+.0f} %", duration(entry["measured"])])
        table(f"The parts of {entry['id']}", ["", "number", "each", "together"], rows)


def targets(found, scale):
    rows = []
    for entry in found:
        bound = "≥" if entry["isLeast"] else "≤"
        wanted = f"{bound} {number(entry['wanted'])} {entry['unit']}"
        rows.append([entry["id"], f"{number(entry['measured'])} {entry['unit']}", wanted, entry["verdict"]])
    title = "Wanted figures"
    if scale:
        title += f", times scaled by libsodium's of this run ({scale:.2f})"
    table(title, ["", "measured", "wanted", ""], rows)


def elections(results):
    rows = [
        [
            f"{result['ballots']}",
            f"{result['wall']:.1f} s",
            f"{1e6 * result['cpu'] / result['ballots']:.0f} µs",
            mebibytes(result["peakBytes"]),
            mebibytes(result["recordBytes"]),
            f"{result['recordBytes'] / result['ballots']:.0f}",
        ]
        for result in results
    ]
    header = ["ballots", "held in", "CPU a ballot", "memory", "record", "bytes a ballot"]
    table("Whole elections by the command: 5 options, at most 1; 3 of 5 trustees", header, rows)

    rows = [
        [
            f"{result['ballots']}, {run['cores']} core{'s' if run['cores'] > 1 else ''}",
            f"{run['wall']:.1f} s",
            f"{1e6 * run['cpu'] / result['ballots']:.0f} µs",
            mebibytes(run["peakBytes"]),
        ]
        for result in results
        for run in result["verification"]
    ]
    table("Verifying their records by the command", ["ballots", "wall time", "CPU a ballot", "memory"], rows)

    if results:
        names = [phase["name"] for phase in results[0]["phases"]]
        rows = [[name] + [f"{result['phases'][place]['seconds']:.2f} s" for result in results] for place, name in enumerate(names)]
        table("Phases of holding them, wall time", ["ballots"] + [f"{result['ballots']}" for result in results], rows)


def webassembly(result):
    rows = [[name, f"{value}"] for name, value in result.items() if not isinstance(value, (dict, list))]
    table("WebAssembly ballot in Node.js", ["", ""], rows)


def instructions(result):
    rows = [[result["skipped"], ""]] if "skipped" in result else [
        ["encrypt, prove and sign", number(result["encryptAndSign"])],
        [f"verify with its signature, {result['batch']} together", number(result["verifyInBatch"])],
    ]
    table("Instructions a ballot of 5 options, at most 1", ["", ""], rows)


def belenios(result, ours):
    title = "Belenios on the same question: CPU a ballot"
    if "skipped" in result:
        table(title, ["", ""], [[result["skipped"], ""]])
        return
    rows = []
    for name, theirs, key in [
        ("encrypt, prove and sign", result["encryptMilliseconds"], ("single-encrypt", "sign")),
        ("verify, Comitia in batches of 1 000", result["verifyMilliseconds"], ("single-batch-1000-signed",)),
    ]:
        mine = sum(ours[part]["median"] for part in key) / 1e3 if all(part in ours for part in key) else None
        rows.append([name, f"{theirs:.1f} ms"] + ([f"{mine:.3f} ms", f"{theirs / mine:.0f} ×"] if mine else ["", ""]))
    table(title, ["", f"belenios-tool {result['version'].split()[0]}", "Comitia", ""], rows)
    print(
        f"  {result['ballots']} ballots of {result['ballotBytes']} bytes, group {result['group']};"
        f" the {result['processMilliseconds']:.0f} ms of a process that does nothing for a ballot are subtracted.\n"
        "  The groups differ: integers of 2048 bits there, an elliptic curve here. Its figure covers all of its `election verify`."
    )


def trustees(result):
    title = "Elections with trustees as processes: wall time"
    if "skipped" in result:
        table(title, ["", ""], [[result["skipped"], ""]])
        return
    names = list(result["elections"][0]["milliseconds"])
    rows = [
        [f"{found['threshold']} of {found['trustees']}"] + [f"{found['milliseconds'][name] / 1e3:.2f} s" for name in names]
        for found in result["elections"]
    ]
    table(title, ["trustees"] + names, rows)
    draws = list(result["elections"][0]["beacon"])
    rows = [[f"{found['threshold']} of {found['trustees']}"] + [f"{found['beacon'][draw]} ms" for draw in draws] for found in result["elections"]]
    table("Beacon: until the output of a draw is known", ["trustees"] + draws, rows)
    names = list(result["elections"][0]["each"])
    rows = [
        [f"{found['threshold']} of {found['trustees']}"]
        + [f"{found['each'][name]['median']} ms; {found['each'][name]['greatest']} ms" for name in names]
        for found in result["elections"]
    ]
    table("How long a trustee was waited for: middle; longest", ["trustees"] + names, rows)


def service(result):
    if "skipped" in result:
        table("The service over HTTP", ["", ""], [[result["skipped"], ""]])
        return
    databases = [(label, result[name]) for name, label in [("sqlite", "SQLite"), ("postgresql", "PostgreSQL")] if name in result]
    rows = [
        _casting(f"{label}, {meaning}", found["casting"][part])
        for label, found in databases
        for part, meaning in [("full", "as fast as answered"), ("half", "at half the wanted load")]
    ]
    header = ["", "connections", "ballots/s", "p50", "p95", "p99", "batch", "verified in", "group", "committed in"]
    table(f"Ballots over HTTP: 5 options, at most 1; {result['voters']} voters; medians of {result['rounds']} rounds", header, rows)
    processes = ("service", "database", "trustees", "generator")
    rows = [
        [f"{label}, {part}"] + [f"{found['casting'][part]['processor'][name]:.0f} µs" for name in processes]
        for label, found in databases
        for part in ("full", "half")
    ]
    table("Processor time of a ballot", ["", "service", "database server", "trustees", "generator"], rows)
    first = result["sqlite"]
    rows = [
        [entry["name"], number(entry["perSecond"]), f"{entry['processor']:.1f} µs", f"{entry['generator']:.1f} µs"]
        for entry in first["plain"]
    ]
    table("Small answers, 128 connections", ["", "a second", "its processor time", "generator's"], rows)
    rows = [
        _memory(f"{first[key]['connections']} {name}", first[key]["startBytes"], first[key]["heldBytes"], first[key]["connections"])
        for key, name in [("idle", "idle connections"), ("webSockets", "WebSockets, subscribed")]
    ]
    rows += [
        _memory(f"{memory['entries']} ballots, {label}", memory["startBytes"], memory["afterBytes"], memory["entries"])
        for label, memory in [(label, found["memory"]) for label, found in databases]
    ]
    table("Memory of the service", ["", "before", "with them", "each"], rows)
    told = first["webSockets"]
    print(
        f"  A ballot's event reached the first WebSocket after {told['firstMilliseconds']:.0f} ms, the last after"
        f" {told['lastMilliseconds']:.0f} ms; its receipt came after {told['answerMilliseconds']:.0f} ms."
    )


def _casting(name, found):
    times = [f"{found[key]:.1f} ms" for key in ("p50", "p95", "p99")]
    steps = [
        cell
        for size, duration in [("batch", "verificationMilliseconds"), ("group", "commitMilliseconds")]
        for cell in (f"{found[size]:.1f}", f"{found[duration]:.1f} ms")
    ]
    return [name, f"{found['connections']:.0f}", number(found["perSecond"]), *times, *steps]


def _memory(name, before, after, count):
    return [name, mebibytes(before), mebibytes(after), f"{(after - before) / count / 1024:.1f} KiB"]
