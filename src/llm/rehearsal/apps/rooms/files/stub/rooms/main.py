"""Starts it: `python -m rooms`."""


def main():
    """Does nothing yet."""


if __name__ == "__main__":
    main()
