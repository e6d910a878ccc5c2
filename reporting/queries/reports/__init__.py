"""What a quarterly report is made of: counted, compared, named, put in order, and found again later. (RP-1, RP-6)"""
