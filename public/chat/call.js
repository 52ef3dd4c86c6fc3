/*
 * call.js - a WebRTC data channel from this browser to another one's. The two find each
 * other through the room: an offer, an answer, and candidates for a way between them (ice)
 * are relayed by the server, which sees nothing of what they say afterwards.
 */

export class Call {
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
		this.tell("calling");
		this.use(peer.createDataChannel("room"));
		await peer.setLocalDescription();
		this.relay("offer", peer.localDescription);
	}

	/* What the other browser has relayed. */
	async hear(type, payload) {
		if (type === "offer")
			await this.answer(payload);
		else if (type === "answer")
			await this.describe(payload);
		else if (this.peer?.remoteDescription)
			await this.peer.addIceCandidate(payload);
		else
			this.early?.push(payload);
	}

	async answer(offer) {
		if (this.isFirst && this.peer?.signalingState === "have-local-offer")
			return;
		const peer = this.connect();
		this.isCaller = false;
		await this.describe(offer);
		await peer.setLocalDescription();
		this.relay("answer", peer.localDescription);
	}

	/* Candidates name the description to which they belong: others are left from a call
	 * that did not count. */
	async describe(description) {
		await this.peer.setRemoteDescription(description);
		for (const candidate of this.early.splice(0))
			if (description.sdp.includes(`a=ice-ufrag:${candidate?.usernameFragment}\r\n`))
				await this.peer.addIceCandidate(candidate);
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
