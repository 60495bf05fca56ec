"""All guards that are taken away, one at a time."""

from tests.sabotage.at_the_door import AT_THE_DOOR
from tests.sabotage.in_the_database import IN_THE_DATABASE
from tests.sabotage.in_the_rules import IN_THE_RULES
from tests.sabotage.of_identity import OF_IDENTITY
from tests.sabotage.of_privacy import OF_PRIVACY
from tests.sabotage.sabotage import Sabotage

SABOTAGES: tuple[Sabotage, ...] = (
    *IN_THE_DATABASE,
    *IN_THE_RULES,
    *AT_THE_DOOR,
    *OF_IDENTITY,
    *OF_PRIVACY,
)
