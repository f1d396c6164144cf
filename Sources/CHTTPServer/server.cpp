#include "comitia_http_server.h"
