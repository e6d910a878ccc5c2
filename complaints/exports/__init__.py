"""The ledger 台账 and what makes a file of it. (IN-9)

`ledger` says what its columns are and reads the rows, `files` writes them as they come, `request` does both for one
person and puts on record that it was done.
"""
