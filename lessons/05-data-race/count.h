/* What the museum asks for. */
void count_visitor(int door);
long all_visitors(void);
