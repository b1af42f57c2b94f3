"""Who tells us what happened? (the platforms, proven by signature or secret)"""
