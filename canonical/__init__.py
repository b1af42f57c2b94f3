"""Which words does every floor share?"""
