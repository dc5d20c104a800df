# Compiler settings, one interface target: slipway_flags.
#   release   optimised, hardened (the flags of the OpenSSF compiler hardening guide that gcc 12 has)
#   dev       ASan + UBSan, crash points for the crash matrix
#   coverage  like dev without sanitizers, with gcov counters
set(PRESET "release" CACHE STRING "release, dev or coverage")
set_property(CACHE PRESET PROPERTY STRINGS release dev coverage)
if(NOT PRESET MATCHES "^(release|dev|coverage)$")
    message(FATAL_ERROR "PRESET is '${PRESET}': it must be release, dev or coverage")
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(slipway_flags INTERFACE)
target_compile_definitions(slipway_flags INTERFACE _GNU_SOURCE)
target_compile_options(slipway_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wformat=2 -Wconversion
    -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror -fstack-protector-strong
    -ftrivial-auto-var-init=zero -fno-common>)

if(PRESET STREQUAL "release")
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
    target_compile_options(slipway_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
        -fstack-clash-protection -fzero-call-used-regs=used-gpr>)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64")
        target_compile_options(slipway_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-fcf-protection=full>)
    endif()
    target_link_options(slipway_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
elseif(PRESET STREQUAL "dev")
    set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
    target_compile_options(slipway_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-O1 -g -fno-omit-frame-pointer
        -fsanitize=address,undefined -fno-sanitize-recover=undefined>)
    target_compile_definitions(slipway_flags INTERFACE SLIPWAY_CRASH_POINTS)
    target_link_options(slipway_flags INTERFACE -fsanitize=address,undefined)
else()
    set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
    target_compile_options(slipway_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-O0 -g --coverage>)
    target_compile_definitions(slipway_flags INTERFACE SLIPWAY_CRASH_POINTS)
    target_link_options(slipway_flags INTERFACE --coverage)
endif()
