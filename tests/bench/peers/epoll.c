/* The floor: rooms by path, one write for each delivery, and nothing else. It stores nothing, checks nothing, and
 * trusts its clients, who are all alike. Usage: epoll PORT */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_SOCKETS = 65536, MOST_ROOMS = 1024, INBOX_SIZE = 16384, CLIENT_HEAD = 4 };

struct room {
    char path[128];
    int *members;
    int count, space;
};

struct client {
    struct room *room; /* NULL: the upgrade has not been asked for yet */
    size_t size;
    unsigned char unread[INBOX_SIZE];
};

static struct client *clients[MOST_SOCKETS];
static struct room rooms[MOST_ROOMS];
static int room_count;

static struct room *room_at(const char *path) {
    for (int i = 0; i < room_count; i++)
        if (!strcmp(rooms[i].path, path)) return &rooms[i];
    if (room_count == MOST_ROOMS) abort();
    snprintf(rooms[room_count].path, sizeof rooms[room_count].path, "%s", path);
    return &rooms[room_count++];
}

static void join(int socket, struct room *room) {
    if (room->count == room->space) {
        room->space = room->space * 2 + 8;
        room->members = realloc(room->members, (size_t)room->space * sizeof *room->members);
    }
    room->members[room->count++] = socket;
    clients[socket]->room = room;
}

static void leave(int socket) {
    struct room *room = clients[socket]->room;
    for (int i = 0; room && i < room->count; i++)
        if (room->members[i] == socket) room->members[i] = room->members[--room->count];
    free(clients[socket]);
    clients[socket] = NULL;
    close(socket);
}

static void welcome(int socket) {
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    struct client *client = clients[socket];
    char path[128];
    if (!memmem(client->unread, client->size, "\r\n\r\n", 4)) return;
    if (sscanf((char *)client->unread, "GET %127s", path) != 1) return;
    client->size = 0;
    send(socket, answer, sizeof answer - 1, MSG_NOSIGNAL);
    join(socket, room_at(path));
}

/* Take the mask off, put a server's head before it, and write it to everybody. */
static void deliver(const struct room *room, const unsigned char *mask, const unsigned char *payload, size_t size) {
    static unsigned char frame[CLIENT_HEAD + INBOX_SIZE];
    size_t head = size < 126 ? 2 : 4;
    frame[0] = 0x81;
    frame[1] = size < 126 ? (unsigned char)size : 126;
    if (head == 4) frame[2] = (unsigned char)(size >> 8), frame[3] = (unsigned char)size;
    for (size_t i = 0; i < size; i++) frame[head + i] = payload[i] ^ mask[i & 3];
    for (int i = 0; i < room->count; i++) send(room->members[i], frame, head + size, MSG_NOSIGNAL);
}

/* Return whether the client stays. */
static bool take_frames(struct client *client) {
    size_t taken = 0;
    while (client->size - taken >= 6) {
        const unsigned char *frame = client->unread + taken;
        size_t size = frame[1] & 0x7f, head = 2;
        if (size == 126) size = (size_t)frame[2] << 8 | frame[3], head = 4;
        if (client->size - taken < head + 4 + size) break;
        if ((frame[0] & 0x0f) == 8) return false;
        if ((frame[0] & 0x0f) == 1) deliver(client->room, frame + head, frame + head + 4, size);
        taken += head + 4 + size;
    }
    memmove(client->unread, client->unread + taken, client->size -= taken);
    return true;
}

static void read_client(int socket) {
    struct client *client = clients[socket];
    ssize_t size = recv(socket, client->unread + client->size, INBOX_SIZE - client->size, 0);
    if (size <= 0) return leave(socket);
    client->size += (size_t)size;
    if (!client->room) welcome(socket);
    else if (!take_frames(client)) leave(socket);
}

static int listen_at(int port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&own, sizeof own) || listen(listener, 4096)) {
        perror("epoll");
        exit(1);
    }
    return listener;
}

static void accept_all(int listener, int poller) {
    int one = 1;
    for (int socket; (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        if (socket >= MOST_SOCKETS) abort();
        struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        clients[socket] = calloc(1, sizeof **clients);
        epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
    }
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    int listener = listen_at(atoi(arguments[1])), poller = epoll_create1(0);
    struct epoll_event on_listener = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &on_listener);
    for (;;) {
        int ready = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) accept_all(listener, poller);
            else read_client(events[i].data.fd);
        }
    }
}
