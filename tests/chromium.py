"""Where Chromium is on this machine; `python -m tests.chromium` says so in one line."""

import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


if __name__ == "__main__":
    print(f"browser stories: {find() or 'Chromium not found, they will not run'}")
