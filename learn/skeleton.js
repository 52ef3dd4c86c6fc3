// skeleton.js - the first step of the course: skeleton.js [PORT]
"use strict";
const net = require("net");

class Client {
  constructor(socket) {
    this.socket = socket;
    this.data = Buffer.alloc(0); // what has arrived and is not used yet
    socket.setNoDelay(true);
    socket.on("data", (part) => this.receive(part));
    socket.on("error", () => socket.destroy()); // ends this client only
  }

  receive(part) {
    this.data = Buffer.concat([this.data, part]);
    let used;
    while ((used = this.take())) this.data = this.data.subarray(used);
  }

  // Handles one request (or, later, one frame). Returns how many bytes it has
  // used, or 0 to wait for more.
  take() {
    // Step 2: answer. Step 3: only when "\r\n\r\n" is in this.data.
    return 0;
  }
}

const port = Number(process.argv[2] || 4000);
net.createServer((socket) => new Client(socket)).listen(port, "127.0.0.1");
