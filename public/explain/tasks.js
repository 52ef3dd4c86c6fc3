/*
 * tasks.js - the texts of the exercises, by their ids: name, task, hint and explanation;
 * and the names of the levels. The server has the list, and judges which exercises a play has solved: explain/exercises.c.
 */

import { language } from "../texts.js";

const ENGLISH = {
	"first-byte": ["First byte", "Send the byte whose bits are 1000 0001.",
		"Four bits are one hex digit: 0000 is 0, 0001 is 1, 0010 is 2, 0011 is 3, 0100 is 4, 0101 is 5, "
			+ "0110 is 6, 0111 is 7, 1000 is 8, 1001 is 9, 1010 is a, 1011 is b, 1100 is c, 1101 is d, "
			+ "1110 is e and 1111 is f. Two hex digits are one byte.",
		"1000 is 8 and 0001 is 1, so 1000 0001 is 81. As the first byte of a frame it says: FIN is 1, "
			+ "RSV1 to RSV3 are 0, and the opcode is 0001, a text. The server now waits for the rest."],
	"second-byte": ["Second byte", "Send 81, and then the byte that says: masked, and 5 bytes of payload.",
		"The first bit is MASK. The other seven are the length, and 5 is 000 0101. Together they are "
			+ "1000 0101.",
		"81 85 is how a short text from a browser begins. Now four bytes of key must follow, and five "
			+ "of payload. Everything in a frame is read in this way."],
	"hello": ["Hello", "Send a text message with the content Hello.",
		"Set FIN, opcode 1, MASK and length 5: 81 85. Then come four bytes of key and the five "
			+ "letters, each XORed with its byte of the key. With the key 00 00 00 00 the letters stay "
			+ "unchanged. H is 48, e is 65, l is 6c and o is 6f.",
		"One frame with FIN set is a whole message. A client masks its frames so that no script "
			+ "can choose the bytes that a proxy on the way will see."],
	"empty": ["Empty", "Send a message with an empty payload.",
		"The length is 0, but a client still sets the MASK bit and sends a key.",
		"A payload may be empty. The shortest frame that a client can send has six bytes."],
	"ping": ["Ping", "Send a Ping with a payload, and get the payload back.",
		"Opcode 9, and a payload of 1 to 125 bytes.",
		"The answer to a Ping is a Pong with the same payload, so the sender can tell which of its "
			+ "Pings has been answered."],
	"two-in-one": ["Two in one", "Send two frames in one write.",
		"Put both frames on the same line, one right after the other.",
		"TCP carries bytes and knows nothing about frames. Only the length in each head tells "
			+ "where the next frame begins."],
	"one-in-two": ["One in two", "Send one frame in two writes.",
		"Split the frame anywhere, even inside its head.",
		"A receiver must wait for the rest. Bytes that arrive together do not have to belong to "
			+ "one frame."],
	"length-126": ["126 bytes", "Send a frame whose length needs the 16-bit form.",
		"From 126 bytes on, the 7 bits contain 126, and two more bytes contain the length, high "
			+ "byte first.",
		"Lengths up to 125 fit into the 7 bits. 126 there announces 16 more bits, and 127 "
			+ "announces 64."],
	"fragments": ["Fragments", "Send a message in two fragments, with a Ping between them.",
		"The first frame has opcode 1 or 2 and no FIN. Then comes a whole Ping. The last frame has "
			+ "opcode 0 and FIN.",
		"Control frames may come between the fragments of a message, so a long message does not "
			+ "hold up a Ping or a Close."],
	"close-4000": ["Code 4000", "Close the connection with code 4000 and a reason.",
		"Opcode 8. The payload is 0F A0, followed by the reason in UTF-8.",
		"Codes from 4000 to 4999 are for private use. The server answers with a Close with the "
			+ "same code, and the connection is over."],
	"close-empty": ["No code", "Close the connection without a code.",
		"Opcode 8 and length 0.",
		"The code is optional. Without one, programs see 1005, a code that is never sent."],
	"unmasked": ["No mask", "Break a rule: send a frame without a mask.",
		"The top bit of the second byte says whether there is a key.",
		"A server closes the connection when a client does not mask. Without masking, a script "
			+ "could send bytes that look like an HTTP request to a proxy, and poison its cache."],
	"reserved-bit": ["Reserved bit", "Break a rule: set a reserved bit.",
		"RSV1 to RSV3 are the three bits after FIN.",
		"These bits belong to extensions such as compression. No extension was accepted in the "
			+ "handshake, so they must be 0."],
	"nothing-to-continue": ["Nothing to continue", "Break a rule: continue a message that was never begun.",
		"Send opcode 0 in the first frame.",
		"Opcode 0 has no type of its own. It continues the message that a frame without FIN has "
			+ "begun."],
	"long-ping": ["Long Ping", "Break a rule: send a Ping of 126 bytes.",
		"The head is enough: the server does not wait for the payload.",
		"A control frame has at most 125 bytes. Its length therefore always fits into 7 bits, and "
			+ "a receiver can always store one."],
	"shortest-form": ["Too long a form", "Break a rule: write a length in a longer form than it needs.",
		"Give a length below 126 in the 16-bit form.",
		"Each length may be written in one way only. With two ways, two programs could read the "
			+ "same bytes differently, and an attacker could use that."],
	"forbidden-code": ["Forbidden code", "Break a rule: close with a code that must not be sent.",
		"1005, 1006 and 1015 are only for reporting inside a program.",
		"These codes tell a program that there was no code, no Close, or no TLS. In a Close they "
			+ "would be false."],
	"shortest-text": ["Shortest error", "Get 1007 with the shortest invalid text.",
		"One byte is enough. Some bytes never occur in UTF-8.",
		"A text is UTF-8. C0, C1 and F5 to FF never occur in UTF-8, and a single byte above 7F is "
			+ "not a character."],
	"early-1007": ["Early refusal", "Get 1007 in the middle of a frame.",
		"Announce a longer payload than you send, and put an invalid byte into it.",
		"This server checks each byte as it arrives. It refuses a text that can no longer become "
			+ "valid before the rest has arrived."],
	"too-big": ["Too big", "Get 1009 for a message that is too big.",
		"In the 64-bit form, announce more than the server takes, which is 16 MiB by default. You "
			+ "do not have to send it.",
		"A head says how much will follow, so the server can refuse before it allocates any "
			+ "memory."],
	"deflate-hello": ["Compressed", "Send a compressed text message that says Hello. Both ends have agreed to "
			+ "permessage-deflate.",
		"Set RSV1 as well. The payload is one block with fixed codes: F2 48 CD C9 C9 07 00. In it "
			+ "the bits are read from the lowest of each byte upwards: 0 is BFINAL, 10 is the type, "
			+ "01111000 is the code of H.",
		"A code of 8 bits stands for each letter, so five letters take seven bytes: short texts do "
			+ "not get shorter. RSV1 says that this message is compressed; the next one need not be."],
	"deflate-again": ["Again", "Send a compressed Hello twice. The second one must refer to the first.",
		"After F2 48 CD C9 C9 07 00, the second payload is F2 00 11 00 00: the letter H, then 4 "
			+ "bytes copied from 5 bytes before.",
		"Each end remembers what it has said, as far as the window reaches. This is context "
			+ "takeover, and it is the reason why many small messages that are alike shrink so much."],
	"deflate-stored": ["Stored", "Send a message in a stored block.",
		"00, then the length in two bytes, low byte first, then the same bytes inverted, then the "
			+ "bytes themselves, then 00: for Hello 00 05 00 FA FF 48 65 6C 6C 6F 00.",
		"What cannot be compressed is stored. The length comes twice, once inverted, so that damage "
			+ "is found at once."],
	"deflate-ping": ["Compressed Ping", "Break a rule: compress a Ping.",
		"Set RSV1 on opcode 9.",
		"RSV1 belongs to the frame that begins a message. Control frames are never compressed, "
			+ "whatever was agreed to."],
	"deflate-before": ["Too far back", "Break a rule: copy bytes from before the beginning of everything.",
		"Send F2 00 11 00 00 as the first message: it copies from 5 bytes before, and only one is "
			+ "there.",
		"A reader must check every distance. One that does not copies whatever lies in its memory, "
			+ "and sends it to a stranger."],
	"deflate-bomb": ["Bomb", "Write a bomb: a short message that is too big when it is decompressed. In this "
			+ "exercise a message may have 64 KiB.",
		"EC C1 31 01 00 00 00 C2 A0 F5 4F 6D 09 4F A0 describes codes in which two bits 0 mean: 258 "
			+ "more bytes like the one before. Send it with 75 bytes 00 behind it.",
		"DEFLATE shrinks a run of equal bytes to a thousandth, so a small message may ask for much "
			+ "memory. A server counts the output, and refuses before the memory is taken."],
};

const KOREAN = {
	"first-byte": ["첫 바이트", "비트가 1000 0001인 바이트를 보내세요.",
		"네 비트가 hex 한 자리입니다. 0000은 0, 0001은 1, 0010은 2, 0011은 3, 0100은 4, 0101은 5, 0110은 6, 0111은 7, "
			+ "1000은 8, 1001은 9, 1010은 a, 1011은 b, 1100은 c, 1101은 d, 1110은 e, 1111은 f입니다. hex 두 자리가 한 바이트입니다.",
		"1000은 8이고 0001은 1이므로 1000 0001은 81입니다. 프레임의 첫 바이트로서 81은 FIN이 1, RSV1~RSV3이 0, "
			+ "opcode가 0001(텍스트)이라는 뜻입니다. 서버는 이제 나머지를 기다립니다."],
	"second-byte": ["둘째 바이트", "81을 보내고, 이어서 '마스킹됨, 페이로드 5바이트'를 뜻하는 바이트를 보내세요.",
		"첫 비트가 MASK입니다. 나머지 일곱 비트가 길이이고, 5는 000 0101입니다. 합치면 1000 0101입니다.",
		"브라우저가 보내는 짧은 텍스트는 81 85처럼 시작합니다. 이 뒤에 키 4바이트와 페이로드 5바이트가 와야 합니다. "
			+ "프레임의 모든 것을 이렇게 읽습니다."],
	"hello": ["Hello", "내용이 Hello인 텍스트 메시지를 보내세요.",
		"FIN, opcode 1, MASK, 길이 5를 지정합니다(81 85). 그다음은 키 4바이트와, 키의 바이트와 하나씩 XOR한 글자 다섯 개입니다. "
			+ "키가 00 00 00 00이면 글자가 그대로 남습니다. H는 48, e는 65, l은 6c, o는 6f입니다.",
		"FIN이 켜진 프레임 하나가 메시지 전체입니다. 클라이언트는 프레임을 마스킹합니다. 그래서 중간의 프록시가 보게 될 "
			+ "바이트를 스크립트가 고를 수 없습니다."],
	"empty": ["빈 메시지", "페이로드가 빈 메시지를 보내세요.",
		"길이는 0이지만, 클라이언트는 이때도 MASK 비트를 켜고 키를 보냅니다.",
		"페이로드는 비어 있어도 됩니다. 클라이언트가 보낼 수 있는 가장 짧은 프레임은 6바이트입니다."],
	"ping": ["Ping", "페이로드가 있는 Ping을 보내고, 그 페이로드를 돌려받으세요.",
		"opcode 9, 페이로드 1~125바이트.",
		"Ping의 응답은 같은 페이로드를 담은 Pong입니다. 그래서 보낸 쪽은 어느 Ping에 대한 응답인지 알 수 있습니다."],
	"two-in-one": ["둘을 한 번에", "프레임 두 개를 write 한 번으로 보내세요.",
		"두 프레임을 같은 줄에 이어서 적으세요.",
		"TCP는 바이트를 전달할 뿐 프레임을 모릅니다. 다음 프레임이 어디서 시작하는지는 각 헤더의 길이로만 알 수 있습니다."],
	"one-in-two": ["하나를 두 번에", "프레임 하나를 write 두 번으로 나눠 보내세요.",
		"프레임의 어디를 나눠도 됩니다. 헤더 중간이어도 됩니다.",
		"받는 쪽은 나머지를 기다려야 합니다. 함께 도착한 바이트라고 해서 같은 프레임인 것은 아닙니다."],
	"length-126": ["126바이트", "길이를 16비트 형식으로 적어야 하는 프레임을 보내세요.",
		"126바이트부터는 7비트에 126을 적고, 이어지는 2바이트에 길이를 높은 바이트부터 적습니다.",
		"125까지의 길이는 7비트에 들어갑니다. 126은 16비트가, 127은 64비트가 더 온다는 뜻입니다."],
	"fragments": ["프래그먼트", "메시지를 프래그먼트 두 개로 보내고, 그 사이에 Ping을 보내세요.",
		"첫 프레임은 opcode가 1이나 2이고 FIN이 없습니다. 그다음은 완전한 Ping이고, 마지막은 opcode 0과 FIN입니다.",
		"제어 프레임은 메시지의 프래그먼트 사이에 올 수 있습니다. 그래서 메시지가 길어도 Ping이나 Close가 지연되지 않습니다."],
	"close-4000": ["코드 4000", "코드 4000과 이유를 담아 연결을 닫으세요.",
		"opcode 8, 페이로드는 0F A0과 그 뒤에 UTF-8로 적은 이유입니다.",
		"4000~4999는 애플리케이션이 자유롭게 쓰는 코드입니다. 서버가 같은 코드의 Close로 응답하면 연결이 끝납니다."],
	"close-empty": ["코드 없음", "코드 없이 연결을 닫으세요.",
		"opcode 8, 길이 0.",
		"코드는 생략할 수 있습니다. 그러면 프로그램에는 1005로 보이는데, 이 코드는 실제로 전송되지 않습니다."],
	"unmasked": ["마스킹 없음", "규칙 어기기: 마스킹하지 않은 프레임을 보내세요.",
		"두 번째 바이트의 최상위 비트가 키가 있는지를 나타냅니다.",
		"클라이언트가 마스킹하지 않으면 서버는 연결을 닫습니다. 마스킹이 없다면 스크립트가 프록시에 HTTP 요청처럼 "
			+ "보이는 바이트를 보내 캐시를 오염시킬 수 있습니다."],
	"reserved-bit": ["예약 비트", "규칙 어기기: 예약 비트를 켜세요.",
		"RSV1~RSV3은 FIN 바로 뒤의 세 비트입니다.",
		"이 비트는 압축 같은 확장이 씁니다. 핸드셰이크에서 합의한 확장이 없으므로 0이어야 합니다."],
	"nothing-to-continue": ["이어 갈 것 없음", "규칙 어기기: 시작하지 않은 메시지를 이어서 보내세요.",
		"첫 프레임의 opcode를 0으로 하세요.",
		"opcode 0에는 고유한 종류가 없습니다. FIN 없는 프레임으로 시작한 메시지를 이어 갈 뿐입니다."],
	"long-ping": ["긴 Ping", "규칙 어기기: 126바이트짜리 Ping을 보내세요.",
		"헤더만으로 충분합니다. 서버는 페이로드를 기다리지 않습니다.",
		"제어 프레임의 페이로드는 125바이트까지입니다. 그래서 길이가 항상 7비트에 들어가고, 받는 쪽은 언제나 하나를 저장할 수 있습니다."],
	"shortest-form": ["너무 긴 형식", "규칙 어기기: 길이를 필요 이상으로 긴 형식으로 적으세요.",
		"126보다 작은 길이를 16비트 형식으로 적으세요.",
		"같은 길이를 적는 방법은 하나뿐입니다. 두 가지라면 같은 바이트를 프로그램마다 다르게 해석할 수 있고, 공격자가 이를 악용할 수 있습니다."],
	"forbidden-code": ["금지된 코드", "규칙 어기기: 보내면 안 되는 코드로 연결을 닫으세요.",
		"1005, 1006, 1015는 프로그램 내부에서 상태를 알리는 데만 씁니다.",
		"이 코드들은 코드가 없었음, Close가 없었음, TLS가 실패했음을 프로그램에 알립니다. Close에 담으면 사실과 다릅니다."],
	"shortest-text": ["가장 짧은 오류", "가장 짧은 잘못된 텍스트로 1007을 받으세요.",
		"한 바이트면 됩니다. UTF-8에 절대 나오지 않는 바이트가 있습니다.",
		"텍스트는 UTF-8입니다. C0, C1, F5~FF는 UTF-8에 나오지 않으며, 7F보다 큰 바이트 하나만으로는 글자가 되지 않습니다."],
	"early-1007": ["이른 거부", "프레임 중간에서 1007을 받으세요.",
		"실제로 보낼 것보다 긴 페이로드 길이를 적고, 그 안에 잘못된 바이트를 넣어 보내세요.",
		"이 서버는 바이트가 도착하는 대로 검사합니다. 더 이상 올바른 텍스트가 될 수 없으면 나머지가 도착하기 전에 거부합니다."],
	"too-big": ["너무 큰 메시지", "너무 큰 메시지로 1009를 받으세요.",
		"서버가 받는 크기(기본값 16 MiB)보다 큰 길이를 64비트 형식으로 적으세요. 실제로 다 보낼 필요는 없습니다.",
		"헤더에 길이가 적혀 있으므로, 서버는 메모리를 할당하기 전에 거부할 수 있습니다."],
	"deflate-hello": ["압축한 Hello", "Hello라는 텍스트 메시지를 압축해서 보내세요. 양쪽은 permessage-deflate를 쓰기로 합의했습니다.",
		"RSV1도 켭니다. 페이로드는 고정 부호를 쓰는 블록 하나인 F2 48 CD C9 C9 07 00입니다. 비트는 각 바이트의 가장 낮은 "
			+ "비트부터 읽습니다. 0은 BFINAL, 10은 블록 종류, 01111000은 H의 부호입니다.",
		"글자마다 8비트 부호가 쓰이므로 다섯 글자는 7바이트가 됩니다. 짧은 텍스트는 줄어들지 않습니다. RSV1은 이 메시지가 "
			+ "압축되었다는 표시이고, 다음 메시지는 압축하지 않아도 됩니다."],
	"deflate-again": ["다시 한번", "압축한 Hello를 두 번 보내세요. 두 번째는 첫 번째를 가리켜야 합니다.",
		"F2 48 CD C9 C9 07 00 다음의 두 번째 페이로드는 F2 00 11 00 00입니다. 글자 H 다음에, 5바이트 앞에서 4바이트를 "
			+ "복사합니다.",
		"양쪽은 자기가 보낸 것을 윈도 크기만큼 기억합니다. 이것이 컨텍스트 유지(context takeover)이며, 서로 비슷한 작은 "
			+ "메시지가 크게 줄어드는 이유입니다."],
	"deflate-stored": ["그대로 담기", "압축하지 않은(stored) 블록으로 메시지를 보내세요.",
		"00, 낮은 바이트부터 적은 2바이트 길이, 그것을 반전한 2바이트, 내용, 마지막 00 순서입니다. Hello라면 "
			+ "00 05 00 FA FF 48 65 6C 6C 6F 00입니다.",
		"압축되지 않는 데이터는 그대로 담습니다. 길이를 한 번 더 반전해서 적으므로 손상을 바로 알 수 있습니다."],
	"deflate-ping": ["압축한 Ping", "규칙 어기기: Ping을 압축하세요.",
		"opcode 9에 RSV1을 켜세요.",
		"RSV1은 메시지를 시작하는 프레임의 것입니다. 무엇을 합의했든 제어 프레임은 압축하지 않습니다."],
	"deflate-before": ["너무 먼 거리", "규칙 어기기: 맨 처음보다 앞에 있는 바이트를 복사하게 하세요.",
		"첫 메시지로 F2 00 11 00 00을 보내세요. 5바이트 앞에서 복사하지만, 지금까지 나온 것은 1바이트뿐입니다.",
		"받는 쪽은 모든 거리를 검사해야 합니다. 검사하지 않으면 메모리에 있던 것을 복사해서 모르는 상대에게 보내게 됩니다."],
	"deflate-bomb": ["압축 폭탄", "압축 폭탄을 만드세요. 짧지만 압축을 풀면 너무 커지는 메시지입니다. 이 연습에서 메시지는 64 KiB까지입니다.",
		"EC C1 31 01 00 00 00 C2 A0 F5 4F 6D 09 4F A0은 0 두 비트가 \"앞과 같은 바이트 258개 더\"를 뜻하도록 부호를 "
			+ "정합니다. 그 뒤에 00을 75개 붙여 보내세요.",
		"DEFLATE는 같은 바이트가 이어지면 천분의 일로 줄입니다. 그래서 작은 메시지가 큰 메모리를 요구할 수 있습니다. 서버는 "
			+ "출력 크기를 세고, 메모리를 할당하기 전에 거부합니다."],
};

const TASKS = { en: ENGLISH, ko: KOREAN };

/* From level 1 on. */
const LEVELS = {
	en: ["From bits to hex", "Frames", "Frames and messages", "Closing", "Break the rules",
		"Text and size", "Compression"],
	ko: ["비트에서 hex로", "프레임", "프레임과 메시지", "닫기", "규칙 어기기", "텍스트와 크기", "압축"],
};

export const levelName = (level) => LEVELS[language][level - 1] ?? "";

/* Returns the exercise with its texts in the language of the page. */
export function withWords(exercise) {
	const [name, task, hint, explanation] = TASKS[language][exercise.id];
	return { ...exercise, name, task, hint, explanation };
}
