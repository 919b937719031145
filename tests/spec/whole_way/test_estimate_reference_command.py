"""`boloci estimate --reference`: how far a region's estimate is from long chains."""

import sys
from functools import partial
from pathlib import Path

import pytest

from boloci import pipeline
from boloci.cli import run
from boloci.lake import builds
from boloci.pipeline.estimating import keeping
from boloci.problems import Refused
from boloci.stats import estimate
from tests.spec.estimated_country import CHAIN, estimated, told
from tests.spec.small_country import Country, country

LONG = pipeline.Chain(draws=10, warmup=10)
"""Far too short to converge."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Built, not estimated."""
    found = country(tmp_path_factory.mktemp("referred"), **told())
    found.build()
    return found


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where NumPyro and JAX are not installed."""
    for name in ("no_u_turn", "second_writing", "shared_shock"):
        monkeypatch.delattr(estimate, name, raising=False)
        monkeypatch.delitem(sys.modules, f"{estimate.__name__}.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)


def _run(
    made: Country, capsys: pytest.CaptureFixture[str], *words: str, language: str = "en"
) -> tuple[int, str, str]:
    """Exit, and what is printed on both streams."""
    capsys.readouterr()
    where = ["--language", language, "--workspace", str(made.workspace.root)]
    ended = run([*where, "estimate", "--reference", *words])
    printed = capsys.readouterr()
    return ended, printed.out, printed.err


def _builds(made: Country) -> list[Path]:
    return sorted(builds.folder(made.workspace.lake, "boloci").iterdir())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "demande NumPyro et JAX, qui ne sont pas installés ici"),
        ("en", "needs NumPyro and JAX, which are not installed here"),
    ],
)
@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_the_command_says_what_to_install(
    made: Country, capsys: pytest.CaptureFixture[str], language: str, sentence: str
) -> None:
    ended, _out, said = _run(made, capsys, "--region", "R1", language=language)
    assert ended == 3
    assert sentence in said
    assert 'pip install "boloci[estimate]"' in said


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_nothing_is_fitted(made: Country) -> None:
    with pytest.raises(Refused):
        pipeline.reference(made.workspace, regions=["R1"], chain=CHAIN)
    assert not list(keeping.folder(made.workspace.lake).glob("*.npz"))


@pytest.mark.parametrize(
    ("words", "count"), [((), "0"), (("--region", "R1", "--region", "R2"), "2")]
)
def test_the_reference_is_of_one_region(
    made: Country,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    count: str,
) -> None:
    ended, _out, said = _run(made, capsys, *words)
    assert ended == 2
    assert f"one region at a time; regions asked for: {count}." in said
    assert "--reference --region" in said


def _needs_extra() -> None:
    pytest.importorskip("numpyro", reason="the extra boloci[estimate] is not installed")


@pytest.mark.extra
def test_a_region_that_is_unknown_is_refused_before_any_fit(
    made: Country, capsys: pytest.CaptureFixture[str]
) -> None:
    _needs_extra()
    ended, _out, said = _run(made, capsys, "--region", "Nowhere")
    assert ended == 2
    assert "Nowhere" in said


@pytest.mark.extra
def test_the_command_sets_a_kept_estimate_beside_the_reference_and_publishes_nothing(
    made: Country, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _needs_extra()
    estimated(made, regions=["R1"])
    before = _builds(made)
    rough = partial(pipeline.reference, chain=CHAIN, chains=2, long=LONG)
    monkeypatch.setattr(pipeline, "reference", rough)
    monkeypatch.delattr("boloci.pipeline.estimating.fitting.sample")
    ended, said, beside = _run(made, capsys, "--region", "r1-NAME", language="fr")
    assert ended == 0
    assert _builds(made) == before
    for word in ("biais", "largeur", "dedans", "R-hat", "ESS minimal", "convergé"):
        assert word in said
    assert "R1-name\u00a0: l'estimation face à 2 chaînes de 10 tirages" in said
    assert [line.split()[0] for line in said.splitlines() if " non" in line] == [
        "aires",
        "districts",
    ]
    assert "n'a pas convergé" in beside


@pytest.mark.slow
def test_a_region_that_was_not_fitted_is_fitted_and_kept(made: Country) -> None:
    _needs_extra()
    before = _builds(made)
    kept = keeping.folder(made.workspace.lake)
    held = len(list(kept.glob("*.npz")))
    steps: list[float] = []
    found = pipeline.reference(
        made.workspace,
        regions=["R2"],
        chain=CHAIN,
        chains=2,
        long=LONG,
        progress=lambda _step, share: steps.append(share),
    )
    assert found.region == "R2-name"
    assert not found.converged
    assert [one.level for one in found.levels] == ["area", "district"]
    assert all(abs(one.bias) <= one.off < 0.5 for one in found.levels)
    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert len(list(kept.glob("*.npz"))) == held + 1
    assert _builds(made) == before
