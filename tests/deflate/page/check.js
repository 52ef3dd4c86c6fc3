/* check.js - run by a browser that run.sh starts: talks to /deflate, and tells the server
 * on another socket how that went, so that its log has it. */

const server = `ws://${location.host}`;
const rows = Array.from({ length: 3000 }, (_, i) => ({ id: i, name: `name ${i}` }));
const noise = Uint8Array.from({ length: 50000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255);
const messages = ["Hello", "", "Hello", JSON.stringify(rows), noise, "안녕하세요 🙂 ".repeat(500),
	new Uint8Array(300000), JSON.stringify(rows),
	...Array.from({ length: 300 }, (_, i) => `{"from":"alice","text":"number ${i}"}`)];

const bytesOf = (data) => (typeof data === "string"
	? new TextEncoder().encode(data) : new Uint8Array(data));
const isSame = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function report(text) {
	const socket = new WebSocket(server);
	socket.onopen = () => socket.send(text);
}

const socket = new WebSocket(`${server}/deflate`);
socket.binaryType = "arraybuffer";
let got = 0;
socket.onopen = () => messages.forEach((message) => socket.send(message));
socket.onmessage = ({ data }) => {
	const wanted = messages[got++];
	if (typeof data !== typeof wanted && typeof wanted === "string")
		socket.close(4000, "another type");
	else if (!isSame(bytesOf(data), bytesOf(wanted)))
		socket.close(4001, `message ${got} is another one`);
	else if (got === messages.length)
		socket.close(1000);
};
socket.onclose = ({ code, reason }) => report(
	`finished ${code} ${reason} ${got} of ${messages.length} ${socket.extensions}`);
