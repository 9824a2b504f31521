/* A meeting point for two threads, 0 and 1: they meet, and later again. */
void meeting_prepare(void);

/* Called by each of the two: returns when both have called it. */
void meeting_arrive(int me);

/* How many permits are left: asked when both are through. */
int meeting_left_over(void);
