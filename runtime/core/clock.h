/* Time and randomness. Dates are UTC and of the proleptic Gregorian calendar; times are whole
 * seconds since 1970 unless a name says milliseconds. */
#ifndef SW_CORE_CLOCK_H
#define SW_CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

enum { SW_CLOCK_TEXT = 40 };

int64_t sw_clock_now(void);     /* seconds, wall clock */
int64_t sw_clock_wall_ms(void); /* milliseconds, wall clock: may jump */
int64_t sw_clock_now_ms(void);  /* milliseconds of a clock that only goes forward; its zero means nothing */

/* "2026-11-21T11:24:33Z". Years 0000 to 9999, else SW_E_ARGUMENT clock.out_of_range. */
int sw_clock_iso(char out[SW_CLOCK_TEXT], int64_t seconds, sw_error *err);
/* "2026-11-21" */
int sw_clock_date(char out[SW_CLOCK_TEXT], int64_t seconds, sw_error *err);
/* ISO 8601 as people and forges write it: 2026-11-21, 2026-11-21T11:24Z, 2026-11-21 11:24:33.5+01:00.
 * A time without zone is UTC; fractions are dropped. SW_E_PARSE clock.malformed. */
int sw_clock_parse(int64_t *out, const char *text, sw_error *err);

/* True after the whole time, false when a signal came first. */
bool sw_clock_sleep(int64_t ms);

/* 2 * bytes hexadecimal digits and a NUL, from the system's generator. `bytes` at most 64. */
int sw_clock_random_hex(char *out, size_t bytes, sw_error *err);

#endif
