/* A run of bytes that grows at its end and is eaten from its beginning, and the filling in of `{R}` and the like. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    char *at;
    size_t size, space;
};

static void append(struct bytes *bytes, const char *what, size_t size) {
    if (bytes->size + size > bytes->space) {
        bytes->space = (bytes->size + size) * 2;
        bytes->at = realloc(bytes->at, bytes->space);
        if (!bytes->at) abort();
    }
    memcpy(bytes->at + bytes->size, what, size);
    bytes->size += size;
}

static void append_text(struct bytes *bytes, const char *text) { append(bytes, text, strlen(text)); }

static void drop_front(struct bytes *bytes, size_t size) {
    memmove(bytes->at, bytes->at + size, bytes->size - size);
    bytes->size -= size;
}

/* Thousands of idle connections need not keep what one long frame took. */
static void give_back(struct bytes *bytes) {
    free(bytes->at);
    *bytes = (struct bytes){0};
}

/* What stands for the placeholders of a template, for one connection. */
struct filling {
    int number;          /* {I} */
    const char *room;    /* {R} */
    const char *message; /* {M}, may be NULL */
};

/* Write a new random (version 4) UUID; xorshift is random enough for names that only must differ. */
static void new_uuid(char text[37]) {
    static uint64_t state;
    if (!state) {
        FILE *source = fopen("/dev/urandom", "r");
        if (!source || fread(&state, sizeof state, 1, source) != 1) abort();
        fclose(source);
        state |= 1;
    }
    uint64_t half[2];
    for (int i = 0; i < 2; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        half[i] = state;
    }
    snprintf(text, 37, "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(half[0] >> 32), (unsigned)(half[0] >> 16) & 0xffff,
             (unsigned)half[0] & 0xfff, (unsigned)(half[1] >> 48) & 0xfff,
             (unsigned long long)half[1] & 0xffffffffffffull);
}

/* Fill a template in; the text it returns, ended by a zero, holds until the next call. */
static struct bytes fill(const char *template, struct filling with) {
    static struct bytes filled;
    filled.size = 0;
    for (; *template; template++) {
        char own[40];
        const char *found = NULL;
        if (template[0] == '{' && template[1] && template[2] == '}') {
            if (template[1] == 'R') found = with.room;
            if (template[1] == 'M') found = with.message;
            if (template[1] == 'I') snprintf(own, sizeof own, "%d", with.number), found = own;
            if (template[1] == 'U') new_uuid(own), found = own;
        }
        if (found) {
            append_text(&filled, found);
            template += 2;
        } else {
            append(&filled, template, 1);
        }
    }
    append(&filled, "", 1);
    filled.size--;
    return filled;
}
