#!/bin/sh
# conc explore of programs by gcc, at each level of optimisation
# one thread: conc explores with no other; and what is explored is not ours
. "$(dirname "$0")/lib.sh"
limit=$((60 * slowness))
. "$here/../explore/matrix.sh"

matrix gcc 2
finish
