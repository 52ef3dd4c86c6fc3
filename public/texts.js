/*
 * texts.js - what the page says, in two languages. English stands in index.html
 * and here; Korean, all of it, here: ?lang=ko, or a browser that speaks it. The
 * log's lines are the notes' and stay as they are.
 */

import { TASKS } from "./tasks.js";

const asked = new URLSearchParams(window.location.search).get("lang");
export const language = (asked ?? navigator.language).startsWith("ko") ? "ko" : "en";

/* {0} and {1} are filled in. */
const ENGLISH = {
	"connecting": "connecting",
	"open": "open",
	"closing": "closing",
	"closed": "closed",
	"close-code-other": "see RFC 6455 7.4",
	"closed-with": "Closed with {0} ({1})",
	"no-connection": "No connection: {0} ({1})",
	"next-try": "{0}. Next try in {1} s",
	"not-sent": "Not sent: the socket is not open",
	"close-sent": "Close frame sent, waiting for the server’s",
	"characters": "… ({0} characters)",

	"refused": "The server does not show this page its wire. It does so only where it listens on "
		+ "localhost, in one process with no workers and no proxy in front, and without "
		+ "--no-trace-page; and only to pages opened at localhost, 16 at most. Start it with "
		+ "`make run`, open http://localhost:3000 and it is here. All else works as before.",
	"paused": "Paused: {0} more",
	"count": "{0} shown of {1}",
	"copied": "{0} bytes copied",
	"copied-part": "the first {0} of {1} bytes copied",
	"not-copied": "The browser does not let this page copy",
	"to-server": "browser → server",
	"to-browser": "server → browser",
	"bytes": "{0} bytes",
	"one-byte": "1 byte",
	"connection": "connection {0}",
	"played-connection": "your bytes",
	"lost": "{0} runs lost: the page was too slow",
	"more-bytes": "… {0} more",
	"where-bit": "byte {0}, bit {1}",
	"where-bits": "byte {0}, bits {1} to {2}",
	"where-byte": "byte {0}",
	"where-bytes": "bytes {0} to {1}",
	"worked-out": "worked out of {0}",
	"section": "RFC {0}, section {1}",
	"breaks": "This breaks a rule: {0}",
	"answer-code": "The answer to it is {0}.",
	"byte-value": "byte {0}: {1} = {2}",
	"xor": "XOR, byte by byte",
	"xor-wire": "on the wire",
	"xor-key": "key",
	"xor-plain": "plain",
	"xor-text": "text",
	"point": "Point at a field, or reach it with Tab and the arrow keys, and its rule stands here.",
	"joined": "goes on with the message that begins above",

	"pairs": "Hex is pairs of digits 0 to 9 and a to f: “{0}” is not.",
	"writes": "{0} bytes, in {1} writes",
	"one-write": "{0} bytes, in one write",
	"playing": "Playing…",
	"played": "Closed with {0}.",
	"played-1005": "Closed without a code: programs are told 1005, which never crosses the wire.",
	"played-open": "The connection is still open: no Close came back.",
	"solved-now": "Solved: {0}.",
	"solved-count": "{0} of {1} solved",
	"solved": "solved",
	"level": "level {0}",
	"exercise": "Exercise {0}",
	"hint": "Hint",
	"explanation": "Explanation",
	"payload-text": "Payload, as text",
	"payload-close": "Close code and reason",
};

const KOREAN = {
	"intro": "HTTP는 물어야 대답합니다. *WebSocket*은 연결을 열어 둔 채, 양쪽 모두 원할 때 말을 겁니다. "
		+ "이 페이지가 방금 하나를 열었고, 서버가 먼저 말을 걸었습니다.",
	"connection-title": "연결",
	"browser": "브라우저",
	"server": "서버",
	"close": "닫기",
	"reconnect": "다시 연결",
	"log-title": "지금 일어나는 일",
	"say": "메시지를 보내면 서버의 터미널에 나타납니다",
	"send": "보내기",
	"below": "같은 것을 와이어에서, 비트 하나까지 ↓",
	"try-title": "이제 직접 해 보세요",
	"try": "서버의 터미널을 보면서 콘솔을 여세요([F12], Mac에서는 [⌥] [⌘] [J]).",
	"try-1": "연결을 하나 더 열고, 서버에 도착하는 것을 확인하세요.",
	"try-2": "이 페이지의 소켓으로 말해 보세요.",
	"try-3": "받은 것을 그대로 돌려주는 `/echo`와 대화하세요. 한 줄씩 입력합니다.",
	"try-4": "이유를 적어 연결을 끊어 보세요. 페이지가 알아서 다시 연결합니다.",
	"try-5": "[Ctrl] [C]로 서버를 멈추고 이 페이지가 기다리는 것을 본 다음, `make run`으로 다시 시작하세요.",
	"footer": "이 페이지는 아래의 파일이 전부이며, 다른 곳에서 불러오는 것은 없습니다. "
		+ "소켓의 브라우저 쪽 끝은 app.js에 있습니다. 그것부터 읽어 보세요.",

	"wire-title": "내 연결, 비트 하나까지",
	"wire-intro": "이 페이지의 소켓에서 실제로 오가는 바이트를, 서버의 파서가 풀어서 보여 줍니다. "
		+ "행을 고른 다음 비트나 바이트를 가리켜 보세요.",
	"show": "보기",
	"all": "전체",
	"handshake": "핸드셰이크",
	"data": "데이터",
	"control": "제어",
	"pause": "일시 정지",
	"ping": "Ping",
	"copy": "hex로 복사",
	"exercises-title": "프로토콜 깨 보기",
	"exercises-intro": "브라우저의 WebSocket은 바이트를 직접 보낼 수 없습니다. 그래서 여기 적은 바이트는 서버가 "
		+ "메모리 안의 두 번째 연결에 흘려 넣습니다. 핸드셰이크는 끝나 있으니 프레임부터 적으면 됩니다.",
	"hint": "힌트",
	"explanation": "설명",
	"hex-label": "보낼 바이트를 hex로 적으세요",
	"hex-help": "줄바꿈이 자르는 자리입니다. 한 줄의 바이트가 한 번의 write로 도착합니다. 공백은 보기 좋으라고 넣어도 됩니다.",
	"fields": "필드로 프레임 만들기",
	"times": "반복",
	"add": "프레임 추가",
	"play": "실행",

	"connecting": "연결 중",
	"open": "열림",
	"closing": "닫는 중",
	"closed": "닫힘",
	"close-code-other": "RFC 6455 7.4 참고",
	"closed-with": "닫힘, 코드 {0}({1})",
	"no-connection": "연결할 수 없음, 코드 {0}({1})",
	"next-try": "{0}. {1}초 뒤 재시도",
	"not-sent": "보내지 못함: 소켓이 열려 있지 않습니다",
	"close-sent": "Close 프레임을 보냈고, 서버의 Close를 기다리는 중",
	"characters": "… ({0}자)",

	"refused": "이 서버는 이 페이지에 와이어를 보여 주지 않습니다. localhost에서, 워커 없이 프로세스 하나로, "
		+ "앞에 프록시가 없고 --no-trace-page 없이 실행될 때만, 그리고 localhost로 연 페이지에만, 한 번에 16개까지 보여 줍니다. "
		+ "`make run`으로 시작하고 http://localhost:3000 을 열면 여기에 나타납니다. 나머지는 모두 그대로 동작합니다.",
	"paused": "일시 정지: {0}개 대기",
	"count": "전체 {1}개 중 {0}개 표시",
	"copied": "{0}바이트를 복사했습니다",
	"copied-part": "{1}바이트 중 처음 {0}바이트를 복사했습니다",
	"not-copied": "브라우저가 복사를 허용하지 않습니다",
	"to-server": "브라우저 → 서버",
	"to-browser": "서버 → 브라우저",
	"bytes": "{0}바이트",
	"one-byte": "1바이트",
	"connection": "연결 {0}",
	"played-connection": "직접 쓴 바이트",
	"lost": "{0}개를 놓침: 페이지가 따라가지 못했습니다",
	"more-bytes": "… {0}바이트 더",
	"where-bit": "{0}번 바이트, {1}번 비트",
	"where-bits": "{0}번 바이트, {1}~{2}번 비트",
	"where-byte": "{0}번 바이트",
	"where-bytes": "{0}~{1}번 바이트",
	"worked-out": "{0}에서 계산한 값",
	"section": "RFC {0}, {1}절",
	"breaks": "규칙 위반: {0}",
	"answer-code": "이에 대한 응답은 {0}입니다.",
	"byte-value": "{0}번 바이트: {1} = {2}",
	"xor": "바이트별 XOR",
	"xor-wire": "와이어",
	"xor-key": "키",
	"xor-plain": "원본",
	"xor-text": "텍스트",
	"point": "필드를 가리키거나 Tab과 화살표 키로 고르면, 그 규칙이 여기에 나타납니다.",
	"joined": "위에서 시작한 메시지에 이어짐",

	"pairs": "hex는 0~9와 a~f를 두 자리씩 적습니다. “{0}” 부분은 그렇지 않습니다.",
	"writes": "{0}바이트, write {1}번",
	"one-write": "{0}바이트, write 한 번",
	"playing": "실행 중…",
	"played": "서버가 닫았습니다. 코드는 {0}입니다.",
	"played-1005": "코드 없이 닫힘. 프로그램은 1005를 받지만, 이 번호는 와이어에 실리지 않습니다.",
	"played-open": "연결은 아직 열려 있습니다. 돌아온 Close가 없습니다.",
	"solved-now": "해결: {0}.",
	"solved-count": "{1}개 중 {0}개 해결",
	"solved": "해결함",
	"level": "난이도 {0}",
	"exercise": "연습 {0}",
	"payload-text": "페이로드(텍스트)",
	"payload-close": "Close 코드와 이유",
};

/* Why a field is there, by its name; RSV1 to RSV3 share one. */
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

/* What the server says of the wire: titles, meanings, rules that are broken. */
const WIRE = {
	"text frame": "텍스트 프레임",
	"binary frame": "바이너리 프레임",
	"continuation frame": "연속 프레임",
	"Close frame": "Close 프레임",
	"Ping frame": "Ping 프레임",
	"Pong frame": "Pong 프레임",
	"frame of a reserved opcode": "예약된 opcode의 프레임",
	"frame": "프레임",
	"handshake request": "핸드셰이크 요청",
	"handshake response": "핸드셰이크 응답",
	"request": "요청",
	"response": "응답",
	"body": "본문",
	"more payload": "이어지는 페이로드",
	"not read": "읽지 않음",
	"cut off": "잘린 필드",
	"line": "줄",
	"empty line": "빈 줄",
	"the connection has ended": "연결이 끝났습니다",
	"payload length": "페이로드 길이",
	"extended length": "확장 길이",
	"masking key": "마스킹 키",
	"payload": "페이로드",
	"unmasked": "언마스킹",
	"cut off": "잘린 부분",
	"text": "텍스트",
	"message": "메시지",
	"close code": "Close 코드",
	"close reason": "Close 이유",
	"method": "메서드",
	"target": "요청 대상",
	"version": "버전",
	"status": "상태 코드",
	"phrase": "상태 문구",
	"other fields": "그 밖의 필드",
	"end of head": "헤더의 끝",
	"key + GUID": "키 + GUID",
	"more of its message follows": "메시지가 이어집니다",
	"it ends its message": "메시지의 마지막 프레임",
	"more follows": "뒤에 더 있음",
	"always set in a control frame": "제어 프레임에서는 항상 1",
	"free for an extension": "확장을 위한 자리",
	"for an extension: none is used": "확장을 위한 자리: 쓰는 확장이 없음",
	"the message goes on": "메시지 계속",
	"text, in UTF-8": "UTF-8 텍스트",
	"binary: any bytes": "바이너리: 임의의 바이트",
	"Ping: are you there?": "Ping: 거기 있나요?",
	"Pong: here I am": "Pong: 여기 있습니다",
	"reserved for kinds of data": "데이터용으로 예약됨",
	"reserved for control frames": "제어 프레임용으로 예약됨",
	"not masked: from a server": "마스킹 안 함: 서버가 보냄",
	"masked: from a client": "마스킹함: 클라이언트가 보냄",
	"bytes, in the form of 7 bits": "바이트, 7비트 형식",
	"it stands in the next 16 bits": "길이는 다음 16비트에",
	"it stands in the next 64 bits": "길이는 다음 64비트에",
	"bytes, in the form of 16 bits": "바이트, 16비트 형식",
	"bytes, in the form of 64 bits": "바이트, 64비트 형식",
	"chosen anew for each frame": "프레임마다 새로 고름",
	"the rest of it is not there": "나머지가 없음",
	"bytes, as they are": "바이트, 있는 그대로",
	"bytes, XORed with the key": "바이트, 키와 XOR됨",
	"the same XOR takes the mask off": "같은 XOR로 마스크를 벗김",
	"none, which is read as 1005": "없음, 1005로 간주",
	"not a close code": "Close 코드가 아님",
	"normal closure": "정상 종료",
	"going away": "자리를 떠남",
	"protocol error": "프로토콜 오류",
	"a type of data it cannot take": "받을 수 없는 종류의 데이터",
	"unsupported data": "지원하지 않는 데이터",
	"reserved": "예약됨",
	"no code came: never sent": "코드 없음: 와이어에 실리지 않음",
	"no Close came: never sent": "Close 없음: 와이어에 실리지 않음",
	"no status code received": "상태 코드를 받지 못함",
	"abnormal closure, no Close frame came": "비정상 종료, Close 프레임이 오지 않음",
	"data that is not of its type": "종류에 맞지 않는 데이터",
	"invalid payload data": "잘못된 페이로드 데이터",
	"policy violation": "정책 위반",
	"message too big": "메시지가 너무 큼",
	"an extension is missing": "확장이 없음",
	"extension missing": "확장이 없음",
	"internal error": "내부 오류",
	"service restart (IANA)": "서비스 재시작 (IANA)",
	"try again later (IANA)": "나중에 다시 시도 (IANA)",
	"bad gateway (IANA)": "잘못된 게이트웨이 (IANA)",
	"TLS failed: never sent": "TLS 실패: 와이어에 실리지 않음",
	"the protocol's, for later": "프로토콜이 나중에 쓸 코드",
	"registered by a library": "라이브러리가 등록한 코드",
	"the application's own": "애플리케이션이 정하는 코드",
	"what to do": "무엇을 할지",
	"what it is done to": "무엇을 요청하는지",
	"what it can speak": "지원하는 버전",
	"for a person to read": "사람이 읽는 문구",
	"go on": "계속",
	"here it is": "여기 있음",
	"look elsewhere": "다른 곳에 있음",
	"refused: the request is wrong": "거부: 요청이 잘못됨",
	"refused: the server cannot": "거부: 서버가 할 수 없음",
	"agreed: now frames": "합의됨: 이제부터 프레임",
	"the server that is meant": "요청을 받을 서버",
	"the protocol to change to": "바꿀 프로토콜",
	"what is for this hop alone": "이 홉에만 해당하는 것",
	"the page that asks": "요청하는 페이지",
	"16 random bytes, in Base64": "무작위 16바이트, Base64로",
	"offered, or agreed on": "제안하거나 합의한 것",
	"the answer to the key": "키에 대한 답",
	"13 is RFC 6455": "13이 RFC 6455",
	"bytes of body behind the head": "헤더 뒤 본문의 바이트 수",
	"how the body is cut up": "본문을 나누는 방식",
	"what the body is": "본문의 종류",
	"where to look": "가야 할 곳",
	"not in the grammar": "문법에 맞지 않음",
	"passed over": "건너뜀",
	"an empty line": "빈 줄",
	"the GUID is always the same": "GUID는 항상 같음",
	"the digest of that: 20 bytes": "그 다이제스트: 20바이트",
	"the accept value that it must get": "받아야 할 accept 값",
	"nothing is from here on": "여기부터는 읽지 않음",
	"a 101 has Upgrade: websocket": "101 응답에는 Upgrade: websocket이 있어야 합니다",
	"a 101 has Connection: Upgrade": "101 응답에는 Connection: Upgrade가 있어야 합니다",
	"a server must not mask its frames": "서버는 프레임을 마스킹하면 안 됩니다",
	"the message is too big": "메시지가 너무 큽니다",
	"the text ends inside a character": "텍스트가 글자 중간에서 끝납니다",
	"the text is not UTF-8": "텍스트가 UTF-8이 아닙니다",
	"the bytes end inside this frame": "이 프레임 중간에서 바이트가 끝납니다",
	"the bytes end inside this head": "이 헤더 중간에서 바이트가 끝납니다",
	"nothing follows a Close": "Close 뒤에는 아무것도 올 수 없습니다",
	"this opcode is reserved": "예약된 opcode입니다",
	"a control frame is never fragmented": "제어 프레임은 나눌 수 없습니다",
	"a control frame has at most 125 bytes": "제어 프레임은 125바이트까지입니다",
	"there is no message to continue": "이어질 메시지가 없습니다",
	"a message begins inside another": "메시지 안에서 다른 메시지가 시작됩니다",
	"a reserved bit is set": "예약 비트가 켜져 있습니다",
	"a client must mask its frames": "클라이언트는 프레임을 마스킹해야 합니다",
	"a close code takes two bytes": "Close 코드는 2바이트여야 합니다",
	"this close code must not be sent": "보내면 안 되는 Close 코드입니다",
	"a close reason must be UTF-8": "Close 이유는 UTF-8이어야 합니다",
	"a length must be in its shortest form": "길이는 가장 짧은 형식이어야 합니다",
	"the top bit of a 64-bit length must be 0": "64비트 길이의 최상위 비트는 0이어야 합니다",
	"a command is a text of at most 64 KiB": "한 번에 64 KiB까지만 보낼 수 있습니다",
};

const SIZES = [
	[/^(\S+) of (\d+)$/, "$2 중 $1"],
	[/^(\d+) bytes? in (\d+) frames?, complete$/, "프레임 $2개에 $1바이트, 끝"],
	[/^(\d+) bytes? in (\d+) frames?, to be continued$/, "프레임 $2개에 $1바이트, 계속"],
];

/* A text of the page's own. */
export function say(key, ...values) {
	const text = (language === "ko" && KOREAN[key]) || ENGLISH[key];
	return text.replace(/\{(\d)\}/g, (_, i) => values[i]);
}

/* A text of the server's, perhaps with its section behind it. */
export function wireWords(text) {
	const [, words, section] = /^(.*?)( \(RFC [^)]*\))?$/s.exec(text);
	return (language === "ko" && WIRE[words] || words) + (section ?? "");
}

/* A field's value: as it was on the wire, or the server's words of a size. */
export function valueOf(field) {
	if (language !== "ko" || !/^(payload|message)$/.test(field.name))
		return field.value;
	return SIZES.reduce((text, [words, korean]) => text.replace(words, korean), field.value);
}

export function ruleOf(name) {
	return RULES[language][name.replace(/^RSV\d$/, "RSV")] ?? "";
}

export function exerciseWords(exercise) {
	const [task, hint, explanation] = TASKS[language][exercise.id];
	return { ...exercise, task, hint, explanation };
}

/* `code`, *strong* and [key] within a text; all else is text. */
function marked(text) {
	const tags = { "`": "code", "*": "strong", "[": "kbd" };
	return text.split(/(`[^`]*`|\*[^*]*\*|\[[^\]]*\])/).map((part) => {
		if (!tags[part[0]] || part.length < 2)
			return part;
		const element = document.createElement(tags[part[0]]);
		element.textContent = part.slice(1, -1);
		return element;
	});
}

export const fill = (element, text) => element.replaceChildren(...marked(text));

/* The page comes in English. */
if (language === "ko") {
	document.documentElement.lang = "ko";
	for (const element of document.querySelectorAll("[data-text]"))
		fill(element, KOREAN[element.dataset.text]);
}
