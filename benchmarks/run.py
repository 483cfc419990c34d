"""Every benchmark, one after the other: ``python benchmarks/run.py --data DIR [--only NAME …] [--peers BIN …]``.

DIR is the folder that each benchmark describes in its first lines. Each writes its report to ``benchmarks/results``;
this prints what ran, how long it took and what failed, and exits with 1 when one did.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
# the slow ones last, the timed ones first: nothing else should run beside them
BENCHMARKS = (
    "speed",
    "mt5_cost",
    "sentences",
    "extraction",
    "readability",
    "data",
    "scrape",
    "agreement",
    "gate",
    "lookup",
    "sections",
    "mt5_quality",
    "vocabulary",
    "quality",
    "finetune",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that were asked for; 1 if one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with blog/, html/, human/ and sites/")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS, metavar="NAME")
    parser.add_argument("--peers", type=Path, nargs="*", default=[], help="bin folders of environments with the peers")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        parser.error(f"{options.data}: no such folder")
    failed = [name for name in options.only if not _runs(name, options.data, options.peers)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _runs(name: str, data: Path, peers: Sequence[Path]) -> bool:
    """Run one benchmark; whether it ended well."""
    argv = [sys.executable, str(HERE / f"{name}.py"), "--data", str(data)]
    if name == "speed" and peers:
        argv += ["--peers", *map(str, peers)]
    print(f"{name} …", flush=True)
    start = time.monotonic()
    code = subprocess.run(argv, check=False).returncode
    print(f"{name}: {'done' if code == 0 else f'exit code {code}'} after {time.monotonic() - start:.0f} s", flush=True)
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
