from hypothesis import settings

# pytest tests/simulation/test_machines.py --hypothesis-profile release
settings.register_profile("release", max_examples=20_000)
