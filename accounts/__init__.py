"""Who people are: accounts, profiles, sign-up and log-in, sessions. Knows nothing about rooms."""
