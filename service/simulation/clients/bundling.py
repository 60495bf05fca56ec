"""How much batching there was, by the offers that were accepted."""

from collections.abc import Mapping

from msgspec import Struct

from service.domain.facts import OfferSnapshot


class Bundling(Struct, frozen=True, kw_only=True):
    """Accepted offers, those of several jobs among them, and the way that they save."""

    offers_count: int = 0
    bundles_count: int = 0
    bundled_jobs_count: int = 0
    saved_m: float = 0.0  # planned: less than if each job went alone

    @property
    def jobs_per_bundle(self) -> float | None:
        return self.bundled_jobs_count / self.bundles_count if self.bundles_count else None

    def plus(self, offer: OfferSnapshot, *, saved_m: float) -> "Bundling":
        """Return the figures with one more accepted offer."""
        jobs_count = len(offer.job_ids)
        is_bundle = jobs_count > 1
        return Bundling(
            offers_count=self.offers_count + 1,
            bundles_count=self.bundles_count + is_bundle,
            bundled_jobs_count=self.bundled_jobs_count + (jobs_count if is_bundle else 0),
            saved_m=self.saved_m + saved_m,
        )


def text_of(bundling: Bundling) -> str:
    """Return the figures in words."""
    each = bundling.jobs_per_bundle
    size = "" if each is None else f", {each:.1f} jobs each"
    return (
        f"{bundling.bundles_count} of {bundling.offers_count} accepted offers{size}, "
        f"{bundling.saved_m / 1_000.0:.1f} km saved"
    )


def saved_m_of(reasons: Mapping[str, object] | None) -> float:
    """Return what the record of a decision says was saved; offers by ops have none."""
    saved_m = None if reasons is None else reasons.get("saved_m")
    return float(saved_m) if isinstance(saved_m, int | float) else 0.0
