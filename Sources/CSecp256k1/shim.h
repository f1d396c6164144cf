#include <secp256k1.h>
#include <secp256k1_recovery.h>

// Swift does not see macros that are made of others.
static const unsigned int comitia_secp256k1_context = SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY;
static const unsigned int comitia_secp256k1_uncompressed = SECP256K1_EC_UNCOMPRESSED;
