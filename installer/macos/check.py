"""Looks at OutTray.app: its plist, its programs, its icon. Usage: check.py BUNDLE VERSION"""

import plistlib
import struct
import sys
from pathlib import Path

bundle, version = Path(sys.argv[1]), sys.argv[2]
contents = bundle / "Contents"
info = plistlib.loads((contents / "Info.plist").read_bytes())
results = []


def check(words, holds):
    results.append(bool(holds))
    print(("ok      " if holds else "FAILED  ") + words)


def icon_kinds(data):
    """The entries of an icns file: four letters and a length each, after a header of the same form."""
    magic, length = struct.unpack(">4sI", data[:8])
    if magic != b"icns" or length != len(data):
        return set()
    kinds, at = set(), 8
    while at < length:
        kind, size = struct.unpack(">4sI", data[at : at + 8])
        kinds.add(kind.decode("ascii"))
        at += size
    return kinds


check("it has the version of the product", info["CFBundleShortVersionString"] == info["CFBundleVersion"] == version)
check("it lives in the menu bar and not in the Dock", info["LSUIElement"] is True)
check("it has the id that notices and the login item use", info["CFBundleIdentifier"] == "io.github.outtray.OutTray")
main = contents / "MacOS" / info["CFBundleExecutable"]
check("a double click starts the desktop program", main.name == "outtray-desktop" and main.is_file())
for program in (main, main.with_name("outtray")):
    check(f"{program.name} may be executed", program.is_file() and program.stat().st_mode & 0o111 == 0o111)
icon = contents / "Resources" / (info["CFBundleIconFile"] + ".icns")
kinds = icon_kinds(icon.read_bytes())
check("the icon has all sizes up to 512 points, for retina screens too", {"ic07", "ic08", "ic09", "ic10", "ic11", "ic12", "ic13", "ic14"} <= kinds)
strangers = {str(path.relative_to(contents)) for path in contents.rglob("*") if path.is_file()} - {
    "Info.plist", "PkgInfo", "MacOS/outtray", "MacOS/outtray-desktop", "Resources/OutTray.icns",
}
check("nothing else is in it", not strangers)
print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
