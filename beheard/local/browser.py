"""The browser for the browser tests: Debian's chromium where there is one, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def installed_browser() -> str | None:
    """The path of a Chromium on this machine; None means Playwright's own."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def main() -> int:
    """Makes sure that there is a browser; 1 and a sentence when none can be had."""
    if installed_browser() or _playwright_has_one():
        return 0
    print("No chromium on this machine; asking Playwright for its own.", flush=True)
    with_libraries = ["--with-deps"] if os.geteuid() == 0 else []
    command = [sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]
    if subprocess.run(command, check=False).returncode == 0 and _playwright_has_one():
        return 0
    print(
        "The browser tests need a browser and none could be installed. As root on Debian or Ubuntu: "
        "apt install chromium. Elsewhere: .venv/bin/playwright install --with-deps chromium",
        file=sys.stderr,
    )
    return 1


def _playwright_has_one() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


if __name__ == "__main__":
    sys.exit(main())
