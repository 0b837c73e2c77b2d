from __future__ import annotations

import subprocess
import sys

CODE = """
import gc
from deskero_tui.cli.start import Start

start = Start()
start.begin()
began = gc.isenabled()
here = [[] for _ in range(1_000)]
start.end()
print(began, gc.isenabled(), gc.get_freeze_count() > len(here), len(gc.get_objects()) < len(here))
"""


def test_nothing_is_collected_during_a_start_nor_ever_of_what_it_made() -> None:
    # In a process of its own: what is frozen there is not looked through by anybody any more.
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True", "True", "True"]
