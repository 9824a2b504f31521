#include "cmd/host.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

static const char governor_file[] =
	"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

/* The value of a line such as "model name : AMD EPYC"; NULL for others. */
static const char *value_of(char *line, const char *key)
{
	size_t length = strlen(key);

	if (strncmp(line, key, length) != 0)
		return NULL;
	line += length;
	line += strspn(line, " \t");
	if (*line++ != ':')
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line + strspn(line, " \t");
}

/* x86, then POWER and RISC-V; ARM says numbers that mean little to people. */
static void read_cpu(char *out, size_t size)
{
	static const char *const keys[] = {"model name", "cpu", "uarch"};
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(out, size, "unknown CPU");
	while (file && fgets(line, sizeof(line), file)) {
		for (int i = 0; i < 3; i++) {
			const char *value = value_of(line, keys[i]);

			if (value) {
				snprintf(out, size, "%s", value);
				fclose(file);
				return;
			}
		}
	}
	if (file)
		fclose(file);
}

static void read_governor(char *out, int size)
{
	FILE *file = fopen(governor_file, "re");

	*out = '\0';
	if (!file)
		return;
	if (fgets(out, size, file))
		out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

static void read_kernel(char *out, size_t size)
{
	struct utsname name;

	if (uname(&name) == 0)
		snprintf(out, size, "%.24s %.64s", name.sysname, name.release);
	else
		snprintf(out, size, "unknown kernel");
}

static void read_libc(char *out, size_t size)
{
#ifdef __GLIBC__
	snprintf(out, size, "glibc %s", gnu_get_libc_version());
#else
	snprintf(out, size, "unknown libc");
#endif
}

void host_describe(struct host *host)
{
	read_cpu(host->cpu, sizeof(host->cpu));
	host->cpus = cpus_measure();
	host->online = (int)sysconf(_SC_NPROCESSORS_ONLN);
	read_governor(host->governor, sizeof(host->governor));
	read_kernel(host->kernel, sizeof(host->kernel));
	read_libc(host->libc, sizeof(host->libc));
	if (getloadavg(&host->load, 1) != 1)
		host->load = NAN;
}

bool host_is_busy(const struct host *host)
{
	return host->load > 0.5 * host->cpus.usable;
}
