"""The presigner: deployed on AWS (`template.yaml`) or run anywhere (`python -m backend.local`).

What is deployed stands in a folder of its own, `src`, and knows nothing of the rest.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("src")))
