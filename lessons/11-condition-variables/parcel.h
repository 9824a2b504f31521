/* One place where a sender leaves a parcel and a receiver fetches it. */

/* Leave it, and wake a receiver that waits; the place must be free. */
void parcel_leave(int parcel);

/* Wait until there is a parcel, and take it away. */
int parcel_fetch(void);
