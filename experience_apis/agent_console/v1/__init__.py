"""What does the agent console see in its first version?"""
