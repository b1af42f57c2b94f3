"""What did we release, what changed since, and may it go out?"""
