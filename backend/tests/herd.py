"""`python -m backend.tests.herd`: many real clients meet a presigner that throttles. No part of CI.

In: `OUTTRAY_TEST_WEED` and `OUTTRAY_TEST_BIN`. Every client is an `outtray run` with its own folder and device, all
begin at about the same moment, as after a power cut in an office, and ask for far more than `--rate` a second.
Out: a picture of the presign calls in each second, answered and refused, for `docs/`; exit code 1 if a file was lost or
stored twice, or did not arrive in time. What to look for in the picture: no second peak, no comb.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from backend.local import Bucket
from backend.tests.support import weed
from backend.tests.support.program import serving
from outtray_presigner.handler import Presigner
from outtray_presigner.settings import Settings
from outtray_presigner.storage import Storage

BUCKET = "herd"


class Watched(Bucket):
    """The throttle, and a record of what it did in each second."""

    def __init__(self, rate: float, burst: float) -> None:
        super().__init__(rate, burst)
        self.answered: Counter[int] = Counter()
        self.refused: Counter[int] = Counter()
        self._begin = time.monotonic()
        self._count = threading.Lock()

    def wait(self) -> float:
        wait = super().wait()
        with self._count:
            (self.refused if wait else self.answered)[int(time.monotonic() - self._begin)] += 1
        return wait


def client(binary: str, home: Path, origin: str, number: int, files: int) -> subprocess.Popen[bytes]:
    watched = home / "memory"
    watched.mkdir(parents=True)
    for k in range(files):
        (watched / f"{k}.json").write_text(f'{{"device": {number}, "file": {k}}}')
    lines = [f'api_url = "{origin}/ingest/new"', f'device_id = "dev{number:03}"', f"watch_dir = '{watched}'"]
    (home / "config.toml").write_text("\n".join([*lines, "[files]", "settle_ms = 0", "[guard]", 'mode = "off"', ""]))
    env = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([binary, "run"], env=env | {"OUTTRAY_HOME": str(home)}, **quiet)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m backend.tests.herd", description="Real clients, throttled.")
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--rate", type=float, default=5, help="requests a second that are answered")
    parser.add_argument("--secs", type=float, default=400, help="give up after so long")
    parser.add_argument("--silent", action="store_true", help="no Retry-After, as API Gateway's own throttle")
    parser.add_argument("--picture", type=Path, help="where the SVG goes")
    options = parser.parse_args()
    binary, server = os.environ.get("OUTTRAY_TEST_BIN"), os.environ.get("OUTTRAY_TEST_WEED")
    if not (binary and server):
        parser.error("OUTTRAY_TEST_BIN and OUTTRAY_TEST_WEED must name the two programs")
    os.environ |= {"AWS_ACCESS_KEY_ID": weed.ACCESS, "AWS_SECRET_ACCESS_KEY": weed.SECRET}
    os.environ["AWS_DEFAULT_REGION"] = weed.REGION
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="herd")))
        (folder / "weed").mkdir()
        s3 = stack.enter_context(weed.running(server, folder / "weed"))
        s3.make_bucket(BUCKET)
        chosen = Settings(BUCKET, endpoint=s3.endpoint)
        throttle = Watched(options.rate, 2 * options.rate)
        presigner = Presigner(chosen, Storage(chosen), log=lambda _line: None)
        origin = stack.enter_context(serving(presigner, throttle, tells=not options.silent))
        homes = [folder / f"home{n}" for n in range(options.clients)]
        clients = [client(binary, home, origin, n, options.files) for n, home in enumerate(homes)]
        try:
            done = wait(homes, options.clients * options.files, options.secs)
        finally:
            for one in clients:
                one.send_signal(signal.SIGTERM)
            for one in clients:
                one.wait(20)
        objects = s3.objects(BUCKET)
    return report(options, throttle, done, objects)


def wait(homes: list[Path], count: int, secs: float) -> bool:
    """Until every file is marked; a file system has nothing to wait on for forty folders at once."""
    end = time.monotonic() + secs
    while time.monotonic() < end:
        if sum(len(list(home.glob("memory/*.synced"))) for home in homes) == count:
            return True
        time.sleep(0.5)
    return False


def report(options: argparse.Namespace, throttle: Watched, done: bool, objects: dict[str, bytes]) -> int:
    last = max([*throttle.answered, *throttle.refused])
    seconds = [(throttle.answered[second], throttle.refused[second]) for second in range(last + 1)]
    calls = [sum(pair) for pair in seconds]
    count = options.clients * options.files
    print(f"{options.clients} clients, {count} files, {options.rate:g} calls a second allowed, {last} s")
    print(f"  answered {sum(yes for yes, _ in seconds)}, refused {sum(no for _, no in seconds)}")
    print(f"  calls a second: at most {max(calls)}, after the first 10 s at most {max(calls[10:], default=0)}")
    print(f"  objects {len(objects)}, different ones {len(set(objects.values()))}, all marked: {done}")
    if options.picture:
        options.picture.write_text(picture(seconds, options))
    return 0 if done and len(objects) == len(set(objects.values())) == count else 1


def picture(seconds: list[tuple[int, int]], options: argparse.Namespace) -> str:
    """Two stacked bars a second, and the allowed rate as a line."""
    wide, high, left, low = 900, 260, 50, 40
    most = max(map(sum, seconds)) or 1
    step, unit = (wide - left - 10) / len(seconds), (high - low - 30) / most
    ground = high - low
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12">',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        f'<text x="{left}" y="18">{options.clients} clients with {options.files} files each begin at once; '
        f"{options.rate:g} calls a second are answered (blue), the rest is told to wait (orange)</text>",
    ]
    for second, (yes, no) in enumerate(seconds):
        x = left + second * step
        bar = f'<rect x="{x:.1f}" width="{max(step - 0.5, 0.5):.1f}"'
        parts.append(f'{bar} y="{ground - yes * unit:.1f}" height="{yes * unit:.1f}" fill="#2b6cb0"/>')
        parts.append(f'{bar} y="{ground - (yes + no) * unit:.1f}" height="{no * unit:.1f}" fill="#ed8936"/>')
    y = ground - options.rate * unit
    parts.append(f'<path d="M{left} {y:.1f}H{wide - 10}" stroke="#222" stroke-dasharray="4 3"/>')
    parts.append(f'<path d="M{left} 30V{ground}H{wide - 10}" stroke="#222" fill="none"/>')
    ends = [(value, ground - value * unit + 4) for value in (0, most)]
    parts += [f'<text x="{left - 6}" y="{y:.1f}" text-anchor="end">{value}</text>' for value, y in ends]
    marks = [(second, left + second * step) for second in range(0, len(seconds), max(10, len(seconds) // 80 * 10))]
    parts += [f'<text x="{x:.1f}" y="{ground + 16}" text-anchor="middle">{second} s</text>' for second, x in marks]
    parts.append(f'<text x="{left}" y="{high - 6}">presign calls in each second</text></svg>\n')
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
