"""Documents of a case: what they say is computed once, and then shown, printed, or written as PDF. (WF-2, WF-14, WF-16)

`parts` has the pieces a document is made of, `case_forms` the forms, `letters` letters to the complainant,
`whole_file` the archive file, `volume` the yearly index, `pdf` the way onto paper.
"""
