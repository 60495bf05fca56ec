"""A type per meaning of an identifier; all are UUIDv7 but for markets, which have short names."""

from typing import NewType
from uuid import UUID

MarketId = NewType("MarketId", str)
MerchantId = NewType("MerchantId", UUID)
OperatorId = NewType("OperatorId", UUID)
CourierId = NewType("CourierId", UUID)
JobId = NewType("JobId", UUID)
StopId = NewType("StopId", UUID)
OfferId = NewType("OfferId", UUID)
BundleId = NewType("BundleId", UUID)
AssignmentId = NewType("AssignmentId", UUID)
ExceptionId = NewType("ExceptionId", UUID)
EndpointId = NewType("EndpointId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
ProofId = NewType("ProofId", UUID)  # made by the app of the courier
ProposalId = NewType("ProposalId", UUID)  # UUIDv5 of what it is about and its key
MessageId = NewType("MessageId", UUID)  # UUIDv5 of who says it about what
TransferId = NewType("TransferId", UUID)  # UUIDv5 of what it pays for
Cell = NewType("Cell", int)  # H3 index as an unsigned 64-bit integer
