"""Where can Tieline be tried without a single real account? (practice copies of the four platforms)"""
