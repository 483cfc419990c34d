"""An Azure of one workspace on loopback, as the unmodified SDK knows it; it computes jobs by running their command.

``cloud.py`` is what a test holds: the state, the requests that came, the faults to make. ``server.py`` speaks HTTP,
``arm.py`` answers as the resource manager does, ``history.py`` as the run history, ``blobs.py`` as the storage,
``login.py`` as the identity service; ``node.py`` is the machine.
"""
