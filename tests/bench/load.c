/* A load generator for chats over WebSockets: one thread, one epoll, many people.
 *
 * It opens `members` connections for each room, lets each go through a script (send this, wait for that), and then says
 * "READY" and one line of JSON. From then on it obeys its standard input, and answers each line by a line of JSON:
 *
 *     slice RATE SECONDS     so many messages a second in all, for so long; RATE 0 only looks on
 *
 * A delivery is a mark, "~T" and 16 digits, that somebody receives; the digits are the microsecond in which the message
 * was sent. So events count, however many come in one frame, and what only answers the sender does not, as long as the
 * server repeats a text once for each delivery and nowhere else. Each mark is given once: by how many each person got,
 * and their sum, it is known who got another set of messages than was sent to the room.
 *
 * A slice begins with a stretch that is not measured. What follows is, on the clocks of the processes, until all that
 * was sent has arrived. So what is lost is exact, and a server that falls behind pays for all it was sent.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "load/bytes.h"
#include "load/frames.h"
#include "load/latency.h"
#include "load/trees.h"

enum {
    MAX_STEPS = 8,
    MARK_DIGITS = 16,
    MARK_SIZE = 2 + MARK_DIGITS,
    INBOX_SIZE = 1 << 20,
    READS_IN_TURN = 4, /* then others have theirs */
    COMPLAINTS = 3,    /* of thousands that fail alike, these are shown */
};
#define WARM_SECONDS 0.3
#define SETTLE_SECONDS 0.5 /* after the last has come in: news of who is here are still under way */
#define LATE_US 5000u
#define STALL_US 20000000u      /* nobody more has come in: give up */
#define LEAVE_US 5000000u       /* a server that does not part is left */
#define QUIET_US 3000000u       /* nothing more has come: it is lost */
#define AFTERWARDS_SECONDS 0.02 /* all has come: would anything come twice? */

enum state { UNOPENED, CONNECTING, UPGRADING, SCRIPTED, READY, GONE };

struct connection {
    int socket, number, room, step;
    enum state state;
    bool waits_to_write;
    struct bytes unread; /* the beginning of a frame whose end is to come */
    struct bytes unsent;
    uint64_t received, marks; /* how many, and their sum, in this slice */
};

struct room {
    const char *label;
    int members;
    uint64_t sent, marks;
};

struct step {
    const char *send, *await;
};

/* What the command line says. */
static struct {
    int port, members, at_once, senders, text_size;
    const char *path, *message;
    struct step steps[MAX_STEPS];
    int step_count;
} option = {.members = 1, .at_once = 20, .senders = 1, .text_size = 100, .path = "/", .message = "{M}"};

static struct room *rooms;
static int room_count;
static char **headers; /* a line for each connection, or NULL */
static struct connection *connections;
static int connection_count, ready_count, gone_count, opening_count;
static struct connection **senders;
static int sender_count;

/* What is counted in a slice. */
static struct {
    uint64_t began_at, slipped, measured_from, last_mark, last_delivery_at;
    bool is_measuring;
    uint64_t sent, expected, delivered, stale;                          /* of the whole slice */
    uint64_t sent_measured, deliveries, messages, carriers, bytes, late; /* while measuring */
    struct histogram latency;                                           /* of messages sent while measuring */
} slice;

static int poller, timer;
/* Their addresses tell the poller's events that belong to no connection. */
static char timer_event, input_event;
static char input[256];
static size_t input_size;
static bool input_ended;
static bool is_leaving; /* now it is no fault that a connection ends */

static uint64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static double own_cpu_seconds(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void fail(const char *what) {
    fprintf(stderr, "load: %s\n", what);
    exit(2);
}

/* -- One connection: bytes out */

static struct filling filling_of(const struct connection *connection, const char *message) {
    return (struct filling){connection->number, rooms[connection->room].label, message};
}

static void lose(struct connection *connection, const char *why) {
    static int complaints;
    if (connection->state == GONE) return;
    if (!is_leaving && complaints++ < COMPLAINTS) fprintf(stderr, "load: connection %d: %s\n", connection->number, why);
    if (connection->state == READY) ready_count--;
    else opening_count--;
    connection->state = GONE;
    gone_count++;
    close(connection->socket);
}

static void watch(struct connection *connection, bool for_writing, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (for_writing ? EPOLLOUT : 0), .data.ptr = connection};
    connection->waits_to_write = for_writing;
    epoll_ctl(poller, operation, connection->socket, &event);
}

static void send_bytes(struct connection *connection, const char *what, size_t size) {
    if (connection->state == GONE) return;
    ssize_t taken = 0;
    if (connection->unsent.size == 0) {
        taken = send(connection->socket, what, size, MSG_NOSIGNAL);
        if (taken < 0 && errno != EAGAIN) return lose(connection, strerror(errno));
        if (taken < 0) taken = 0;
    }
    if ((size_t)taken == size) return;
    append(&connection->unsent, what + taken, size - (size_t)taken);
    if (!connection->waits_to_write) watch(connection, true, EPOLL_CTL_MOD);
}

static void send_unsent(struct connection *connection) {
    struct bytes *unsent = &connection->unsent;
    if (unsent->size) {
        ssize_t taken = send(connection->socket, unsent->at, unsent->size, MSG_NOSIGNAL);
        if (taken < 0 && errno != EAGAIN) return lose(connection, strerror(errno));
        if (taken > 0) drop_front(unsent, (size_t)taken);
    }
    if (unsent->size == 0) {
        give_back(unsent);
        watch(connection, false, EPOLL_CTL_MOD);
    }
}

static void send_frame(struct connection *connection, enum opcode opcode, const char *payload, size_t size) {
    char frame[MAX_HEAD + 65536];
    if (size > 65535) fail("no message of people is as long as that");
    size_t head = write_head((unsigned char *)frame, opcode, size);
    memcpy(frame + head, payload, size);
    send_bytes(connection, frame, head + size);
}

/* -- One connection: coming in */

static void open_connection(struct connection *connection) {
    int one = 1;
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)option.port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->socket < 0) fail("no more sockets: raise the limit of open files");
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->state = CONNECTING;
    opening_count++;
    if (connect(connection->socket, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS)
        return lose(connection, strerror(errno));
    watch(connection, true, EPOLL_CTL_ADD);
}

static void ask_for_upgrade(struct connection *connection) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(connection->socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) return lose(connection, strerror(error));
    char request[4096];
    struct bytes path = fill(option.path, filling_of(connection, NULL));
    /* The key is the one of the RFC: the answer to it is not looked at. */
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n",
                          path.at, option.port, option.port, headers ? headers[connection->number] : "",
                          headers ? "\r\n" : "");
    if (length >= (int)sizeof request) fail("a header is too long");
    connection->state = UPGRADING;
    watch(connection, false, EPOLL_CTL_MOD);
    send_bytes(connection, request, (size_t)length);
}

/* Say what the script says until there is something to wait for, or the script is over. */
static void go_on(struct connection *connection) {
    while (connection->step < option.step_count) {
        const struct step *step = &option.steps[connection->step];
        if (step->send[0]) {
            struct bytes text = fill(step->send, filling_of(connection, NULL));
            send_frame(connection, TEXT, text.at, text.size);
        }
        if (step->await[0] || connection->state == GONE) return;
        connection->step++;
    }
    connection->state = READY;
    opening_count--;
    ready_count++;
}

static void follow_script(struct connection *connection, const char *payload, size_t size) {
    struct bytes awaited = fill(option.steps[connection->step].await, filling_of(connection, NULL));
    if (!memmem(payload, size, awaited.at, awaited.size)) return;
    connection->step++;
    go_on(connection);
}

/* Return how many bytes the answer to the upgrade takes, 0 where its end has not come yet. */
static size_t take_answer(struct connection *connection, const char *at, size_t size) {
    const char *end = memmem(at, size, "\r\n\r\n", 4);
    if (!end) return 0;
    if (size < 12 || memcmp(at + 9, "101", 3)) {
        char line[128];
        snprintf(line, sizeof line, "%.*s", (int)(strcspn(at, "\r") < 120 ? strcspn(at, "\r") : 120), at);
        lose(connection, line);
        return size;
    }
    connection->state = SCRIPTED;
    go_on(connection);
    return (size_t)(end - at) + 4;
}

/* -- One connection: what comes */

static bool read_mark(const char *at, uint64_t *mark) {
    *mark = 0;
    for (int i = 2; i < MARK_SIZE; i++) {
        if (!isdigit((unsigned char)at[i])) return false;
        *mark = *mark * 10 + (uint64_t)(at[i] - '0');
    }
    return true;
}

static void count_delivery(struct connection *connection, uint64_t mark, uint64_t now) {
    if (mark < slice.began_at) {
        slice.stale++;
        return;
    }
    connection->received++;
    connection->marks += mark;
    slice.delivered++;
    slice.last_delivery_at = now;
    if (slice.is_measuring) slice.deliveries++;
    if (slice.measured_from && mark >= slice.measured_from) add_sample(&slice.latency, now - mark);
}

static void count_deliveries(struct connection *connection, const char *payload, size_t size) {
    const char *end = payload + size, *at = payload;
    uint64_t mark, now = 0;
    while ((at = memmem(at, (size_t)(end - at), "~T", 2)) && end - at >= MARK_SIZE) {
        if (!read_mark(at, &mark)) {
            at += 2;
            continue;
        }
        if (!now) now = now_us();
        count_delivery(connection, mark, now);
        at += MARK_SIZE;
    }
    if (slice.is_measuring) {
        slice.messages++;
        slice.carriers += now != 0;
    }
}

static void take_message(struct connection *connection, const struct frame *frame, const char *payload) {
    size_t size = frame->payload_size;
    if (frame->opcode == PING) return send_frame(connection, PONG, payload, size);
    if (frame->opcode == CLOSE) return lose(connection, "closed by the server");
    if (frame->opcode == PONG) return;
    /* A mark could lie across two of them. None of the servers that are measured sends such. */
    if (frame->opcode == CONTINUATION || !frame->is_final) return lose(connection, "a message in several frames");
    /* Engine.IO's own ping; no other protocol here has messages of one byte. */
    if (size == 1 && payload[0] == '2') return send_frame(connection, TEXT, "3", 1);
    if (connection->state == SCRIPTED) follow_script(connection, payload, size);
    else count_deliveries(connection, payload, size);
}

/* Take what is whole, and return how many bytes that is. */
static size_t take_all(struct connection *connection, const char *at, size_t size) {
    size_t taken = 0;
    struct frame frame;
    if (connection->state == UPGRADING && !(taken = take_answer(connection, at, size))) return 0;
    while (connection->state != GONE && read_head((const unsigned char *)at + taken, size - taken, &frame)) {
        if (size - taken < frame.head_size + frame.payload_size) break;
        take_message(connection, &frame, at + taken + frame.head_size);
        taken += frame.head_size + frame.payload_size;
    }
    return taken;
}

static void read_connection(struct connection *connection) {
    static char inbox[INBOX_SIZE];
    for (int turn = 0; turn < READS_IN_TURN; turn++) {
        size_t before = connection->unread.size;
        memcpy(inbox, connection->unread.at ? connection->unread.at : "", before);
        ssize_t size = recv(connection->socket, inbox + before, INBOX_SIZE - before, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) return lose(connection, size < 0 ? strerror(errno) : "ended by the server");
        if (slice.is_measuring) slice.bytes += (uint64_t)size;
        size_t all = before + (size_t)size, taken = take_all(connection, inbox, all);
        if (connection->state == GONE) return;
        if (all == INBOX_SIZE && taken == 0) return lose(connection, "a frame that is too large");
        give_back(&connection->unread);
        if (taken < all) append(&connection->unread, inbox + taken, all - taken);
        if (all < INBOX_SIZE) return;
    }
}

/* -- All of them */

static void read_input(void) {
    ssize_t size = read(STDIN_FILENO, input + input_size, sizeof input - 1 - input_size);
    if (size <= 0) input_ended = size == 0 || errno != EAGAIN;
    else input_size += (size_t)size;
    /* At the end it is always readable. */
    if (input_ended) epoll_ctl(poller, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
}

/* Wait for something to happen, at most until then, and see to it. */
static void attend(uint64_t until) {
    struct epoll_event events[512];
    /* epoll itself counts in milliseconds, as many as lie between two messages. */
    struct itimerspec alarm = {.it_value = {(time_t)(until / 1000000u), (long)(until % 1000000u) * 1000}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &alarm, NULL);
    int count = epoll_wait(poller, events, 512, -1);
    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        if (events[i].data.ptr == &timer_event) continue; /* It is set anew each time. */
        if (events[i].data.ptr == &input_event) {
            read_input();
            continue;
        }
        if (connection->state != GONE && events[i].events & EPOLLOUT) {
            if (connection->state == CONNECTING) ask_for_upgrade(connection);
            else send_unsent(connection);
        }
        if (connection->state > CONNECTING && connection->state != GONE && events[i].events & ~(uint32_t)EPOLLOUT)
            read_connection(connection);
    }
}

static void attend_for(double seconds) {
    for (uint64_t end = now_us() + (uint64_t)(seconds * 1e6); now_us() < end;) attend(end);
}

static void let_all_in(void) {
    int opened = 0, seen = 0;
    uint64_t last_came_at = now_us();
    while (ready_count + gone_count < connection_count) {
        while (opened < connection_count && opening_count < option.at_once) open_connection(&connections[opened++]);
        attend(now_us() + 100000u);
        if (ready_count > seen) {
            seen = ready_count;
            last_came_at = now_us();
        }
        if (now_us() - last_came_at > STALL_US) {
            fprintf(stderr, "load: only %d of %d have come in\n", ready_count, connection_count);
            exit(3);
        }
    }
}

static void choose_senders(void) {
    senders = calloc((size_t)(room_count * option.senders), sizeof *senders);
    /* Room by room and person by person, so that messages that follow each other come from others. */
    for (int person = 0; person < option.senders && person < option.members; person++)
        for (int room = 0; room < room_count; room++)
            senders[sender_count++] = &connections[person * room_count + room];
    for (int i = 0; i < connection_count; i++) rooms[connections[i].room].members += connections[i].state == READY;
}

static void report_ready(double seconds, const struct snapshot snapshots[3], double own_seconds) {
    printf("READY {\"connections\":%d,\"gone\":%d,\"seconds\":%.6f,\"own_cpu\":%.6f,", ready_count, gone_count, seconds,
           own_seconds);
    print_cpu("cpu", &snapshots[0], &snapshots[1]);
    printf(",");
    print_resident("resident_before", &snapshots[0]);
    printf(",");
    print_resident("resident", &snapshots[2]);
    printf("}\n");
    fflush(stdout);
}

static void begin(void) {
    static struct snapshot snapshots[3];
    take_snapshot(&snapshots[0]);
    uint64_t began_at = now_us();
    double own = own_cpu_seconds();
    let_all_in();
    double seconds = (double)(now_us() - began_at) / 1e6;
    own = own_cpu_seconds() - own;
    take_snapshot(&snapshots[1]);
    attend_for(SETTLE_SECONDS);
    take_snapshot(&snapshots[2]);
    choose_senders();
    report_ready(seconds, snapshots, own);
}

/* -- A slice */

static void send_message(struct connection *sender, uint64_t due) {
    char text[4096];
    uint64_t now = now_us();
    uint64_t mark = now > slice.last_mark ? now : slice.last_mark + 1; /* each is given once */
    slice.last_mark = mark;
    int size = snprintf(text, sizeof text, "~T%0*llu ", MARK_DIGITS, (unsigned long long)mark);
    while (size < option.text_size && size < (int)sizeof text - 1) text[size] = "lorem ipsum "[size % 12], size++;
    text[size] = 0;
    struct bytes message = fill(option.message, filling_of(sender, text));
    struct room *room = &rooms[sender->room];
    room->sent++;
    room->marks += mark;
    slice.sent++;
    slice.expected += (uint64_t)room->members;
    if (slice.is_measuring) {
        slice.sent_measured++;
        slice.late += now - due > LATE_US;
    }
    send_frame(sender, TEXT, message.at, message.size);
}

static struct connection *sender_for(uint64_t number) {
    for (int tried = 0; tried < sender_count; tried++) {
        struct connection *sender = senders[(number + (uint64_t)tried) % (uint64_t)sender_count];
        if (sender->state == READY) return sender;
    }
    fail("nobody is left to send");
    return NULL;
}

static void forget_last_slice(void) {
    uint64_t last_mark = slice.last_mark;
    memset(&slice, 0, sizeof slice);
    slice.last_mark = last_mark;
    slice.began_at = slice.last_delivery_at = now_us();
    for (int i = 0; i < connection_count; i++) connections[i].received = connections[i].marks = 0;
    for (int i = 0; i < room_count; i++) rooms[i].sent = rooms[i].marks = 0;
}

static uint64_t due_at(uint64_t number, double rate) {
    return slice.began_at + slice.slipped + (uint64_t)((double)number * 1e6 / rate);
}

/* Send at that rate until then, reading all the while. Return the number of the next message. */
static uint64_t talk(double rate, uint64_t number, uint64_t end) {
    for (uint64_t now; (now = now_us()) < end;) {
        uint64_t due = end;
        while (rate > 0 && (due = due_at(number, rate)) <= now) {
            send_message(sender_for(number++), due);
            /* What was late stays so. Made up for in a burst, it would flatter whoever sends bursts in one write. */
            if (now - due > LATE_US) slice.slipped += now - due;
        }
        attend(due < end ? due : end);
    }
    return number;
}

static void await_the_rest(void) {
    while (slice.delivered < slice.expected && now_us() - slice.last_delivery_at < QUIET_US) attend(now_us() + 50000u);
}

/* How many deliveries were missing, how many came twice, and how many people got others than were sent. */
static void compare(uint64_t *lost, uint64_t *repeated, uint64_t *wrong) {
    *lost = *repeated = *wrong = 0;
    for (int i = 0; i < connection_count; i++) {
        const struct connection *connection = &connections[i];
        const struct room *room = &rooms[connection->room];
        if (connection->received < room->sent) *lost += room->sent - connection->received;
        else if (connection->received > room->sent) *repeated += connection->received - room->sent;
        else *wrong += connection->marks != room->marks;
    }
}

static void run_slice(double rate, double seconds) {
    static struct snapshot before, after;
    take_snapshot(&before);
    forget_last_slice();
    uint64_t warm_until = slice.began_at + (uint64_t)(WARM_SECONDS * 1e6);
    uint64_t number = talk(rate, 0, warm_until);
    read_clocks(&before);
    double own = own_cpu_seconds();
    uint64_t from = now_us();
    slice.measured_from = from;
    slice.is_measuring = true;
    talk(rate, number, from + (uint64_t)(seconds * 1e6));
    double talked = (double)(now_us() - from) / 1e6;
    await_the_rest();
    slice.is_measuring = false;
    after = before;
    read_clocks(&after);
    double measured = (double)(now_us() - from) / 1e6;
    own = own_cpu_seconds() - own;
    add_processes(&after);
    attend_for(AFTERWARDS_SECONDS);

    uint64_t lost, repeated, wrong;
    compare(&lost, &repeated, &wrong);
    printf("{\"rate\":%g,\"talked\":%.6f,\"seconds\":%.6f,", rate, talked, measured);
    printf("\"connections\":%d,\"gone\":%d,", ready_count, gone_count);
    printf("\"sent\":%lu,\"expected\":%lu,\"delivered\":%lu,\"lost\":%lu,\"repeated\":%lu,\"wrong\":%lu,\"stale\":%lu,",
           slice.sent, slice.expected, slice.delivered, lost, repeated, wrong, slice.stale);
    printf("\"measured\":{\"sent\":%lu,\"late\":%lu,\"deliveries\":%lu,", slice.sent_measured, slice.late, slice.deliveries);
    printf("\"messages\":%lu,\"carriers\":%lu,\"bytes\":%lu},", slice.messages, slice.carriers, slice.bytes);
    printf("\"latency_ms\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f},",
           (double)quantile(&slice.latency, 0.5) / 1e3, (double)quantile(&slice.latency, 0.9) / 1e3,
           (double)quantile(&slice.latency, 0.99) / 1e3, (double)slice.latency.largest / 1e3);
    print_cpu("cpu", &before, &after);
    printf(",");
    print_resident("resident", &after);
    printf(",\"own_cpu\":%.6f}\n", own);
    fflush(stdout);
}

/* -- The end */

/* Part in good order, so that a server has done with these people before it is measured again. */
static void leave(void) {
    uint64_t latest = now_us() + LEAVE_US;
    is_leaving = true;
    for (int i = 0; i < connection_count; i++)
        if (connections[i].state == READY) send_frame(&connections[i], CLOSE, "\x03\xe8", 2);
    while (gone_count < connection_count && now_us() < latest) attend(now_us() + 50000u);
}

/* -- The command line and the standard input */

static void obey(void) {
    double rate, seconds;
    char *end;
    while (!input_ended) {
        attend(now_us() + 1000000u);
        while ((end = memchr(input, '\n', input_size))) {
            *end = 0;
            if (sscanf(input, "slice %lf %lf", &rate, &seconds) != 2) fail("say: slice RATE SECONDS");
            size_t taken = (size_t)(end - input) + 1;
            memmove(input, input + taken, input_size -= taken);
            run_slice(rate, seconds);
        }
    }
}

/* Understand "one,two,three", or "0-99" as a hundred rooms. */
static void name_rooms(char *labels) {
    int first, last;
    bool is_range = sscanf(labels, "%d-%d", &first, &last) == 2;
    room_count = is_range ? last - first + 1 : 1;
    for (char *at = labels; !is_range && (at = strchr(at, ',')); at++) room_count++;
    rooms = calloc((size_t)room_count, sizeof *rooms);
    for (int i = 0; i < room_count; i++) {
        char *label = is_range ? NULL : strsep(&labels, ",");
        if (is_range && asprintf(&label, "%d", first + i) < 0) abort();
        rooms[i].label = label;
    }
}

static void read_headers(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail("no such file of headers");
    headers = calloc((size_t)connection_count, sizeof *headers);
    for (int i = 0; i < connection_count; i++) {
        size_t space = 0;
        ssize_t size = getline(&headers[i], &space, file);
        if (size <= 0) fail("fewer headers than connections");
        headers[i][strcspn(headers[i], "\r\n")] = 0;
    }
    fclose(file);
}

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"port", required_argument, 0, 'p'},    {"path", required_argument, 0, 'u'},
        {"rooms", required_argument, 0, 'r'},   {"members", required_argument, 0, 'm'},
        {"senders", required_argument, 0, 's'}, {"at-once", required_argument, 0, 'o'},
        {"headers", required_argument, 0, 'h'}, {"send", required_argument, 0, 'S'},
        {"await", required_argument, 0, 'A'},   {"message", required_argument, 0, 'M'},
        {"size", required_argument, 0, 'z'},    {"tree", required_argument, 0, 't'},
        {0, 0, 0, 0},
    };
    const char *headers_path = NULL;
    char one_room[] = "0";
    for (int letter; (letter = getopt_long(count, arguments, "", known, NULL)) != -1;) {
        struct step *step = &option.steps[option.step_count];
        if (letter == 'p') option.port = atoi(optarg);
        else if (letter == 'u') option.path = optarg;
        else if (letter == 'r') name_rooms(optarg);
        else if (letter == 'm') option.members = atoi(optarg);
        else if (letter == 's') option.senders = atoi(optarg);
        else if (letter == 'o') option.at_once = atoi(optarg);
        else if (letter == 'h') headers_path = optarg;
        else if (letter == 'M') option.message = optarg;
        else if (letter == 'z') option.text_size = atoi(optarg);
        else if (letter == 't' && add_tree(optarg)) continue;
        else if (letter == 'S' && option.step_count < MAX_STEPS) step->send = optarg;
        else if (letter == 'A' && step->send) step->await = optarg, option.step_count++;
        else fail("an option that cannot be understood; each --send has its --await");
    }
    if (!rooms) name_rooms(strdup(one_room));
    connection_count = room_count * option.members;
    if (headers_path) read_headers(headers_path);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    connections = calloc((size_t)connection_count, sizeof *connections);
    for (int i = 0; i < connection_count; i++) connections[i].number = i, connections[i].room = i % room_count;
    poller = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event on_timer = {.events = EPOLLIN, .data.ptr = &timer_event};
    struct epoll_event on_input = {.events = EPOLLIN, .data.ptr = &input_event};
    epoll_ctl(poller, EPOLL_CTL_ADD, timer, &on_timer);
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &on_input);
    begin();
    obey();
    leave();
    return 0;
}
