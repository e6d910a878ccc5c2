"""The tales of the demonstration, by code."""

from accountability.demo.tales import design, flow, people, supply
from accountability.demo.telling import Tale

TALES: dict[str, Tale] = {tale.code: tale for part in (supply, flow, people, design) for tale in part.TALES}
