"""Generation of the compiled data files beside the YAML files of `plugin/`."""
