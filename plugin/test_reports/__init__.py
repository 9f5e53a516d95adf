"""Test reports of the workspace: found, read and assigned to the step that wrote them."""
