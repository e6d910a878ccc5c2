"""A quarterly report as page, paper, workbook and value, all from what was kept of it. (RP-1, RP-6)"""
