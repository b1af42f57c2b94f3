"""Through which windows does the house see the platforms?"""
