"""coro_generator N: there and back so many times, with a generator."""

import collections
import itertools
import sys


def forever():
    while True:
        yield


collections.deque(itertools.islice(forever(), int(sys.argv[1])), maxlen=0)
