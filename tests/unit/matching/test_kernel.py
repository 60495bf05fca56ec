"""The target that kernels are compiled for."""

from matching.kernel import LEVEL_3_FEATURES, target_of

LINUX_ON_X86, LINUX_ON_ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
LEVEL_3 = dict.fromkeys(LEVEL_3_FEATURES, True)


def test_better_processors_share_the_third_level():
    assert target_of(LINUX_ON_X86, LEVEL_3) == "x86-64-v3"
    assert target_of(LINUX_ON_X86, {**LEVEL_3, "avx512f": True}) == "x86-64-v3"


def test_a_processor_without_one_of_its_features_is_any_of_the_family():
    for name in LEVEL_3_FEATURES:
        assert target_of(LINUX_ON_X86, {**LEVEL_3, name: False}) == "x86-64"


def test_other_families_have_one_target():
    assert target_of(LINUX_ON_ARM, {"neon": True}) == "generic"
