#include <stdio.h>

int main(void)
{
	puts("conc " CONC_VERSION);
	return 0;
}
