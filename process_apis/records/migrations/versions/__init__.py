"""Which step changed what, in which order?"""
