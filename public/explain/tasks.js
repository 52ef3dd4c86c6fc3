/*
 * tasks.js - the words of the exercises, by their ids: task, hint and explanation. The
 * server has the list, and judges which of them a play has solved: explain/exercises.c.
 */

import { language } from "../texts.js";

const ENGLISH = {
	"hello": ["Send a text message that says Hello.",
		"Set FIN, opcode 1, MASK, length 5; then four bytes of key and the five letters, "
			+ "each XORed with its byte of the key. With the key 00 00 00 00 they stay as they "
			+ "are.",
		"One frame with FIN set is a whole message. A client masks what it sends, so that "
			+ "no script can choose the bytes that a proxy on the way will see."],
	"empty": ["Send a message without a single byte of payload.",
		"Length 0, but a client still sends the MASK bit and a key.",
		"A payload may be empty. Six bytes are the shortest frame that a client can send."],
	"ping": ["Send a Ping with a payload, and get it back.",
		"Opcode 9, and a payload of 1 to 125 bytes.",
		"The answer to a Ping is a Pong with the same payload, so whoever pings can tell "
			+ "which of its Pings has been answered."],
	"two-in-one": ["Send two frames in one write.",
		"Put the bytes of the second frame right behind those of the first, with no cut "
			+ "between them.",
		"TCP carries bytes and knows nothing of frames. Only the length in each head says "
			+ "where the next one begins."],
	"one-in-two": ["Send one frame in two writes.",
		"Cut a frame anywhere, even inside its head.",
		"A receiver must wait for the rest: what arrives together has nothing to do with "
			+ "what was framed together."],
	"length-126": ["Send a frame whose length takes the 16-bit form.",
		"From 126 bytes on, the 7 bits say 126 and two more bytes give the length, the "
			+ "high one first.",
		"Lengths up to 125 fit in the 7 bits; 126 there announces 16 bits more, 127 "
			+ "announces 64."],
	"fragments": ["Send a message in two fragments, and a Ping between them.",
		"The first frame has its opcode but no FIN; then a whole Ping; the last has "
			+ "opcode 0 and FIN.",
		"Control frames may come between the fragments of a message, so that a long one "
			+ "does not hold up a Ping or a Close."],
	"close-4000": ["Close with the code 4000 and a reason.",
		"Opcode 8; the payload is 0F A0, then the reason in UTF-8.",
		"Codes from 4000 to 4999 are for private use. The server answers with a Close of "
			+ "the same code, and the connection is over."],
	"close-empty": ["Close without a code.",
		"Opcode 8 and length 0.",
		"The code may be left out. Programs are then told 1005, a number that is never "
			+ "sent."],
	"unmasked": ["Break it: send a frame without a mask.",
		"The top bit of the second byte says whether there is a key.",
		"A server closes the connection when a client does not mask. Without masks a "
			+ "script could write something that looks like an HTTP request to a proxy, and "
			+ "poison its cache."],
	"reserved-bit": ["Break it: set a reserved bit.",
		"RSV1 to RSV3 are the three bits behind FIN.",
		"These bits belong to extensions, such as compression. None was agreed on in the "
			+ "handshake, so they must be 0."],
	"nothing-to-continue": ["Break it: continue a message never begun.",
		"Opcode 0 as the first frame.",
		"Opcode 0 has no type of its own: it goes on with the message that a frame "
			+ "without FIN began."],
	"long-ping": ["Break it: send a Ping of 126 bytes.",
		"Its head is enough: the server does not wait for the payload.",
		"A control frame has at most 125 bytes, so its length always fits in 7 bits and a "
			+ "receiver can always hold one."],
	"shortest-form": ["Break it: write a length longer than it need be.",
		"Give a length below 126 in the 16-bit form.",
		"There is one way to write each length. Where there are two, programs that "
			+ "disagree about them can be played off against each other."],
	"forbidden-code": ["Break it: close with a code that is never sent.",
		"1005, 1006 and 1015 stand for what happened without a code.",
		"These codes tell a program that there was no code, no Close, or no TLS. In a "
			+ "Close they would be a lie."],
	"shortest-text": ["Get 1007 with the shortest invalid text.",
		"One byte is enough. Some bytes never occur in UTF-8.",
		"A text is UTF-8. C0, C1 and F5 to FF never occur in it, and no character above "
			+ "7F has one byte."],
	"early-1007": ["Get 1007 in the middle of a frame.",
		"Announce more payload than you send, and send a wrong byte.",
		"This server checks each byte as it comes. A text that can never become valid is "
			+ "refused before its end has arrived."],
	"too-big": ["Get 1009: a message that is too big.",
		"Announce more than the server takes, 16 MiB unless it was told otherwise, in the "
			+ "64-bit form. You need not send it.",
		"A head says how much will come, so the server refuses before it takes any "
			+ "memory."],
};

const KOREAN = {
	"hello": ["Hello라고 말하는 텍스트 메시지를 보내세요.",
		"FIN을 켜고 opcode 1, MASK, 길이 5. 그다음 키 4바이트와, 키의 바이트와 하나씩 XOR한 글자 다섯 개입니다. "
			+ "키가 00 00 00 00이면 글자가 그대로 남습니다.",
		"FIN이 켜진 프레임 하나가 메시지 전체입니다. 클라이언트는 보내는 것을 마스킹하므로, 중간의 프록시가 보게 될 "
			+ "바이트를 스크립트가 고를 수 없습니다."],
	"empty": ["페이로드가 한 바이트도 없는 메시지를 보내세요.",
		"길이는 0이지만 클라이언트는 그래도 MASK 비트와 키를 보냅니다.",
		"페이로드는 비어 있어도 됩니다. 클라이언트가 보낼 수 있는 가장 짧은 프레임은 6바이트입니다."],
	"ping": ["페이로드가 있는 Ping을 보내고 그대로 돌려받으세요.",
		"opcode 9, 페이로드 1~125바이트.",
		"Ping의 응답은 같은 페이로드를 담은 Pong입니다. 그래서 어느 Ping에 대한 응답인지 알 수 있습니다."],
	"two-in-one": ["프레임 두 개를 한 번의 write로 보내세요.",
		"두 번째 프레임의 바이트를 첫 번째 바로 뒤에, 자르지 말고 붙이세요.",
		"TCP는 바이트를 나를 뿐 프레임을 모릅니다. 다음 프레임이 어디서 시작하는지는 각 헤더의 길이만이 말해 줍니다."],
	"one-in-two": ["프레임 하나를 두 번의 write로 보내세요.",
		"프레임의 아무 곳이나 자르세요. 헤더 안이어도 됩니다.",
		"받는 쪽은 나머지를 기다려야 합니다. 함께 도착한 것과 한 프레임인 것은 아무 관계가 없습니다."],
	"length-126": ["길이가 16비트 형식인 프레임을 보내세요.",
		"126바이트부터는 7비트에 126을 적고, 이어지는 2바이트에 길이를 높은 바이트부터 적습니다.",
		"125까지의 길이는 7비트에 들어갑니다. 126은 16비트가, 127은 64비트가 더 온다는 뜻입니다."],
	"fragments": ["메시지를 프래그먼트 두 개로 보내고, 그 사이에 Ping을 보내세요.",
		"첫 프레임은 opcode가 있고 FIN이 없습니다. 그다음 온전한 Ping, 마지막은 opcode 0과 FIN입니다.",
		"제어 프레임은 메시지의 프래그먼트 사이에 올 수 있습니다. 그래서 긴 메시지가 Ping이나 Close를 막지 않습니다."],
	"close-4000": ["코드 4000과 이유를 담아 닫으세요.",
		"opcode 8, 페이로드는 0F A0, 그다음 UTF-8로 적은 이유입니다.",
		"4000~4999는 애플리케이션이 자유롭게 쓰는 코드입니다. 서버가 같은 코드의 Close로 답하면 연결은 끝납니다."],
	"close-empty": ["코드 없이 닫으세요.",
		"opcode 8, 길이 0.",
		"코드는 생략할 수 있습니다. 그러면 프로그램은 1005를 받는데, 이 번호는 와이어에 실리지 않습니다."],
	"unmasked": ["규칙 깨기: 마스킹하지 않은 프레임을 보내세요.",
		"두 번째 바이트의 최상위 비트가 키가 있는지를 나타냅니다.",
		"클라이언트가 마스킹하지 않으면 서버는 연결을 닫습니다. 마스킹이 없다면 스크립트가 프록시에게 HTTP 요청처럼 "
			+ "보이는 것을 써서 캐시를 오염시킬 수 있습니다."],
	"reserved-bit": ["규칙 깨기: 예약 비트를 켜세요.",
		"RSV1~RSV3은 FIN 바로 뒤의 세 비트입니다.",
		"이 비트들은 압축 같은 확장의 것입니다. 핸드셰이크에서 합의한 확장이 없으므로 0이어야 합니다."],
	"nothing-to-continue": ["규칙 깨기: 시작한 적 없는 메시지를 이어 보내세요.",
		"첫 프레임의 opcode를 0으로.",
		"opcode 0에는 고유한 종류가 없습니다. FIN 없는 프레임이 시작한 메시지를 이어 갈 뿐입니다."],
	"long-ping": ["규칙 깨기: 126바이트짜리 Ping을 보내세요.",
		"헤더만으로 충분합니다. 서버는 페이로드를 기다리지 않습니다.",
		"제어 프레임은 125바이트까지입니다. 그래서 길이가 늘 7비트에 들어가고, 받는 쪽은 언제나 하나를 담아 둘 수 있습니다."],
	"shortest-form": ["규칙 깨기: 길이를 필요 이상으로 길게 적으세요.",
		"126보다 작은 길이를 16비트 형식으로 적으세요.",
		"길이를 적는 방법은 하나뿐입니다. 둘이라면 서로 다르게 읽는 프로그램들 사이의 틈을 노릴 수 있습니다."],
	"forbidden-code": ["규칙 깨기: 보내면 안 되는 코드로 닫으세요.",
		"1005, 1006, 1015는 코드 없이 일어난 일을 나타냅니다.",
		"이 코드들은 코드가 없었다, Close가 없었다, TLS가 실패했다는 것을 프로그램에 알립니다. Close에 담으면 거짓말이 됩니다."],
	"shortest-text": ["가장 짧은 잘못된 텍스트로 1007을 받으세요.",
		"한 바이트면 됩니다. UTF-8에 절대 나오지 않는 바이트가 있습니다.",
		"텍스트는 UTF-8입니다. C0, C1, F5~FF는 나오지 않으며, 7F보다 큰 문자는 한 바이트로 적을 수 없습니다."],
	"early-1007": ["프레임 중간에서 1007을 받으세요.",
		"보낼 것보다 긴 페이로드를 예고하고, 잘못된 바이트 하나를 보내세요.",
		"이 서버는 바이트가 오는 대로 검사합니다. 결코 올바른 텍스트가 될 수 없으면 끝이 오기 전에 거부합니다."],
	"too-big": ["1009를 받으세요: 너무 큰 메시지입니다.",
		"서버가 받는 것(따로 정하지 않으면 16 MiB)보다 큰 길이를 64비트 형식으로 예고하세요. 다 보낼 필요는 없습니다.",
		"얼마나 올지는 헤더가 말하므로, 서버는 메모리를 쓰기 전에 거부합니다."],
};

const TASKS = { en: ENGLISH, ko: KOREAN };

/* The exercise, with its words in the language of the page. */
export function withWords(exercise) {
	const [task, hint, explanation] = TASKS[language][exercise.id];
	return { ...exercise, task, hint, explanation };
}
