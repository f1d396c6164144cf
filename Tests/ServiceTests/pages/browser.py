"""Which browser pages are tested in: Chromium without its desktop, which takes a third less of the machine and shows pages alike."""

CHROMIUM = {"executable_path": "/usr/bin/chromium-headless-shell", "args": ["--no-sandbox"]}
