import stat

import pytest

import boloci
from boloci import workspace
from boloci.problems import Refused


def code(refused) -> str:
    return refused.value.problems[0].code


def test_a_neutral_workspace_opens_with_no_country_and_no_levels(tmp_path):
    made = workspace.init(tmp_path / "ws")
    opened = boloci.open(tmp_path / "ws")
    assert opened == made
    assert (opened.country, dict(opened.levels)) == ("", {})
    assert opened.lake.is_dir()
    assert opened.logs.is_dir()


def test_secrets_are_readable_by_their_owner_only(tmp_path):
    workspace.init(tmp_path)
    mode = (tmp_path / "secrets.toml").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_mali_brings_its_levels_languages_and_time_zone(tmp_path):
    opened = workspace.init(tmp_path, country="ml")
    assert opened.country == "ML"
    assert opened.languages[0] == "fr"
    assert opened.time_zone == "Africa/Bamako"
    assert list(opened.levels)[:3] == ["country", "region", "district"]
    assert set(opened.levels["area"]) == {"fr", "en"}


def test_an_unknown_country_is_refused_and_leaves_no_folder(tmp_path):
    with pytest.raises(Refused) as refused:
        workspace.init(tmp_path / "ws", country="ZZ")
    assert code(refused) == "country_unknown"
    assert not (tmp_path / "ws").exists()


def test_a_folder_without_settings_is_not_a_workspace(tmp_path):
    with pytest.raises(Refused) as refused:
        boloci.open(tmp_path)
    assert code(refused) == "workspace_missing"


def test_another_format_asks_for_an_upgrade(tmp_path):
    workspace.init(tmp_path)
    settings = tmp_path / "boloci.toml"
    settings.write_text(settings.read_text().replace("format = 1", "format = 7"))
    with pytest.raises(Refused) as refused:
        boloci.open(tmp_path)
    assert code(refused) == "workspace_format"
    assert refused.value.problems[0].values["found"] == "7"


def test_settings_that_are_no_toml_say_where(tmp_path):
    workspace.init(tmp_path)
    (tmp_path / "boloci.toml").write_text("format = \n")
    with pytest.raises(Refused) as refused:
        boloci.open(tmp_path)
    assert code(refused) == "workspace_settings"
    assert "line 1" in refused.value.problems[0].values["reason"]


def test_init_never_overwrites_a_workspace(tmp_path):
    workspace.init(tmp_path)
    with pytest.raises(Refused) as refused:
        workspace.init(tmp_path)
    assert code(refused) == "workspace_exists"


def test_the_variable_names_the_workspace_where_no_folder_is_given(
    tmp_path, monkeypatch
):
    workspace.init(tmp_path / "ws")
    monkeypatch.setenv("BOLOCI_WORKSPACE", str(tmp_path / "ws"))
    assert boloci.open().root == tmp_path / "ws"
