#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Macros that Swift cannot see.
static const int LIBAV_AGAIN = AVERROR(EAGAIN);
static const int LIBAV_EOF = AVERROR_EOF;
static const int LIBAV_NO_MEMORY = AVERROR(ENOMEM);
