import shutil
import tempfile
from pathlib import Path

import pytest

from beheard.local.servers import servers


@pytest.fixture
def data_folder():
    """A folder every user can walk to (pytest's own are closed); its servers are stopped in the end."""
    folder = Path(tempfile.mkdtemp(prefix="beheard-test-"))
    folder.chmod(0o711)
    yield folder
    servers(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)
