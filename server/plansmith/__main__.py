"""`python -m plansmith` is the same as `plansmith`."""

import sys

from plansmith.cli import main

sys.exit(main())
