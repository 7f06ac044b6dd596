"""For: flows.settings, flows.settings_page. The table of settings in the pages."""

from __future__ import annotations

from flows.settings import RunConfig
from flows.settings_page import settings_table


def test_every_setting_stands_with_its_default_and_its_option() -> None:
    rows = {line.split("|")[1].strip(): line for line in settings_table().splitlines()[2:]}
    assert rows.keys() == {f"`{name}`" for name in RunConfig.model_fields}
    assert "| `output` | `--output` |" in rows["`output`"]
    assert "| yes |" in rows["`languages`"]
    assert "--replace-by-origin" in rows["`replace_by_origin`"]
    assert "--" not in rows["`words_per_shard`"]
