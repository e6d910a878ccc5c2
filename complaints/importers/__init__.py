"""Bulk intake: from a spreadsheet or text file to registrations.

`tables` opens a file as headings and rows, `proposal` and `presets` say which column is what, `mapping` turns a row
into a registration or into what is wrong with it, `runs` hands all of them to the service that takes them in. Nothing
here writes complaints. (IN-9)
"""
