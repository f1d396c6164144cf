#include "comitia_http_client.h"
