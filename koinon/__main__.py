"""`python -m koinon` is the koinon command, for a checkout without installation."""

from koinon.config.cli import main

if __name__ == "__main__":
    main()
