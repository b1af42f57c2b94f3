"""Which steps does a database take from any older shape to today's?"""
