/*
 * pcapng.js - pieces as a capture that Wireshark reads, as explain/pcapng.c makes it: raw IP
 * (LINKTYPE_RAW), with TCP (RFC 9293) made up around the bytes. What the server did not
 * send to the page of a long piece is missing in its packet, which says how long it was.
 */

import { bytesOf } from "./hex.js";

const [FIN, SYN, PSH, ACK] = [1, 2, 8, 16];
const HEADS = 40; /* bytes of IPv4 and TCP */
const LONGEST = 65535 - HEADS; /* bytes in one packet */
const LINKTYPE_RAW = 101;
const CLIENT_PORTS = 49152; /* RFC 6335: the first of those for clients */

/* Collects numbers in the byte order of networks. */
const u16 = (value) => [value >>> 8 & 255, value & 255];
const u32 = (value) => [...u16(value >>> 16), ...u16(value & 0xffff)];
const padding = (length) => new Array(-length & 3).fill(0);

/* RFC 1071 */
function checksum(bytes) {
	let sum = 0;
	bytes.forEach((byte, i) => { sum += i % 2 ? byte : byte << 8; });
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >>> 16);
	return ~sum & 0xffff;
}

const withSum = (bytes, at, sum) => [...bytes.slice(0, at), ...u16(sum), ...bytes.slice(at + 2)];

/* Both ends are 127.0.0.1: the page does not know the addresses. */
const ADDRESS = [127, 0, 0, 1];

function ipHead(length) {
	const head = [0x45, 0, ...u16(length), 0, 0, 0x40, 0, 64, 6, 0, 0, ...ADDRESS, ...ADDRESS];
	return withSum(head, 10, checksum(head));
}

function tcpHead(from, to, flags, data) {
	const head = [...u16(from.port), ...u16(to.port), ...u32(from.next),
		...u32(flags & ACK ? to.next : 0), 0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
	const pseudo = [...ADDRESS, ...ADDRESS, 0, 6, ...u16(head.length + data.length)];
	return withSum(head, 16, checksum([...pseudo, ...head, ...data]));
}

function block(type, body) {
	const length = u32(12 + body.length);
	return [...u32(type), ...length, ...body, ...length];
}

/* A section in that byte order, and one interface. */
const BEGINNING = [
	...block(0x0a0d0d0a, [...u32(0x1a2b3c4d), ...u16(1), ...u16(0), ...new Array(8).fill(255)]),
	...block(1, [...u16(LINKTYPE_RAW), 0, 0, 0, 0, 0, 0])];

function commentOf(text) {
	const bytes = [...new TextEncoder().encode(text)];
	return text ? [...u16(1), ...u16(bytes.length), ...bytes, ...padding(bytes.length), 0, 0, 0, 0] : [];
}

/* `us` is microseconds since 1970, which take more than 32 bits. */
function packet(from, to, flags, us, data = [], size = data.length, comment = "") {
	const bytes = [...ipHead(HEADS + size), ...tcpHead(from, to, flags, data), ...data];
	from.next = (from.next + size + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
	return new Uint8Array(block(6, [0, 0, 0, 0, ...u32(Math.floor(us / 2 ** 32)), ...u32(us % 2 ** 32),
		...u32(bytes.length), ...u32(HEADS + size), ...bytes, ...padding(bytes.length),
		...commentOf(comment)]));
}

class Flow {
	constructor(number, port, us) {
		this.client = { port: CLIENT_PORTS + number % 16384, next: 0 };
		this.server = { port, next: 0 };
		this.packets = [packet(this.client, this.server, SYN, us),
			packet(this.server, this.client, SYN | ACK, us), packet(this.client, this.server, ACK, us)];
	}

	/* A long piece is several packets, and the verdict is on the last. */
	add({ dir, hex = "", size, broken }, us) {
		const [from, to] = dir === "in" ? [this.client, this.server] : [this.server, this.client];
		const bytes = bytesOf(hex);
		for (let at = 0; at < size; at += LONGEST) {
			const length = Math.min(LONGEST, size - at);
			const comment = at + length === size && broken ? broken.why : "";
			this.packets.push(packet(from, to, PSH | ACK, us, bytes.slice(at, at + length), length, comment));
		}
	}

	end(us) {
		this.packets.push(packet(this.server, this.client, FIN | ACK, us),
			packet(this.client, this.server, FIN | ACK, us), packet(this.server, this.client, ACK, us));
	}
}

/* `pieces` in their order, each with `at`, the milliseconds since 1970 at which it came. A
 * connection that began before the first of them begins with it. A server that has been
 * started anew counts from 1 again, and each of the page's connections has one request. */
export function captureOf(pieces, port) {
	const flows = new Map();
	let made = 0;
	const parts = [new Uint8Array(BEGINNING)];
	for (const piece of pieces) {
		const us = Math.round(piece.at * 1000);
		if (piece.kind === "request" || !flows.has(piece.n))
			flows.set(piece.n, new Flow(made++, port, us));
		const flow = flows.get(piece.n);
		if (piece.kind === "end")
			flow.end(us);
		else
			flow.add(piece, us);
		parts.push(...flow.packets.splice(0));
	}
	return new Blob(parts, { type: "application/x-pcapng" });
}
