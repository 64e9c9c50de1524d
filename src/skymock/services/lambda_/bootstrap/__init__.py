"""What runs inside a function's own process too: these modules know nothing of skymock, and only of Python itself."""
