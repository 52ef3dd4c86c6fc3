/* notes.js - the notes' server, with express and ws, and an echo beside it:
 * node notes.js. It prints its port. */
const http = require("http");
const path = require("path");
const express = require("express");
const { WebSocketServer } = require("ws");

const app = express();
const folder = path.join(__dirname, "../../public");

app.use("/public", express.static(folder));
app.get("/", (req, res) => res.sendFile(path.join(folder, "index.html")));
app.get("/:any", (req, res) => res.redirect("/"));

const server = http.createServer(app);
const wss = new WebSocketServer({ server });

wss.on("connection", (socket, req) => {
	socket.on("error", () => {});
	if (req.url === "/echo") {
		socket.on("message", (data, binary) => socket.send(data, { binary }));
		return;
	}
	socket.on("message", () => {});
	socket.send("Hello Socket!");
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
