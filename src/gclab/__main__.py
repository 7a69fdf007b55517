"""``python -m gclab``."""

import sys

from gclab.commands.main import main

sys.exit(main())
