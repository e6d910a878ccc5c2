"""Moments in English: by the 24-hour clock, as in the other languages, and without a stop that would end a sentence.

Django's own way, "6 p.m.", gives "until 6 p.m.." at the end of a sentence.
"""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
