"""What did the customer portal see in its first version?"""
