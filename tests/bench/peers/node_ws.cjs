// Node's `ws`, which only passes on. Usage: node node_ws.cjs PORT, with NODE_PATH naming the folder of packages.
const { WebSocketServer } = require("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
  backlog: 4096,
});
const rooms = new Map();

server.on("connection", (socket, request) => {
  if (!rooms.has(request.url)) rooms.set(request.url, new Set());
  const room = rooms.get(request.url).add(socket);
  socket.on("message", (data) => {
    const text = JSON.stringify({ message: JSON.parse(data).message });
    for (const member of room) if (member.readyState === member.OPEN) member.send(text);
  });
  socket.on("close", () => room.delete(socket));
});
