/* rules.js - the rule behind each field, by the name that the server gives the field. */

import { language } from "../texts.js";

const RULES = {
	en: {
		__proto__: null, /* a header may be called "constructor" */
		"FIN": "A message may be split into fragments, so a sender can start before it knows where the "
			+ "message ends. Chromium cuts long messages into frames, Firefox does not. The last fragment has FIN set, and so has a message in a single frame.",
		"RSV": "Reserved for extensions that both ends accept in the handshake. RSV1 is that of "
			+ "permessage-deflate: this message is compressed. Where no extension is in use, a bit that "
			+ "is set ends the connection with 1002.",
		"block": "A compressed message is a row of blocks. Three bits begin each: whether it is the last "
			+ "one, and its type: stored, with fixed codes, or with codes of its own.",
		"padding": "What follows is whole bytes, so the rest of this byte is not used.",
		"stored length": "The number of bytes, low byte first, and the same number inverted.",
		"literal": "A byte that stands for itself. Frequent bytes may have short codes.",
		"match": "A length and a distance: bytes that have occurred before are copied. With context "
			+ "takeover they may lie in an earlier message of the same sender.",
		"end of block": "Symbol 256 ends a block.",
		"code counts": "How many code lengths follow: this block brings its own codes.",
		"length codes": "The code lengths are themselves written in a code, whose lengths these are.",
		"code lengths": "The length of each symbol's code. The codes follow from these alone: shorter ones "
			+ "first, and those of one length in the order of their symbols.",
		"left out": "A compressor that ends a message adds an empty stored block. Its last four bytes are "
			+ "always the same, so they are not sent, and the receiver adds them again.",
		"decoded": "What has come out. A text is UTF-8 here, not on the wire.",
		"opcode": "The type of the payload: 0 continues a message, 1 is text, 2 is binary. Opcodes from 8 "
			+ "on control the connection: 8 is Close, 9 is Ping, A is Pong.",
		"MASK": "A browser masks every frame, and a server masks none. Otherwise the receiver closes "
			+ "the connection.",
		"payload length": "Up to 125 it is the length itself. 126 means that the length follows in 16 bits, "
			+ "127 that it follows in 64. Only the shortest form is allowed.",
		"extended length": "The length in network byte order: the highest byte comes first.",
		"masking key": "Random, and new for each frame. A script cannot predict it, so it cannot choose "
			+ "the bytes on the wire and make a proxy mistake them for HTTP.",
		"payload": "The data of the frame. If it is masked, byte i is XORed with byte i mod 4 of the key.",
		"unmasked": "XOR with the same key gives back the original bytes. Masking hides nothing, because "
			+ "the key is sent in the same frame.",
		"text": "A text message as a whole must be UTF-8. A character may be split between two fragments. "
			+ "Anything else is refused with 1007.",
		"message": "The fragments of a message come in order. Control frames may come between them, but no "
			+ "other message may.",
		"close code": "Two bytes that give the reason for closing. 1000 to 2999 belong to the protocol, 3000 "
			+ "to 3999 are registered, and 4000 to 4999 are yours. 1005 and 1006 are never sent.",
		"close reason": "UTF-8 for a log, at most 123 bytes: a control frame carries 125, and the code takes "
			+ "two of them.",
		"Sec-WebSocket-Key": "Random, and not a secret. By itself it proves nothing: it is there so that the "
			+ "accept value is different for each request.",
		"Sec-WebSocket-Accept": "It proves that the server has read this very request and knows WebSocket: it "
			+ "needs the key and the GUID from RFC 6455, so no old answer from a cache fits. The browser does the "
			+ "same calculation and compares.",
		"key + GUID": "The key as it was sent, followed by a GUID that RFC 6455 defines.",
		"SHA-1": "A digest of 20 bytes. The handshake does not depend on SHA-1 being secure.",
		"Base64": "The 20 bytes as text that fits into a header field: this is the accept value.",
		"Sec-WebSocket-Version": "Version 13 became RFC 6455. The drafts before it had lower numbers.",
		"Upgrade": "Together with Connection: Upgrade, it asks to leave HTTP on this connection.",
		"Upgrade, answered": "With Connection: Upgrade and the status 101 it says which protocol this connection "
			+ "speaks from the end of this head on.",
		"Connection": "Names the fields that are for this hop only. A proxy does not forward them.",
		"Origin": "Scheme, host and port of the page whose script asks, without its path. The browser fills it in, "
			+ "and a script cannot change it. The server may refuse the request.",
		"Cookie": "A WebSocket may use cookies as any request does: they say who asks. The browser sends them "
			+ "whichever page asks, so check Origin too.",
		"Authorization": "A WebSocket may use HTTP authentication as any request does. Browsers let no script set "
			+ "this field.",
		"Host": "Several servers may share one address. This is the name in the URL.",
		"status": "101 means that this connection speaks WebSocket once this head is over: after its empty line. With any "
			+ "other status it speaks HTTP, and the browser tells the page 1006 and nothing else.",
		"Sec-WebSocket-Extensions": "The browser offers extensions such as compression, and the server repeats "
			+ "those that it accepts. Here that is permessage-deflate, on /deflate alone unless the server runs with "
			+ "--deflate. Without an extension the RSV bits stay 0.",
		"Sec-WebSocket-Protocol": "The application decides what its messages mean. With this field both ends can "
			+ "agree on a name for that.",
		"method": "A WebSocket begins as an ordinary GET, so one port can serve both HTTP and WebSocket.",
		"target": "The path chooses the handler, as in HTTP. The query carries the page’s name here.",
		"version": "Upgrade exists in HTTP/1.1 only.",
		"phrase": "Only the status code before it counts. No program reads this phrase.",
		"other fields": "More fields than are shown one by one.",
		"head": "A field of HTTP. The handshake does not depend on it.",
		"end of head": "CR LF twice ends the head. After the server’s head come frames.",
		"cut off": "The bytes end inside a field. A receiver waits here for the rest.",
		"not read": "After an error or a Close, a server reads no more frames.",
	},
	ko: {
		__proto__: null, /* a header may be called "constructor" */
		"FIN": "메시지는 여러 프래그먼트로 나눌 수 있습니다. 그래서 메시지가 어디서 끝날지 모르는 상태에서도 보내기 시작할 수 있습니다. "
			+ "Chromium은 긴 메시지를 여러 프레임으로 나누고, Firefox는 나누지 않습니다. "
			+ "마지막 프래그먼트와, 프레임 하나로 된 메시지에는 FIN이 켜져 있습니다.",
		"RSV": "양쪽이 핸드셰이크에서 합의한 확장이 쓰는 비트입니다. RSV1은 permessage-deflate의 것으로, 이 메시지가 "
			+ "압축되었다는 뜻입니다. 쓰는 확장이 없는데 켜져 있으면 1002로 연결을 닫습니다.",
		"block": "압축된 메시지는 블록이 이어진 것입니다. 블록은 비트 세 개로 시작하며, 마지막 블록인지와 종류(그대로, 고정 "
			+ "부호, 자체 부호)를 나타냅니다.",
		"padding": "다음부터는 바이트 단위이므로 이 바이트의 나머지 비트는 쓰지 않습니다.",
		"stored length": "바이트 수를 낮은 바이트부터 적고, 같은 수를 반전해서 한 번 더 적습니다.",
		"literal": "바이트 하나를 그대로 나타냅니다. 자주 나오는 바이트에 짧은 부호를 줄 수 있습니다.",
		"match": "길이와 거리로, 앞에서 나온 바이트를 복사합니다. 컨텍스트를 유지하면 같은 쪽이 전에 보낸 메시지에서도 "
			+ "복사할 수 있습니다.",
		"end of block": "기호 256이 블록을 끝냅니다.",
		"code counts": "이어지는 부호 길이의 개수입니다. 이 블록은 자체 부호를 가져옵니다.",
		"length codes": "부호 길이도 부호로 적혀 있습니다. 이것은 그 부호의 길이입니다.",
		"code lengths": "각 기호의 부호 길이입니다. 부호는 길이만으로 정해집니다. 짧은 것이 먼저이고, 길이가 같으면 기호 순서입니다.",
		"left out": "압축기는 메시지 끝에 빈 블록을 붙입니다. 그 마지막 4바이트는 항상 같으므로 보내지 않고, 받는 쪽이 다시 붙입니다.",
		"decoded": "압축을 푼 결과입니다. 텍스트는 여기서 UTF-8이어야 합니다.",
		"opcode": "페이로드의 종류입니다. 0은 앞 메시지의 계속, 1은 텍스트, 2는 바이너리입니다. "
			+ "8부터는 연결을 제어하는 프레임으로, 8은 Close, 9는 Ping, A는 Pong입니다.",
		"MASK": "브라우저는 모든 프레임을 마스킹하고, 서버는 마스킹하지 않습니다. 이를 어기면 받은 쪽이 연결을 끊습니다.",
		"payload length": "125까지는 이 값이 곧 길이입니다. 126이면 16비트, 127이면 64비트 길이가 뒤따릅니다. "
			+ "가장 짧은 형식만 쓸 수 있습니다.",
		"extended length": "네트워크 바이트 순서로 적은 길이입니다. 가장 높은 바이트가 먼저 옵니다.",
		"masking key": "프레임마다 새로 만드는 난수입니다. 스크립트가 예측할 수 없으므로, 전송되는 바이트를 골라 "
			+ "프록시가 HTTP로 착각하게 만들 수 없습니다.",
		"payload": "프레임이 전달하는 데이터입니다. 마스킹된 경우 i번째 바이트를 키의 (i mod 4)번째 바이트와 XOR합니다.",
		"unmasked": "같은 키로 다시 XOR하면 원본이 나옵니다. 키가 같은 프레임에 들어 있으므로 마스킹으로 내용이 숨겨지지는 않습니다.",
		"text": "텍스트 메시지는 전체가 UTF-8이어야 합니다. 글자 하나가 두 프래그먼트에 걸쳐도 됩니다. "
			+ "UTF-8이 아니면 1007로 거부합니다.",
		"message": "한 메시지의 프래그먼트는 순서대로 옵니다. 사이에 제어 프레임은 올 수 있지만 다른 메시지는 올 수 없습니다.",
		"close code": "닫는 이유를 나타내는 2바이트입니다. 1000~2999는 프로토콜이 정한 코드, 3000~3999는 등록해서 쓰는 코드, "
			+ "4000~4999는 애플리케이션이 정하는 코드입니다. 1005와 1006은 실제로 전송되지 않습니다.",
		"close reason": "로그에 남기기 위한 UTF-8 문자열로, 최대 123바이트입니다. 제어 프레임은 125바이트까지이고 그중 2바이트를 코드가 씁니다.",
		"Sec-WebSocket-Key": "비밀이 아닌 난수입니다. 키 자체는 아무것도 증명하지 않습니다. 요청마다 accept 값이 달라지게 하려고 있는 값입니다.",
		"Sec-WebSocket-Accept": "서버가 바로 이 요청을 읽었고 WebSocket을 이해한다는 것을 증명합니다. 키와 RFC 6455의 GUID가 모두 있어야 "
			+ "계산할 수 있으므로, 캐시에 남은 옛 응답은 맞지 않습니다. 브라우저도 똑같이 계산해서 비교합니다.",
		"key + GUID": "전송된 키 문자열 뒤에, RFC 6455에 정의된 GUID를 붙입니다.",
		"SHA-1": "20바이트 다이제스트입니다. 핸드셰이크는 SHA-1의 안전성에 의존하지 않습니다.",
		"Base64": "헤더 필드에 넣을 수 있도록 20바이트를 텍스트로 바꾼 값으로, 이것이 accept 값입니다.",
		"Sec-WebSocket-Version": "버전 13이 RFC 6455가 되었습니다. 그 전의 초안들은 더 작은 번호를 썼습니다.",
		"Upgrade": "Connection: Upgrade와 함께 쓰며, 이 연결에서 HTTP 대신 다른 프로토콜을 쓰자는 요청입니다.",
		"Upgrade, answered": "Connection: Upgrade, 상태 코드 101과 함께, 이 헤더가 끝난 뒤부터 쓰는 프로토콜을 알립니다.",
		"Connection": "이 구간(hop)에만 적용되는 필드의 이름입니다. 프록시는 이 필드들을 전달하지 않습니다.",
		"Origin": "요청한 스크립트가 있는 페이지의 스킴, 호스트, 포트이며 경로는 없습니다. 브라우저가 적는 값으로, 스크립트는 바꿀 수 없습니다. "
			+ "서버는 이 값을 보고 요청을 거부할 수 있습니다.",
		"Cookie": "WebSocket도 다른 요청처럼 쿠키를 쓸 수 있습니다. 쿠키는 누구의 요청인지 알려 줍니다. 어느 페이지가 요청하든 브라우저가 "
			+ "보내므로 Origin도 확인해야 합니다.",
		"Authorization": "WebSocket도 다른 요청처럼 HTTP 인증을 쓸 수 있습니다. 브라우저에서는 스크립트가 이 필드를 설정할 수 없습니다.",
		"Host": "주소 하나를 여러 서버가 함께 쓸 수 있습니다. 이 값은 URL에 적힌 서버 이름입니다.",
		"status": "101이면 이 헤더가 끝난 뒤부터, 즉 빈 줄 다음부터 이 연결에서 WebSocket을 씁니다. 다른 상태 코드이면 계속 "
			+ "HTTP이고, 브라우저는 페이지에 1006만 알려 줍니다.",
		"Sec-WebSocket-Extensions": "브라우저는 압축 같은 확장을 제안하고, 서버는 그중 받아들인 것을 응답에 적습니다. "
			+ "이 서버는 permessage-deflate를 받아들이는데, --deflate 없이 실행하면 /deflate에서만 그렇습니다. 확장을 쓰지 않으면 "
			+ "RSV 비트는 항상 0입니다.",
		"Sec-WebSocket-Protocol": "메시지의 의미는 애플리케이션이 정합니다. 이 필드로 그 규약의 이름을 합의할 수 있습니다.",
		"method": "WebSocket은 평범한 GET으로 시작합니다. 그래서 포트 하나로 HTTP와 WebSocket을 함께 제공할 수 있습니다.",
		"target": "HTTP와 마찬가지로 경로에 따라 처리할 핸들러가 정해집니다. 여기서 쿼리는 페이지의 이름을 나타냅니다.",
		"version": "Upgrade는 HTTP/1.1에만 있습니다.",
		"phrase": "앞에 있는 상태 코드만 의미가 있습니다. 이 문구를 읽는 프로그램은 없습니다.",
		"other fields": "하나씩 보여 주기에는 너무 많은 필드입니다.",
		"head": "HTTP의 필드입니다. 핸드셰이크는 이 필드와 관계가 없습니다.",
		"end of head": "CR LF가 두 번 이어지면 헤더가 끝납니다. 서버의 헤더 뒤에는 프레임이 옵니다.",
		"cut off": "필드 중간에서 바이트가 끝났습니다. 받는 쪽은 나머지가 올 때까지 기다립니다.",
		"not read": "오류나 Close 뒤에는 서버가 더 이상 프레임을 읽지 않습니다.",
	},
};

const isHead = (piece) => piece.kind === "request" || piece.kind === "response";

/* RSV1 to RSV3 share one rule; a response answers where a request asks. */
export function ruleOf(name, piece) {
	const rules = RULES[language];
	const answered = piece.kind === "response" ? rules[`${name}, answered`] : undefined;
	return answered ?? rules[name.replace(/^RSV\d$/, "RSV")] ?? (isHead(piece) ? rules.head : "");
}
