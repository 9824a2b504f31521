/* A lock that many readers can have at once, or one writer alone. */
void read_lock(void);
void read_unlock(void);
void write_lock(void);
void write_unlock(void);
