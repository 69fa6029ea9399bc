#include "gles.h"
