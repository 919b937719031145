"""The constants of a profile as the rules that the statistics of series take."""

from boloci.catalogue.definitions import Profile
from boloci.stats import level_shift
from boloci.stats.outliers import ModifiedZ, Size


def size(profile: Profile, *, share: str = "outlier_least_share") -> Size:
    """The least deviation that is no chance; `share`: the constant of its share."""
    return Size(
        root_factor=float(profile.value("outlier_root_factor")),
        least=float(profile.value("outlier_least_doses")),
        share=float(profile.value(share)),
    )


def modified_z(profile: Profile) -> ModifiedZ:
    """The rule of `stats.outliers.modified_z`."""
    return ModifiedZ(
        threshold=float(profile.value("outlier_modified_z")),
        size=size(profile),
        mean_deviation_factor=float(profile.value("outlier_mean_deviation_factor")),
        least_months=int(profile.value("outlier_least_months")),
        own_year_out_from=int(profile.value("outlier_own_year_out_from")),
        around=int(profile.value("usual_months")),
    )


def shift(profile: Profile) -> level_shift.Rule:
    """The rule of `stats.level_shift.level_shifts`."""
    return level_shift.Rule(
        months=int(profile.value("shift_months")),
        least_months=int(profile.value("shift_least_months")),
        deviations=float(profile.value("shift_deviations")),
        hint_share=float(profile.value("shift_hint_share")),
        size=size(profile, share="shift_least_share"),
    )
