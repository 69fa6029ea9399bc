"""How much of this machine other programs take: a figure of speed means nothing without it."""
import os
import pathlib
import time

TICKS = os.sysconf("SC_CLK_TCK") * os.cpu_count()
# Other programs that take more of the machine than this count.
CROWDED = 0.05


class Neighbours:
    """`with Neighbours() as neighbours: …` then `neighbours.share`, 0...1 of all cores."""

    def __enter__(self):
        self.began, self.all, self.own = time.monotonic(), busy(), ours()
        return self

    def __exit__(self, *_):
        ticks = (time.monotonic() - self.began) * TICKS
        self.share = max(0.0, (busy() - self.all - max(0, ours() - self.own)) / ticks)


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
