/*
 * webm.mjs - a video out of pictures: WebM (EBML, RFC 8794; Matroska, RFC 9559) with
 * VP8, of which each frame is a whole picture. A lossy WebP is such a frame in a box.
 */

/* An element: its id, its size in eight bytes, its content. */
function element(id, ...content) {
	const body = Buffer.concat(content);
	const size = Buffer.alloc(8);
	size.writeBigUInt64BE(2n ** 56n + BigInt(body.length));
	return Buffer.concat([Buffer.from(id, "hex"), size, body]);
}

function number(id, value) {
	const body = Buffer.alloc(8);
	body.writeBigUInt64BE(BigInt(value));
	return element(id, body);
}

function real(id, value) {
	const body = Buffer.alloc(8);
	body.writeDoubleBE(value);
	return element(id, body);
}

const text = (id, value) => element(id, Buffer.from(value));

/* RIFF, size, "WEBP", then chunks: a name, a size, content to an even size. */
function frameOf(webp) {
	for (let at = 12; at < webp.length;) {
		const size = webp.readUInt32LE(at + 4);
		if (webp.toString("latin1", at, at + 4) === "VP8 ")
			return webp.subarray(at + 8, at + 8 + size);
		at += 8 + size + size % 2;
	}
	throw new Error("no VP8 in this WebP");
}

/* A cluster a picture, so that each can be sought, and filling that is passed over. */
const cluster = (webp, ms, filling) => Buffer.concat([
	element("1f43b675", number("e7", ms),
		element("a3", Buffer.from([0x81, 0, 0, 0x80]), frameOf(webp))),
	element("ec", Buffer.alloc(filling))]);

/* Where in the segment each of them is. */
const cues = (places, ms) => element("1c53bb6b", ...places.map((place, i) =>
	element("bb", number("b3", i * ms), element("b7", number("f7", 1), number("f1", place)))));

/* The pictures one after the other, each shown for so long, so many bytes apart. */
export function webm(pictures, width, height, ms, filling) {
	const header = element("1a45dfa3", text("4282", "webm"), number("4287", 2), number("4285", 2));
	const info = element("1549a966", number("2ad7b1", 1000000),
		real("4489", pictures.length * ms), text("4d80", "test"), text("5741", "test"));
	const tracks = element("1654ae6b", element("ae", number("d7", 1), number("73c5", 1),
		number("83", 1), text("86", "V_VP8"),
		element("e0", number("b0", width), number("ba", height))));
	const clusters = pictures.map((webp, i) => cluster(webp, i * ms, filling));
	const places = [];
	let place = info.length + tracks.length + cues(pictures.map(() => 0), ms).length;
	for (const one of clusters) {
		places.push(place);
		place += one.length;
	}
	const segment = element("18538067", info, tracks, cues(places, ms), ...clusters);
	return Buffer.concat([header, segment]);
}
