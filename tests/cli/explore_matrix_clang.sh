#!/bin/sh
# conc explore of programs by clang, at each level of optimisation
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((60 * slowness))
. "$here/../explore/matrix.sh"

matrix clang 0
finish
