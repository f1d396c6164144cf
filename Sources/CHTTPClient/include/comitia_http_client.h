#pragma once

/// The client library behind `HTTPClient`: what Swift sees of it.
