"""The command line ``gclab``: one file for each command."""
