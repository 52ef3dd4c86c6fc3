/*
 * call.js - a WebRTC data channel from this browser to another one's. The two find each
 * other through the room: an offer, an answer, and candidates for a way between them (ice)
 * are relayed by the server, which sees nothing of what they say afterwards.
 */

const EARLY = 100; /* candidates that are kept for a description */

export class Call {
	number = 0; /* of the last call that this browser has made */
	waitsFor = 0; /* the number of the call that is to be answered, or 0 */

	/* `relay(type, payload)` reaches the other browser; `tell(key, text)` the person. Where
	 * both call at once, the call of the one that `isFirst` counts. */
	constructor(isFirst, relay, tell) {
		this.isFirst = isFirst;
		this.relay = relay;
		this.tell = tell;
	}

	/* Makes a connection, which has no servers to help it: two tabs need none. */
	connect() {
		this.end();
		const peer = new RTCPeerConnection();
		this.peer = peer;
		this.early = []; /* candidates that came before the description */
		peer.onicecandidate = ({ candidate }) => candidate && this.relay("ice", candidate);
		peer.ondatachannel = ({ channel }) => this.use(channel);
		peer.onconnectionstatechange = () =>
			peer.connectionState === "failed" && this.tell("call-failed");
		return peer;
	}

	async begin() {
		const peer = this.connect();
		this.isCaller = true;
		this.waitsFor = ++this.number;
		this.tell("calling");
		this.use(peer.createDataChannel("room"));
		await this.send("offer", peer, this.number);
	}

	async send(type, peer, number) {
		await this.unlessEnded(peer, peer.setLocalDescription());
		if (peer === this.peer)
			this.relay(type, { ...peer.localDescription.toJSON(), number });
	}

	/* What the other browser has relayed. */
	async hear(type, payload) {
		if (type === "offer")
			await this.answer(payload);
		else if (type === "answer")
			await this.accept(payload);
		else if (this.peer?.remoteDescription)
			await this.addWay(this.peer, payload);
		else if (this.early?.length < EARLY) /* a description may never come */
			this.early.push(payload);
	}

	async answer(offer) {
		if (this.isFirst && this.waitsFor)
			return;
		const peer = this.connect();
		this.isCaller = false;
		this.waitsFor = 0;
		await this.describe(peer, offer);
		await this.send("answer", peer, offer.number);
	}

	/* An answer to a call that has ended is for nobody. */
	async accept(answer) {
		if (answer.number !== this.waitsFor)
			return;
		this.waitsFor = 0;
		await this.describe(this.peer, answer);
	}

	async describe(peer, description) {
		const { early } = this;
		await this.unlessEnded(peer, peer.setRemoteDescription(description));
		for (const candidate of early.splice(0))
			await this.addWay(peer, candidate);
	}

	/* Candidates name the description to which they belong: others are left from a call
	 * that did not count. */
	async addWay(peer, candidate) {
		if (peer.remoteDescription?.sdp.includes(`a=ice-ufrag:${candidate?.usernameFragment}\r\n`))
			await this.unlessEnded(peer, peer.addIceCandidate(candidate));
	}

	/* Another call may begin, and end this one, while the browser works on it. */
	async unlessEnded(peer, work) {
		try {
			await work;
		} catch (error) {
			if (peer === this.peer)
				throw error;
		}
	}

	/* Both greet once it is open, and that does not pass through the server. */
	use(channel) {
		this.channel = channel;
		channel.onopen = () => {
			this.tell("call-open");
			channel.send(this.isCaller ? "Hello from the caller!" : "Hello from the one who was called!");
		};
		channel.onmessage = ({ data }) => this.tell("call-heard", String(data));
		channel.onclose = () => this.tell("call-closed");
	}

	end() {
		if (this.channel)
			this.channel.onclose = null;
		this.peer?.close();
		this.peer = undefined;
	}
}
