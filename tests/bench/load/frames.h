/* WebSocket frames (RFC 6455): the heads of those that come, and the bytes of those that go. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum opcode { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
enum { MAX_HEAD = 14 };

struct frame {
    enum opcode opcode;
    bool is_final;
    size_t head_size, payload_size;
};

/* Read the head of a server's frame; false where its end has not come yet. */
static bool read_head(const unsigned char *at, size_t size, struct frame *frame) {
    if (size < 2) return false;
    size_t length = at[1] & 0x7f, head = 2;
    if (length >= 126) {
        size_t extra = length == 126 ? 2 : 8;
        if (size < 2 + extra) return false;
        length = 0;
        for (size_t i = 0; i < extra; i++) length = length << 8 | at[2 + i];
        head += extra;
    }
    *frame = (struct frame){at[0] & 0x0f, at[0] & 0x80, head, length};
    return true;
}

/* Write the head of a client's frame and return its size. The mask is zero: a client must send one, and this one costs
 * nothing here and as much as any other at the server. */
static size_t write_head(unsigned char into[MAX_HEAD], enum opcode opcode, size_t payload_size) {
    size_t head = 2;
    into[0] = (unsigned char)(0x80 | opcode);
    if (payload_size < 126) {
        into[1] = (unsigned char)(0x80 | payload_size);
    } else {
        into[1] = 0x80 | 126;
        into[2] = (unsigned char)(payload_size >> 8);
        into[3] = (unsigned char)payload_size;
        head = 4;
    }
    memset(into + head, 0, 4);
    return head + 4;
}
