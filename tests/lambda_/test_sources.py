"""Where a function's code may come from: a callable, a folder, an image's stand-in, S3, and layers beside it."""

import os
import sys
from unittest.mock import patch

import boto3
import pytest

from skymock import NotSupported

from .conftest import zipped

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:latest"


def price():
    return 1


def handler(event, context):
    return {"name": context.function_name, "price": price(), "who": os.environ.get("WHO"), "event": event}


def failing(event, context):
    raise ValueError("bad")


def test_a_callable_runs_as_it_is(cloud, invoke):
    cloud.functions.create("f", handler, environment={"WHO": "f"})

    assert invoke("f", 5) == {"name": "f", "price": 1, "who": "f", "event": 5}


def test_what_the_test_patches_is_patched_in_a_callable(cloud, invoke):
    cloud.functions.create("f", handler)

    with patch(f"{__name__}.price", return_value=7):
        assert invoke("f")["price"] == 7


def test_a_callable_may_be_any_object_that_can_be_called(cloud, invoke):
    cloud.functions.create("f", lambda event, context: event * 2)

    assert invoke("f", 4) == 8


def test_the_trace_of_a_callable_begins_with_it(cloud, invoke):
    cloud.functions.create("f", failing)

    (frame,) = invoke("f")["stackTrace"]
    assert frame.startswith('  File "/var/task/test_sources.py", line ')
    assert 'raise ValueError("bad")' in frame


def test_a_callable_stands_where_the_test_stands(cloud, invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cloud.functions.create("f", lambda event, context: os.getcwd())

    assert os.path.samefile(invoke("f"), tmp_path)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "app.py").write_text(
        "from shop import prices\ncalls = 0\n"
        "def handler(event, context):\n    global calls\n    calls += 1\n    return [prices.PRICE, calls]\n"
    )
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "prices.py").write_text("PRICE = 5\n")
    return tmp_path


def test_a_folder_is_run_where_it_lies(cloud, invoke, folder):
    cloud.functions.create("f", folder)

    assert [invoke("f"), invoke("f")] == [[5, 1], [5, 2]]
    assert sorted(os.listdir(folder)) == ["app.py", "shop"]
    assert "shop" not in sys.modules


def test_new_environments_read_the_folder_as_it_is_then(cloud, invoke, folder, awslambda):
    cloud.functions.create("f", folder)
    invoke("f")
    (folder / "shop" / "prices.py").write_text("PRICE = 60\n")

    awslambda.update_function_configuration(FunctionName="f", Description="new")

    assert invoke("f") == [60, 1]


def test_a_folder_is_left_when_the_mock_ends(cloud, folder):
    cloud.functions.create("f", folder)

    cloud.close()

    assert (folder / "app.py").exists()


def test_a_folder_that_is_none_is_refused(cloud, tmp_path):
    with pytest.raises(NotADirectoryError):
        cloud.functions.create("f", tmp_path / "missing")


def test_code_that_is_none_is_refused(cloud):
    with pytest.raises(TypeError, match="code is a callable, the path of a folder, or the bytes of a zip"):
        cloud.functions.create("f", 5)


def test_a_zip_may_be_given_too(cloud, invoke):
    cloud.functions.create("f", zipped({"app.py": "def handler(event, context):\n    return 1\n"}))

    assert invoke("f") == 1


def test_all_else_is_create_functions(cloud, awslambda, folder):
    cloud.functions.create("f", folder, handler="app.handler", Timeout=60, MemorySize=512)

    shown = awslambda.get_function_configuration(FunctionName="f")
    assert (shown["Timeout"], shown["MemorySize"], shown["Handler"]) == (60, 512, "app.handler")
    assert shown["CodeSize"] > 0


def test_a_function_has_a_role_that_may_do_everything(cloud, invoke):
    cloud.functions.create("f", lambda event, context: len(boto3.client("iam").list_users()["Users"]))

    assert invoke("f") == 0


def test_a_deployed_function_can_be_told_what_to_run(cloud, create_function, invoke):
    create_function("f", "def handler(event, context):\n    return 'deployed'\n")
    assert invoke("f") == "deployed"

    cloud.functions.use("f", lambda event, context: "the test's")

    assert invoke("f") == "the test's"


def test_a_test_can_look_at_its_functions(cloud):
    created = cloud.functions.create("f", lambda event, context: print("hello") or event)

    assert created.invoke({"a": 1}) == {"a": 1}
    assert "hello\n" in cloud.functions["f"].log
    assert (list(cloud.functions), len(cloud.functions), "f" in cloud.functions) == (["f"], 1, True)
    assert created.arn == "arn:aws:lambda:us-east-1:123456789012:function:f"


def test_a_function_that_is_not_there_is_named(cloud):
    with pytest.raises(KeyError, match="there is no function 'g'"):
        cloud.functions["g"]


# Images


@pytest.fixture
def from_image(awslambda, role):
    def create(name, uri=IMAGE):
        return awslambda.create_function(
            FunctionName=name, PackageType="Image", Code={"ImageUri": uri}, Role=role
        )

    return create


def test_an_image_runs_what_the_test_says(cloud, from_image, invoke):
    cloud.functions.image(IMAGE, handler)
    from_image("f")

    assert invoke("f")["name"] == "f"


def test_an_image_is_described_as_such(cloud, from_image, awslambda):
    cloud.functions.image(IMAGE, handler)

    created = from_image("f")

    assert created["PackageType"] == "Image"
    assert not {"Runtime", "Handler", "RuntimeVersionConfig"} & created.keys()
    code = awslambda.get_function(FunctionName="f")["Code"]
    assert (code["ImageUri"], code["RepositoryType"]) == (IMAGE, "ECR")
    assert code["ResolvedImageUri"].startswith("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:")


def test_an_image_that_the_test_has_not_mapped_is_named(from_image):
    with pytest.raises(NotSupported, match=r"cloud\.functions\.image"):
        from_image("f")


def test_an_image_that_is_mapped_anew_runs_anew(cloud, from_image, invoke):
    cloud.functions.image(IMAGE, lambda event, context: 1)
    from_image("f")
    invoke("f")

    cloud.functions.image(IMAGE, lambda event, context: 2)

    assert invoke("f") == 2


def test_an_update_may_name_another_image(cloud, from_image, invoke, awslambda):
    cloud.functions.image(IMAGE, lambda event, context: 1)
    cloud.functions.image("other:1", lambda event, context: 2)
    from_image("f")

    awslambda.update_function_code(FunctionName="f", ImageUri="other:1")

    assert invoke("f") == 2


def test_zips_and_images_do_not_change_places(cloud, from_image, create_function, awslambda, refused):
    cloud.functions.image(IMAGE, handler)
    from_image("image")
    create_function("zip", "")

    assert refused(awslambda.update_function_code, FunctionName="zip", ImageUri=IMAGE)[1] == (
        "Please don't provide ImageUri when updating a function with packageType Zip."
    )
    assert refused(awslambda.update_function_code, FunctionName="image", ZipFile=zipped({}))[1] == (
        "Please provide ImageUri when updating a function with packageType Image."
    )


# Layers


def layer(**modules):
    return zipped({f"python/{name}.py": text for name, text in modules.items()})


def test_a_layers_modules_can_be_imported(cloud, invoke):
    app = zipped({"app.py": "import common\ndef handler(event, context):\n    return common.WHO\n"})

    cloud.functions.create("f", app, layers=[layer(common="WHO = 'layer'")])

    assert invoke("f") == "layer"
    assert "common" not in sys.modules


def test_the_code_goes_before_its_layers_and_the_last_layer_before_the_others(cloud, invoke):
    app = zipped(
        {
            "app.py": "import a, b\ndef handler(event, context):\n    return [a.WHO, b.WHO]\n",
            "a.py": "WHO = 'code'",
        }
    )
    first, last = layer(a="WHO = 'first'", b="WHO = 'first'"), layer(a="WHO = 'last'", b="WHO = 'last'")

    cloud.functions.create("f", app, layers=[first, last])

    assert invoke("f") == ["code", "last"]


def test_packages_of_a_layers_python_go_before_its_others(cloud, invoke, tmp_path):
    packages = tmp_path / "python/lib/python3.12/site-packages"
    packages.mkdir(parents=True)
    (packages / "common.py").write_text("WHO = 'site-packages'")
    (tmp_path / "python/common.py").write_text("WHO = 'python'")
    app = zipped({"app.py": "import common\ndef handler(event, context):\n    return common.WHO\n"})

    cloud.functions.create("f", app, layers=[tmp_path], Runtime="python3.12")

    assert invoke("f") == "site-packages"
