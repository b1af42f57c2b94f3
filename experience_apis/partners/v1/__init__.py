"""What does a partner's program see in its first version?"""
