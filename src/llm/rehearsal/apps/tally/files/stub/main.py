"""Starts Tally: `python3 -m tally`."""


def main() -> None:
    """Does nothing yet."""


if __name__ == "__main__":
    main()
