"""What acts do besides moving the state; importing this package registers them all."""

from complaints.services.effects import aftercare, beside, clocks, intake, resolution, sheets, vouched

__all__ = ["aftercare", "beside", "clocks", "intake", "resolution", "sheets", "vouched"]
