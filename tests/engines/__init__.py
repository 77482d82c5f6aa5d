"""The page in the engines of others, Firefox and WebKit: `bin/engines` counts in it what was delivered."""
