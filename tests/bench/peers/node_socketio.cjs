// Node's socket.io, which only passes on. Usage: node node_socketio.cjs PORT, NODE_PATH naming the packages' folder.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
const server = new Server(http, { cors: { origin: "*" } });

server.on("connection", (socket) => {
  socket.on("join", ({ room }) => {
    socket.join(room);
    socket.emit("joined", {});
  });
  socket.on("message", ({ room, message }) => {
    server.to(room).emit("message", { message });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
