"""`python -m deskero_tui` is the program."""

import sys

from deskero_tui.cli import main

sys.exit(main())
