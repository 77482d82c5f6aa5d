"""Other chats, as small as they can be, to be measured beside ours: each in one file, each told its port.

`channels_example` runs on what this project runs on. The others have their own packages, pinned beside them.
"""
