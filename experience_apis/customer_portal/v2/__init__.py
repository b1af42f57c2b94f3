"""What does the customer portal see since its second version?"""
