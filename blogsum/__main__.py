"""``python -m blogsum``."""

import sys

from blogsum.cli.main import main

sys.exit(main())
