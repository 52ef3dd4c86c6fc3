/* rules.js - why a field is there, by the name that the server gives it. */

import { language } from "../texts.js";

const RULES = {
	en: {
		"FIN": "A message may be cut into fragments, so that a sender can begin before it knows the "
			+ "end. The last fragment has FIN set, and so has a message in one frame.",
		"RSV": "Kept for extensions that both ends agreed on in the handshake. There is none here, so "
			+ "a bit that is set ends the connection with 1002.",
		"opcode": "Says what the payload is: 0 goes on with a message, 1 is text, 2 binary; from 8 on "
			+ "they control the connection: 8 Close, 9 Ping, A Pong.",
		"MASK": "Every frame of a browser is masked, no frame of a server is. One that is not as it "
			+ "should be ends the connection.",
		"payload length": "Up to 125 it is the length itself. 126 says that 16 bits with the length "
			+ "follow, 127 that 64 do. Only the shortest form is allowed.",
		"extended length": "The length, in network byte order: the highest byte first.",
		"masking key": "Random, and new for each frame. A script cannot foresee it, so it cannot "
			+ "choose the bytes on the wire and make a proxy take them for HTTP.",
		"payload": "What is carried. If it is masked, byte i is XORed with byte i mod 4 of the key.",
		"unmasked": "XOR with the same key once more gives back what was sent. Masking hides nothing: "
			+ "the key stands beside it.",
		"text": "A text message is UTF-8 as a whole; a character may be cut between two fragments. "
			+ "Anything else is refused with 1007.",
		"message": "Fragments have one message's parts, in order. Control frames may come between "
			+ "them, another message may not.",
		"close code": "Two bytes that say why. 1000 to 2999 are the protocol's, 3000 to 3999 are "
			+ "registered, 4000 to 4999 yours. 1005 and 1006 never cross the wire.",
		"close reason": "UTF-8 for a log, at most 123 bytes: a control frame has 125, and the code "
			+ "takes two.",
		"Sec-WebSocket-Key": "Not a secret: it proves that the server has read this very request and "
			+ "speaks WebSocket, and did not answer from a cache.",
		"Sec-WebSocket-Accept": "Only who knows the GUID of RFC 6455 can work this out of the key. The "
			+ "browser does the same sum and compares.",
		"key + GUID": "The key, as it stands on the wire, and behind it a GUID that stands in the RFC.",
		"SHA-1": "A digest of 20 bytes. Nothing here depends on its strength.",
		"Base64": "The 20 bytes as text that fits into a header field: the accept value.",
		"Sec-WebSocket-Version": "13 is the one that became RFC 6455; the drafts before it counted up.",
		"Upgrade": "With Connection: Upgrade it asks to leave HTTP on this connection.",
		"Connection": "Names the fields that are for this hop only; a proxy does not pass them on.",
		"Origin": "The browser says which page asks; a script cannot change it. A server may refuse.",
		"Host": "One address may have many servers; this is the name that was typed.",
		"status": "101 means that from the next byte on this connection speaks WebSocket.",
		"Sec-WebSocket-Extensions": "The browser offers, compression for one; what a server repeats is "
			+ "agreed on. This one repeats none, so the RSV bits stay 0.",
		"Sec-WebSocket-Protocol": "What the messages mean is the program’s own affair; here both ends "
			+ "may agree on a name for it.",
		"method": "A WebSocket begins as a GET like any other, so that one port can serve both.",
		"target": "The path chooses what answers, as in HTTP; the rest is for the page’s name here.",
		"version": "Upgrade exists in HTTP/1.1 only.",
		"phrase": "The number before it is what counts; nothing reads this.",
		"other fields": "HTTP’s own, which a WebSocket has no use for.",
		"end of head": "CR LF twice ends the head. What follows the server’s is frames.",
		"cut off": "The bytes end inside a field: a receiver waits here until more come.",
		"not read": "After an error or a Close a server reads no frames any more.",
	},
	ko: {
		"FIN": "메시지는 여러 프래그먼트로 나눌 수 있어서, 끝을 모르는 채로도 보내기 시작할 수 있습니다. "
			+ "마지막 프래그먼트에 FIN을 켭니다. 프레임 하나로 된 메시지도 마찬가지입니다.",
		"RSV": "핸드셰이크에서 합의한 확장을 위한 비트입니다. 여기에는 확장이 없으므로 켜져 있으면 1002로 연결을 끊습니다.",
		"opcode": "페이로드의 종류입니다. 0은 메시지 계속, 1은 텍스트, 2는 바이너리입니다. "
			+ "8부터는 연결을 제어합니다. 8은 Close, 9는 Ping, A는 Pong입니다.",
		"MASK": "브라우저가 보내는 프레임은 모두 마스킹하고, 서버가 보내는 프레임은 마스킹하지 않습니다. 어기면 연결을 끊습니다.",
		"payload length": "125까지는 길이 그 자체입니다. 126이면 뒤의 16비트가, 127이면 뒤의 64비트가 길이입니다. "
			+ "가장 짧은 형식만 쓸 수 있습니다.",
		"extended length": "네트워크 바이트 순서, 즉 가장 높은 바이트가 먼저 오는 길이입니다.",
		"masking key": "프레임마다 새로 뽑는 난수입니다. 스크립트가 예측할 수 없으므로, 와이어에 실릴 바이트를 골라 "
			+ "프록시가 HTTP로 착각하게 만들 수 없습니다.",
		"payload": "실어 나르는 데이터입니다. 마스킹된 경우 i번째 바이트를 키의 (i mod 4)번째 바이트와 XOR합니다.",
		"unmasked": "같은 키로 다시 XOR하면 원본이 나옵니다. 키가 바로 옆에 있으니 아무것도 숨기지 않습니다.",
		"text": "텍스트 메시지는 전체가 UTF-8이어야 합니다. 글자 하나가 두 프래그먼트에 걸쳐도 됩니다. "
			+ "그렇지 않은 텍스트는 1007로 거부합니다.",
		"message": "프래그먼트들은 한 메시지의 조각이며 순서대로 옵니다. 사이에 제어 프레임은 올 수 있지만 다른 메시지는 올 수 없습니다.",
		"close code": "닫는 이유를 나타내는 2바이트입니다. 1000~2999는 프로토콜의 코드, 3000~3999는 등록해서 쓰는 코드, "
			+ "4000~4999는 애플리케이션의 코드입니다. 1005와 1006은 와이어에 실리지 않습니다.",
		"close reason": "로그를 위한 UTF-8로, 최대 123바이트입니다. 제어 프레임은 125바이트까지이고 코드가 2바이트를 씁니다.",
		"Sec-WebSocket-Key": "비밀이 아닙니다. 서버가 바로 이 요청을 읽었고 WebSocket을 이해하며, 캐시로 답하지 않았음을 증명합니다.",
		"Sec-WebSocket-Accept": "RFC 6455의 GUID를 알아야만 키에서 계산할 수 있습니다. 브라우저도 같은 계산을 해서 비교합니다.",
		"key + GUID": "와이어에 있는 키 문자열 그대로, 그 뒤에 RFC에 적힌 GUID를 붙입니다.",
		"SHA-1": "20바이트 다이제스트입니다. 여기서는 그 안전성에 기대지 않습니다.",
		"Base64": "헤더 필드에 넣을 수 있게 20바이트를 텍스트로 바꾼 것, 곧 accept 값입니다.",
		"Sec-WebSocket-Version": "13이 RFC 6455가 된 버전입니다. 그 전의 드래프트들은 더 작은 번호를 썼습니다.",
		"Upgrade": "Connection: Upgrade와 함께, 이 연결에서 HTTP를 벗어나자는 요청입니다.",
		"Connection": "이 홉에만 해당하는 필드를 적습니다. 프록시는 이것을 전달하지 않습니다.",
		"Origin": "어느 페이지의 요청인지 브라우저가 적으며 스크립트는 바꿀 수 없습니다. 서버는 거부할 수 있습니다.",
		"Host": "주소 하나에 서버가 여럿일 수 있습니다. 이것이 그중 찾는 서버의 이름입니다.",
		"status": "101이면 다음 바이트부터 이 연결에서는 WebSocket을 씁니다.",
		"Sec-WebSocket-Extensions": "압축 같은 확장을 브라우저가 제안하고, 서버가 되풀이한 것만 합의됩니다. "
			+ "이 서버는 아무것도 되풀이하지 않으므로 RSV 비트는 0입니다.",
		"Sec-WebSocket-Protocol": "메시지의 뜻은 프로그램이 정합니다. 여기서 그 이름을 서로 합의할 수 있습니다.",
		"method": "WebSocket은 평범한 GET으로 시작합니다. 그래서 포트 하나로 HTTP와 WebSocket을 함께 제공할 수 있습니다.",
		"target": "HTTP와 마찬가지로 경로가 누가 답할지 정합니다. 나머지는 여기서 페이지의 이름을 나타냅니다.",
		"version": "Upgrade는 HTTP/1.1에만 있습니다.",
		"phrase": "중요한 것은 앞의 번호이고, 이것을 읽는 프로그램은 없습니다.",
		"other fields": "HTTP의 필드로, WebSocket은 쓰지 않습니다.",
		"end of head": "CR LF가 두 번 이어지면 헤더가 끝납니다. 서버의 헤더 뒤에는 프레임이 옵니다.",
		"cut off": "필드 중간에서 바이트가 끝났습니다. 받는 쪽은 나머지가 올 때까지 기다립니다.",
		"not read": "오류나 Close 뒤에 서버는 더 이상 프레임을 읽지 않습니다.",
	},
};

/* RSV1 to RSV3 share one rule. */
export const ruleOf = (name) => RULES[language][name.replace(/^RSV\d$/, "RSV")] ?? "";
