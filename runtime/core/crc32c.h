/* CRC-32C (Castagnoli, reflected, initial and final value all ones): finds every error of one bit,
 * and every burst of up to 32 bits, in a line. */
#ifndef SW_CORE_CRC32C_H
#define SW_CORE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t sw_crc32c(const void *data, size_t len);

#endif
