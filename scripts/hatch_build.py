"""The build hook of the wheel target: generates both colours before a wheel, plain or editable, is packed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CodegenHook(BuildHookInterface[Any]):
    """Named in pyproject.toml under ``tool.hatch.build.targets.wheel.hooks.custom``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # hatchling loads this file by its path, which leaves its folder out of the search path.
        sys.path.insert(0, str(Path(self.root, "scripts")))
        from codegen import emit

        emit(Path(self.root))
