"""What does the business do, decide and remember?"""
