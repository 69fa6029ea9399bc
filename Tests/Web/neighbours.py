"""What tests of time ask, and how much of this machine is theirs: a figure of speed means nothing without it."""
import hashlib
import os
import pathlib
import threading
import time
import zlib

# On an idle machine: the product's bars themselves.
STRICT = os.environ.get("FLEXATAR_STRICT") == "1"
TICKS = os.sysconf("SC_CLK_TCK") * os.cpu_count()
# What two threads compress in a second on the two idle cores of docs/figures.md.
PIECE = b"".join(hashlib.sha256(number.to_bytes(2, "big")).hexdigest().encode() for number in range(512))
PIECES = 2000


def bar(strict, roomy):
    """The product's bar where FLEXATAR_STRICT=1 asks for it; else a budget that a slow, crowded machine keeps and a fault
    does not."""
    return strict if STRICT else roomy


class Neighbours:
    """`with Neighbours() as neighbours: …`, then of the machine, all its cores, 0...1: `neighbours.share`, what other programs
    and machines took, and `neighbours.left`, what was left of a machine like that of docs/figures.md."""

    def __enter__(self):
        self.pace = pace()
        self.began, self.all, self.own = time.monotonic(), busy(), ours()
        return self

    def __exit__(self, *_):
        ticks = (time.monotonic() - self.began) * TICKS
        self.share = max(0.0, (busy() - self.all - max(0, ours() - self.own)) / ticks)
        self.left = max(0.0, min(1, self.pace, pace(), 1 - self.share))

    def rate(self, idle):
        """What can be asked of a rate of which `idle` can be asked on an idle machine: frames are lost faster than time."""
        return idle * self.left ** 1.5

    def __str__(self):
        return f"other programs took {self.share:.0%} of the machine, {self.left:.0%} of an idle one were left"


def pace(seconds=0.2):
    """How fast two threads are just now, against those of two idle cores."""
    done = [0, 0]
    began = time.perf_counter()

    def work(thread):
        while time.perf_counter() < began + seconds:
            zlib.compress(PIECE)
            done[thread] += 1

    threads = [threading.Thread(target=work, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began) / PIECES


def busy():
    """Ticks that any program has run, or that another machine on the same host has taken."""
    user, nice, system, _, _, irq, soft, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    return user + nice + system + irq + soft + steal


def ours():
    """Ticks of this process and all that it has started, those included that have ended and been waited for."""
    ticks, parents = {}, {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has just ended
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        ticks[pid] = sum(map(int, fields[11:15]))
    family, found = set(), {os.getpid()}
    while found:
        family |= found
        found = {pid for pid, parent in parents.items() if parent in found} - family
    return sum(ticks.get(pid, 0) for pid in family)
