"""A deployment package: which modules it has, and where they lie."""

import io
import linecache
import os
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from skymock.services.lambda_.code import ZippedCode
from skymock.services.lambda_.errors import InvalidParameterValueException

from .conftest import zipped


@pytest.mark.parametrize(
    ("name", "module_names"),
    [
        ("app.py", {"app"}),
        ("shop/orders.py", {"shop"}),
        ("fast.cpython-312-x86_64-linux-gnu.so", {"fast"}),
        ("boto3/__init__.py", set()),
        ("json.py", set()),
    ],
)
def test_a_package_has_the_modules_at_its_top(name, module_names):
    code = ZippedCode(zipped({name: ""}))

    assert code.sources.names == module_names
    code.remove()


def test_a_package_is_extracted_when_its_folder_is_asked_for():
    code = ZippedCode(zipped({"app.py": "x = 1", "shop/prices.txt": "12"}))

    with open(os.path.join(code.folder, "shop", "prices.txt")) as file:
        assert file.read() == "12"
    code.remove()


def test_threads_that_ask_at_once_share_one_extracted_folder():
    code = ZippedCode(zipped({f"file{number}": "x" for number in range(50)}))
    ready = threading.Barrier(4)

    def files():
        ready.wait(5)
        return code.folder, len(os.listdir(code.folder))

    with ThreadPoolExecutor(4) as pool:
        found = {future.result() for future in [pool.submit(files) for _ in range(4)]}

    assert found == {(code.folder, 50)}
    code.remove()


def test_a_removed_package_leaves_nothing_behind():
    code = ZippedCode(zipped({"app.py": "x = 1"}))
    folder = code.folder
    sys.path_importer_cache[folder + "/shop"] = None
    linecache.getlines(f"{folder}/app.py")

    code.remove()
    code.remove()

    assert not os.path.exists(folder)
    remembered = [*sys.path_importer_cache, *linecache.cache]
    assert [path for path in remembered if path.startswith(folder)] == []


def zip_that_claims(size):
    """A zip of one file whose directory says that the file has that size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data", "x")
        archive.filelist[0].file_size = size
    return packed.getvalue()


def test_a_package_may_not_be_larger_than_aws_allows():
    ZippedCode(zip_that_claims(262_143_999))

    with pytest.raises(
        InvalidParameterValueException, match="Unzipped size must be smaller than 262144000 bytes"
    ):
        ZippedCode(zip_that_claims(262_144_000))
