"""Cheap botocore sessions: what every new one works out again from the same files is worked out once a process.

A new session reads the service models that it needs anew, lists the folders of all services, and asks of each of its
hundred event handlers whether it takes keyword arguments: some 30 to 60 ms, which dominate a small test. All of it is
a pure function of files and code, so while a mock is on it is remembered. Sessions stay what they are, each with its
own handlers, credentials and configuration. `mock_serverless(shared_models=False)` switches it off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import botocore.hooks
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader, Loader

from skymock import models
from skymock.interception import Patch, active


class SessionsPatch(Patch):
    def install(self) -> None:
        self.replace(JSONFileLoader, "load_file", _load_file)
        self.replace(Loader, "list_available_services", _remembering(Loader.list_available_services))
        self.replace(Loader, "list_api_versions", _remembering(Loader.list_api_versions))
        self.replace(EventAliaser, "__init__", _init_aliaser)
        self.replace(botocore.hooks, "accepts_kwargs", _accepts_kwargs)


PATCH = SessionsPatch()

_load_file_for_real = JSONFileLoader.load_file
_init_aliaser_for_real = EventAliaser.__init__
_accepts_kwargs_for_real = botocore.hooks.accepts_kwargs

_listings: dict[tuple[Any, ...], Any] = {}
_aliases: dict[str, str] = {}
_takes_kwargs: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


def _shares() -> bool:
    mocked = active()
    return mocked is not None and mocked.shared_models


def _load_file(loader: Any, file_path: str) -> Any:
    return models.load_file(loader, file_path) if _shares() else _load_file_for_real(loader, file_path)


def _remembering(list_for_real: Callable[..., Any]) -> Callable[..., Any]:
    """A listing of the loader's, remembered by the folders in which it searches."""

    def listed(loader: Any, *args: Any, **kwargs: Any) -> Any:
        if not _shares():
            return list_for_real(loader, *args, **kwargs)
        key = (list_for_real, *loader.search_paths, "", *args, *sorted(kwargs.items()))
        if key not in _listings:
            _listings[key] = list_for_real(loader, *args, **kwargs)
        return _listings[key]

    return listed


def _init_aliaser(aliaser: Any, *args: Any, **kwargs: Any) -> None:
    """Aliasers of the same aliases share what they have found out: a name's alias depends on nothing else."""
    _init_aliaser_for_real(aliaser, *args, **kwargs)
    if _shares() and aliaser._event_aliases == botocore.hooks.EVENT_ALIASES:
        aliaser._alias_name_cache = _aliases


def _accepts_kwargs(handler: Any) -> Any:
    function = getattr(handler, "__func__", handler)
    try:
        return _takes_kwargs[function]
    except KeyError:
        answer = _takes_kwargs[function] = _accepts_kwargs_for_real(handler)
        return answer
    except TypeError:  # no weak reference to it, or no hash
        return _accepts_kwargs_for_real(handler)
