"""`python -m deskero_tui` is the program."""

import sys

from deskero_tui.cli.main import main

sys.exit(main())
