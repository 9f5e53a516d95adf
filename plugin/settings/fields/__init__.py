"""The settings in groups, one module each; `plugin.settings.schema` joins them."""
