#pragma once

/// The server library behind `HTTPServer`: what Swift sees of it.
