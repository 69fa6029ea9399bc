#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Macros that Swift cannot see.
static const int LIBAV_AGAIN = AVERROR(EAGAIN);
static const int LIBAV_EOF = AVERROR_EOF;
static const int LIBAV_NO_MEMORY = AVERROR(ENOMEM);
static const int64_t LIBAV_NO_TIME = AV_NOPTS_VALUE;

// How the pictures of a stream are to be turned (9 numbers), or null: libav 6.1 has moved it.
static inline const int32_t *libav_display_matrix(const AVStream *stream) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData *data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  return data && data->size >= 36 ? (const int32_t *)data->data : NULL;
#else
  size_t size = 0;
  const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  return data && size >= 36 ? (const int32_t *)data : NULL;
#endif
}

// Adds a chapter, times in milliseconds: libav's own function for it is not public. Negative without memory.
static inline int libav_add_chapter(AVFormatContext *format, int64_t id, int64_t start, int64_t end, const char *title) {
  AVChapter *chapter = (AVChapter *)av_mallocz(sizeof(AVChapter));
  if (!chapter) return LIBAV_NO_MEMORY;
  chapter->id = id;
  chapter->time_base = (AVRational){1, 1000};
  chapter->start = start;
  chapter->end = end;
  int number = format->nb_chapters;
  if (av_dict_set(&chapter->metadata, "title", title, 0) < 0 ||
      av_dynarray_add_nofree(&format->chapters, &number, chapter) < 0) {
    av_dict_free(&chapter->metadata);
    av_free(chapter);
    return LIBAV_NO_MEMORY;
  }
  format->nb_chapters = number;
  return 0;
}
