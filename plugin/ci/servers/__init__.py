"""One file for each kind of CI server, listed in `plugin.ci.connect`."""
