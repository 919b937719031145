"""How likely figures are that share an unknown shock, all of them Student's.

The figures of a quarter lie about one shock, each with its own noise. With four
degrees of freedom no formula takes the shock out, so it is summed over evenly spaced
values, for all quarters at once, together with the slope in every figure. Needs
`boloci[estimate]`.
"""

import jax
import jax.numpy as jnp
import numpy as np

from boloci.stats.estimate.evidence import Array

FREEDOM = 4.0
_VALUES = 128
_TOGETHER = 4
"""Values of one pass over all quarters: as many as are quick."""
_BEYOND = 8.0
"""Values end so many times the widest scale beyond the farthest figure. With so many
of them the log is right to 1e-5, to 2e-3 where a figure is wrong by a factor of ten."""


def log_shared_shock(left: Array, known: Array, noise: Array, shock: Array) -> Array:
    """(...) log density of figures, but for a constant where all are unknown.

    left, noise (figures, ...): each figure and the scale of its noise; shock (...): the
    scale of what they share. Differentiable in `left` alone.
    """

    def both(left: Array) -> tuple[Array, Array]:
        return _log_and_slope(left, known, noise, shock)

    with_slope = jax.custom_vjp(lambda left: both(left)[0])
    with_slope.defvjp(both, lambda slope, ahead: (slope * ahead,))
    return with_slope(left)


def _log_and_slope(
    left: Array, known: Array, noise: Array, shock: Array
) -> tuple[Array, Array]:
    first, span = _range(left, known, noise, shock)
    narrow, narrow_shock = _narrow(known, noise, shock)

    def add(sums: tuple[Array, ...], part: Array) -> tuple[tuple[Array, ...], None]:
        value = first + span * part
        away = [(one - value) * by for one, by in zip(left, narrow, strict=True)]
        far = [1 + a * a for a in away]
        density = _of_product(1 + (value * narrow_shock) ** 2, far)
        slopes = (density * a / f for a, f in zip(away, far, strict=True))
        total, *rest = sums
        added = (one - slope for one, slope in zip(rest, slopes, strict=True))
        return (total + density, *added), None

    nothing = jnp.zeros(left.shape[1:])
    parts = (np.arange(_VALUES) + 0.5) / _VALUES
    begin = (nothing,) * (1 + len(left))
    (total, *slopes), _ = jax.lax.scan(add, begin, parts, unroll=_TOGETHER)
    slope = (FREEDOM + 1) * narrow * jnp.stack(slopes) / total
    return jnp.log(total * span / _VALUES), slope


def _narrow(known: Array, noise: Array, shock: Array) -> tuple[Array, Array]:
    """One over the scales of figures and of the shock, so that a Student density is one
    over a power of 1 + (distance times this)^2; 0 where a figure is unknown."""
    wide = np.sqrt(FREEDOM)
    return jnp.where(known, 1 / (wide * noise), 0.0), 1 / (wide * shock)


def _of_product(own: Array, others: list[Array]) -> Array:
    """Student densities multiplied: all have the same power."""
    for other in others:
        own = own * other
    # To the power of -(FREEDOM + 1) / 2; a general power takes five times as long.
    return 1 / (own * own * jnp.sqrt(own))


def _range(
    left: Array, known: Array, noise: Array, shock: Array
) -> tuple[Array, Array]:
    """Where the values of the shock begin, and how far they go."""
    figures = jnp.where(known, left, 0.0)
    beyond = _BEYOND * jnp.maximum(jnp.where(known, noise, 0.0).max(0), shock)
    first = jnp.minimum(figures.min(0), 0.0) - beyond
    return first, jnp.maximum(figures.max(0), 0.0) + beyond - first


def drawn_shock(
    key: Array, left: Array, known: Array, noise: Array, shock: Array
) -> Array:
    """(...) a draw of the shock that figures share, given the figures."""
    first, span = _range(left, known, noise, shock)
    parts = (np.arange(_VALUES) + 0.5) / _VALUES
    values = first + span * parts.reshape(-1, *[1] * shock.ndim)
    narrow, narrow_shock = _narrow(known, noise, shock)
    far = [1 + ((one - values) * by) ** 2 for one, by in zip(left, narrow, strict=True)]
    density = _of_product(1 + (values * narrow_shock) ** 2, far)
    which, within = jax.random.split(key)
    number = jax.random.categorical(which, jnp.log(density), axis=0)
    return first + span * (number + jax.random.uniform(within, shock.shape)) / _VALUES
