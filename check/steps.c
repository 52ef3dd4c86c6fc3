/* steps.c - the 35 steps from a socket that listens to a whole server.
 *
 * Each step asks first for what it adds. A server that has all steps before it
 * and nothing more passes those and fails this one. The comment above a row
 * says exactly what is added: how little a server may get away with here, and
 * what it may still do wrong because only a later step asks for it.
 *
 * Sockets are opened on the path of the echo (/echo), but for "greeting". Up to
 * "two in a write", a frame is only sent when the one before it has come back. */
#include "check/steps.h"

#include "check/step.h"

const struct step steps[STEPS] = {
	/* --- a socket answers --------------------------------------------- */

	/* socket, bind, listen. It need not accept, read or answer. */
	{"listens", "9293 3.9.1.1",
		"If the active/passive flag is set to passive, then this is "
		"a call to LISTEN for an incoming connection.",
		{"Something listens on this port.",
			"이 포트에서 무언가가 연결을 기다린다."},
		{"socket(), bind(), listen(): in this order.",
			"socket(), bind(), listen() 순서로 호출합니다."},
		step_listens},
	/* One client says nothing; another one sends a GET in one write, and is
	 * answered with anything that begins with "HTTP/1."; then the first one
	 * sends its own and is answered as well. It may answer each read, without
	 * a look at what it has read, and close. */
	{"two at once", "9112 9.4",
		"A client ought to limit the number of simultaneous open "
		"connections that it maintains to a given server.",
		{"While one client is silent, another one is answered.",
			"한 클라이언트가 말이 없어도 다른 클라이언트는 응답을 "
			"받는다."},
		{"A read() that waits for one client keeps all others waiting: "
		 "ask epoll or poll() who has sent something.",
			"read()로 한 클라이언트를 기다리면 나머지도 모두 "
			"기다립니다. 누가 보냈는지 epoll이나 poll()에 "
			"물어보세요."},
		step_two_at_once},
	/* The GET comes in two parts, with a pause, and byte by byte. Nothing may
	 * be sent before the empty line has arrived, and then "HTTP/1.". */
	{"cut request", "9112 2.2",
		"The normal procedure for parsing an HTTP message is to "
		"read the start-line into a structure, read each header "
		"field line into a hash table by field name until the empty "
		"line, ...",
		{"A request is read whole, wherever it is cut.",
			"요청이 어디에서 잘려 도착해도 끝까지 읽는다."},
		{"TCP has no messages: keep what has arrived, for each client, "
		 "until it contains \\r\\n\\r\\n.",
			"TCP에는 메시지의 경계가 없습니다. \\r\\n\\r\\n이 나올 "
			"때까지 클라이언트마다 받은 바이트를 모아 두세요."},
		step_cut_request},
	/* "HTTP/1.1 200", Content-Length with the bytes of the body, which then
	 * follow, and nothing after them. (A chunked body will do.) GET / is all
	 * that is asked for; it may close afterwards. */
	{"right length", "9110 8.6",
		"The \"Content-Length\" header field indicates the associated "
		"representation's data length as a decimal non-negative "
		"integer number of octets.",
		{"GET / is answered with 200 and a body as long as it says.",
			"GET /에 200과, 알린 길이 그대로의 본문으로 답한다."},
		{"HTTP/1.1 200 OK, Content-Length: the bytes of the body (not "
		 "its characters), an empty line, the body.",
			"HTTP/1.1 200 OK, Content-Length: 본문의 바이트 "
			"수(글자 "
			"수가 아님), 빈 줄, 본문."},
		step_right_length},
	/* Three requests on one connection, each sent when the one before has
	 * been answered; the last one says Connection: close, and then the server
	 * closes. */
	{"keeps alive", "9112 9.3",
		"HTTP/1.1 defaults to the use of \"persistent connections\", "
		"allowing multiple requests and responses to be carried "
		"over a single connection.",
		{"Requests follow each other on one connection, until one says "
		 "close.",
			"close라고 할 때까지 한 연결로 요청이 이어진다."},
		{"After an answer, remove the request from what you keep and "
		 "wait for the next; close only for Connection: close.",
			"답한 다음에는 모아 둔 데서 그 요청을 지우고 다음 "
			"요청을 "
			"기다리세요. Connection: close일 때만 닫습니다."},
		step_keeps_alive},

	/* --- the handshake ------------------------------------------------- */

	/* A GET with the fields of RFC 6455 1.3, spelled as there, and the key
	 * dGhlIHNhbXBsZSBub25jZQ==. The answer is a 101 with Upgrade: websocket,
	 * Connection: Upgrade and Sec-WebSocket-Accept:
	 * s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, which may still be a constant. From here on
	 * a GET without those fields goes on to be answered as before. */
	{"handshake", "6455 4.2.2",
		"If the server chooses to accept the incoming connection, "
		"it MUST reply with a valid HTTP response indicating the "
		"following.",
		{"The RFC's own handshake is answered with 101 and its accept "
		 "value.",
			"RFC에 나오는 핸드셰이크에 101과 그 accept 값으로 "
			"답한다."},
		{"Is there Upgrade: websocket? Then send 101 and s3pPLMBiTxaQ9k"
		 "YGzzhZRbK+xOo=, the answer to the key in the RFC.",
			"Upgrade: websocket이 있으면 101과 함께, RFC의 키에 "
			"대한 "
			"답 s3pPLMBiTxaQ9kYGzzhZRbK+xOo=를 보내세요."},
		step_handshake},
	/* 100 handshakes, one after the other, each with a key of its own. */
	{"any key", "6455 4.2.2",
		"... concatenating /key/, ... with the string "
		"\"258EAFA5-E914-47DA-95CA-C5AB0DC85B11\", taking the SHA-1 "
		"hash of this concatenated value to obtain a 20-byte value "
		"and base64-encoding ... this 20-byte hash.",
		{"The accept value is computed from the key: 100 random keys.",
			"accept 값을 키에서 계산한다. 무작위 키 100개."},
		{"Base64 of the 20 bytes of SHA-1 of the key, as it stands in "
		 "the request, and the GUID behind it.",
			"요청에 적힌 그대로의 키 뒤에 GUID를 붙이고, 그 "
			"SHA-1의 "
			"20바이트를 Base64로 적습니다."},
		step_any_key},
	/* No key; a key that is not 16 bytes; version 12: any 4xx, never a 101. */
	{"wrong key", "6455 4.2.1",
		"... the server MUST stop processing the client's handshake "
		"and return an HTTP response with an appropriate error code "
		"(such as 400 Bad Request).",
		{"A handshake without a good key and version 13 is refused.",
			"올바른 키와 버전 13이 없는 핸드셰이크는 거절한다."},
		{"24 characters of Base64 that end in ==, and version 13; else "
		 "answer 400 (426 for another version).",
			"==로 끝나는 Base64 24글자와 버전 13이 아니면 400(다른 "
			"버전에는 426)으로 답하세요."},
		step_wrong_key},
	/* "uPGRADE: WebSocket", "connection:keep-alive, UPGRADE", no blank or
	 * several after a colon. Before it, names and values may be compared as
	 * they are spelled in the RFC. */
	{"any case", "9110 5.1", "Field names are case-insensitive",
		{"Names are read in any case, and Connection as a list.",
			"이름의 대소문자를 가리지 않고, Connection은 목록으로 "
			"읽는다."},
		{"strncasecmp() for names and tokens; blanks around a value "
		 "are no part of it. Firefox sends Connection: keep-alive, "
		 "Upgrade.",
			"이름과 토큰은 strncasecmp()로 비교하고, 값 앞뒤의 "
			"공백은 빼세요. Firefox는 "
			"Connection: keep-alive, Upgrade라고 보냅니다."},
		step_any_case},
	/* A short text frame, its masking key 00000000, comes in the same write as
	 * the request. (6455 4.1 tells a client to wait for the 101; one in a hurry
	 * does not, and its bytes are no reason to lose step.) A frame with the same payload must come back. It is enough
	 * to send back all bytes after the head as they came, still with their
	 * MASK bit; from here on, likewise what comes later. */
	{"glued frame", "6455 4.2.2",
		"At this point, the server may begin sending (and "
		"receiving) data.",
		{"A frame that comes together with the request is not lost: "
		 "/echo returns it.",
			"요청과 함께 도착한 프레임을 잃지 않는다. /echo가 "
			"되돌려 보낸다."},
		{"What you read may go on behind the empty line: send back "
		 "those bytes after the 101.",
			"읽은 것이 빈 줄 뒤로 이어질 수 있습니다. 101 다음에 "
			"그 "
			"바이트를 되돌려 보내세요."},
		step_glued_frame},

	/* --- frames out ---------------------------------------------------- */

	/* On / the 101 is followed by 81 0d and "Hello Socket!", without being
	 * asked; on /echo by nothing. */
	{"greeting", "6455 5.6",
		"The \"Payload data\" is text data encoded as UTF-8.",
		{"A socket on / is told Hello Socket!, in exactly 15 bytes.",
			"/의 소켓은 Hello Socket!을 정확히 15바이트로 받는다."},
		{"81: FIN and opcode 1. 0d: not masked, 13 bytes. Then the "
		 "text.",
			"81은 FIN과 opcode 1, 0d는 마스크 없음과 "
			"13바이트입니다. "
			"그다음이 텍스트입니다."},
		step_greeting},
	/* A text frame of 5 bytes, its key 00000000, comes back with MASK 0 and
	 * without a key. */
	{"unmasked", "6455 5.1",
		"A server MUST NOT mask any frames that it sends to the "
		"client.",
		{"The server does not mask what it sends.",
			"서버는 보내는 프레임을 마스킹하지 않는다."},
		{"The frame that you send is a new one: 2 bytes of head, then "
		 "the payload; the key of the client is left out.",
			"보내는 것은 새 프레임입니다. 머리 2바이트와 "
			"페이로드뿐, "
			"클라이언트의 키는 들어가지 않습니다."},
		step_unmasked},
	/* Texts of 100, 1000 and 70000 bytes, the key 00000000: each frame that
	 * comes back has its length in 7, 16 and 64 bits. A buffer of a fixed
	 * size, such as 128 KiB, is enough. A head may still be taken for granted
	 * whole: only its payload arrives in many reads. */
	{"lengths", "6455 5.2",
		"The length of the \"Payload data\", in bytes: if 0-125, that "
		"is the payload length.  If 126, the following 2 bytes "
		"interpreted as a 16-bit unsigned integer are the payload "
		"length.",
		{"Lengths of 7, 16 and 64 bits are read and written.",
			"7, 16, 64비트 길이를 읽고 쓴다."},
		{"126 announces 2 more bytes of length, 127 announces 8; the "
		 "highest byte comes first. Wait for all of the payload.",
			"126이면 길이가 2바이트, 127이면 8바이트 더 "
			"이어집니다. "
			"높은 바이트가 먼저입니다. 페이로드가 다 올 때까지 "
			"기다리세요."},
		step_lengths},

	/* --- frames in ----------------------------------------------------- */

	/* The RFC's masked Hello (5.7), then random keys, lengths 1 to 9. */
	{"unmask", "6455 5.3",
		"Octet i of the transformed data (\"transformed-octet-i\") is "
		"the XOR of octet i of the original data "
		"(\"original-octet-i\") with octet at index i modulo 4 of the "
		"masking key (\"masking-key-octet-j\")",
		{"The mask is taken off what the client sends.",
			"클라이언트가 보낸 것의 마스크를 벗긴다."},
		{"payload[i] ^= key[i % 4]", "payload[i] ^= key[i % 4]"},
		step_unmask},
	/* 1 MiB first: a buffer must be able to grow to that. Then 1, 124 to 127,
	 * 255 to 257, 65534 to 65537 bytes. */
	{"borders", "6455 5.2",
		"If 127, the following 8 bytes interpreted as a 64-bit "
		"unsigned integer (the most significant bit MUST be 0) are "
		"the payload length.",
		{"All lengths come back, up to 1 MiB and beside each border.",
			"1 MiB까지, 그리고 경계마다 앞뒤의 모든 길이가 "
			"되돌아온다."},
		{"Let the buffer grow. 125 is the last length of 7 bits, 65535 "
		 "the last one of 16.",
			"버퍼가 커질 수 있어야 합니다. 7비트 길이는 125까지, "
			"16비트 길이는 65535까지입니다."},
		step_borders},
	/* A frame of 6 bytes of head and one of 8, cut in two at each place, and
	 * byte by byte. Before it, less than a head at once may count as an
	 * error. */
	{"cut frame", "6455 6.2",
		"Incoming data MUST be parsed as WebSocket frames as "
		"defined in Section 5.2.",
		{"A frame is read whole, wherever it is cut.",
			"프레임이 어디에서 잘려 도착해도 끝까지 읽는다."},
		{"Is the head complete? Is the payload? If not, wait for more "
		 "and do nothing yet.",
			"머리가 다 왔나요? 페이로드는요? 아니면 아무것도 하지 "
			"말고 더 기다리세요."},
		step_cut_frame},
	/* Two frames in one write, then 50 in one; all come back in order. */
	{"two in a write", "6455 6.2",
		"To receive WebSocket data, an endpoint listens on the "
		"underlying network connection.",
		{"Frames that arrive together are all answered, in order.",
			"함께 도착한 프레임에 모두 차례대로 답한다."},
		{"while, not if: take frames from what you keep until none is "
		 "whole, then move the rest to the front.",
			"if가 아니라 while입니다. 온전한 프레임이 없을 때까지 "
			"꺼내고, 나머지는 앞으로 옮기세요."},
		step_two_in_a_write},
	/* Opcode 2 comes back as opcode 2, with all 256 bytes in it. */
	{"binary", "6455 5.6",
		"The \"Payload data\" is arbitrary binary data whose "
		"interpretation is solely up to the application layer.",
		{"Binary comes back as binary.",
			"바이너리는 바이너리로 되돌아온다."},
		{"Send the opcode that you received; no byte ends a text.",
			"받은 opcode로 보내세요. 어떤 바이트도 문자열의 끝이 "
			"아닙니다."},
		step_binary},
	/* Payload of 0 bytes, text and binary: 6 bytes in, 2 out. Before it, a
	 * server may wait for at least one byte of payload. */
	{"empty", "6455 5.2",
		"The payload length is the length of the \"Extension data\" + "
		"the length of the \"Application data\".",
		{"An empty message is a message.", "빈 메시지도 메시지다."},
		{"81 80 and four bytes of key are a whole frame: answer 81 00.",
			"81 80과 키 4바이트로 온전한 프레임입니다. 81 00으로 "
			"답하세요."},
		step_empty},

	/* --- rules --------------------------------------------------------- */

	/* 81 05 Hello: a Close with 1002 and no echo. Here the server sends its
	 * first Close: 88 02 03 ea. What it does with TCP is asked in 30. */
	{"mask rule", "6455 5.1",
		"The server MUST close the connection upon receiving a frame "
		"that is not masked.",
		{"A frame that is not masked is refused with 1002.",
			"마스킹되지 않은 프레임은 1002로 거절한다."},
		{"Where MASK is 0, send 88 02 03 ea, and handle nothing more "
		 "of this client.",
			"MASK가 0이면 88 02 03 ea를 보내고, 이 클라이언트의 "
			"것은 "
			"더 처리하지 마세요."},
		step_mask_rule},
	/* RSV1, RSV2, RSV3, each on a connection of its own. */
	{"reserved bits", "6455 5.2",
		"If a nonzero value is received and none of the negotiated "
		"extensions defines the meaning of such a nonzero value, the "
		"receiving endpoint MUST _Fail the WebSocket Connection_.",
		{"A reserved bit is refused with 1002.",
			"예약된 비트는 1002로 거절한다."},
		{"byte 0 & 0x70", "바이트 0 & 0x70"}, step_reserved_bits},
	/* 3 to 7 and 0xB to 0xF. Opcodes 0, 8, 9 and 0xA may still be ignored. */
	{"opcodes", "6455 5.2",
		"If an unknown opcode is received, the receiving endpoint MUST "
		"_Fail the WebSocket Connection_.",
		{"A reserved opcode is refused with 1002.",
			"예약된 opcode는 1002로 거절한다."},
		{"0, 1, 2, 8, 9 and 0xA are all that there are.",
			"opcode는 0, 1, 2, 8, 9, 0xA뿐입니다."},
		step_opcodes},
	/* A Ping without FIN, a Close without FIN, a Ping of 126 bytes. */
	{"control", "6455 5.5",
		"All control frames MUST have a payload length of 125 bytes or "
		"less and MUST NOT be fragmented.",
		{"A control frame in fragments or above 125 bytes is refused "
		 "with 1002.",
			"나뉘었거나 125바이트가 넘는 제어 프레임은 1002로 "
			"거절한다."},
		{"opcode & 8: FIN must be 1, and the 7 bits of length at most "
		 "125.",
			"opcode & 8이면 FIN은 1, 7비트 길이는 125 이하여야 "
			"합니다."},
		step_control},
	/* 5 bytes in the 16-bit form, 5 and 300 in the 64-bit form: 1002. */
	{"shortest form", "6455 5.2",
		"in all cases, the minimal number of bytes MUST be used to "
		"encode the length",
		{"A length that is not in its shortest form is refused with "
		 "1002.",
			"가장 짧은 꼴이 아닌 길이는 1002로 거절한다."},
		{"After 126 the length is at least 126, after 127 at least "
		 "65536.",
			"126 뒤의 길이는 126 이상, 127 뒤의 길이는 65536 "
			"이상이어야 합니다."},
		step_shortest_form},
	/* A text of 100 bytes of which only the first 4, wrong ones, are sent:
	 * 1007 without waiting for the rest. Then whole frames: a lone byte, an
	 * overlong form, a surrogate, beyond U+10FFFF, a cut character. A text
	 * with characters of 1 to 4 bytes comes back, and binary is not checked. */
	{"UTF-8", "6455 8.1",
		"When an endpoint is to interpret a byte stream as UTF-8 but "
		"finds that the byte stream is not, in fact, a valid UTF-8 "
		"stream, that endpoint MUST _Fail the WebSocket Connection_.",
		{"Text that is not UTF-8 is refused with 1007, at once.",
			"UTF-8이 아닌 텍스트는 곧바로 1007로 거절한다."},
		{"Check what has arrived so far, before the frame is whole; a "
		 "character may be cut only where more will come.",
			"프레임이 다 오기 전이라도 온 데까지 검사하세요. 더 올 "
			"것이 있을 때만 글자가 잘려 있을 수 있습니다."},
		step_utf8},

	/* --- conversation -------------------------------------------------- */

	/* "Hel" without FIN, a Ping, "lo" with FIN: Hello comes back; the Pong is
	 * asked for in the next step. Three fragments that cut a character. Then
	 * 1002 for a continuation of nothing, and for a text inside a message. */
	{"fragments", "6455 5.4",
		"Control frames (see Section 5.5) MAY be injected in the "
		"middle "
		"of a fragmented message.",
		{"Fragments are joined, with a Ping between them.",
			"조각을 잇는다. 사이에 Ping이 끼어도."},
		{"Keep the opcode of the first fragment and join payloads "
		 "until "
		 "FIN; a control frame changes none of that.",
			"첫 조각의 opcode를 기억하고 FIN까지 페이로드를 "
			"이으세요. 제어 프레임은 그 무엇도 바꾸지 않습니다."},
		step_fragments},
	/* Pings of 4, 0 and 125 bytes. */
	{"pong", "6455 5.5.3",
		"A Pong frame sent in response to a Ping frame must have "
		"identical \"Application data\" as found in the message body "
		"of "
		"the Ping frame being replied to.",
		{"A Ping is answered with a Pong of the same bytes.",
			"Ping에 같은 바이트의 Pong으로 답한다."},
		{"Send the payload back, unmasked, with opcode 0xA.",
			"마스크를 벗긴 페이로드를 opcode 0xA로 돌려보내세요."},
		step_pong},
	/* Close with 1000, 1001 "bye", 3000, 4999: a Close with the same code
	 * (the reason may be left out). Close without a code: any Close. TCP may
	 * stay open. */
	{"close", "6455 5.5.1",
		"When sending a Close frame in response, the endpoint "
		"typically echos the status code it received.",
		{"A Close is answered with a Close of the same code.",
			"Close에 같은 코드의 Close로 답한다."},
		{"The first two bytes of its payload are the code, the highest "
		 "first: send them back with opcode 8.",
			"페이로드의 첫 두 바이트가 코드이고 높은 바이트가 "
			"먼저입니다. opcode 8로 돌려보내세요."},
		step_close},
	/* 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535, and a payload
	 * of one byte: 1002. A reason that is not UTF-8: 1007. */
	{"close codes", "6455 7.4.2",
		"Status codes in the range 0-999 are not used.",
		{"A Close with a code that must not be sent is refused with "
		 "1002.",
			"보내면 안 되는 코드의 Close는 1002로 거절한다."},
		{"1000 to 1003, 1007 to 1014 and 3000 to 4999 may be sent; and "
		 "no code at all.",
			"1000~1003, 1007~1014, 3000~4999만 보낼 수 있습니다. "
			"코드가 아예 없어도 됩니다."},
		step_close_codes},
	/* After both Closes the server closes TCP, in time (--wait) and without a reset,
	 * while the client waits. A text that came behind the Close, in the same
	 * write, is not echoed. */
	{"server closes", "6455 7.1.1",
		"The underlying TCP connection, in most normal cases, "
		"SHOULD be closed first by the server, so that it holds the "
		"TIME_WAIT state and not the client ...",
		{"After both Closes the server is the first to close TCP.",
			"Close를 주고받은 뒤에는 서버가 먼저 TCP를 닫는다."},
		{"When the Close has been sent, close the descriptor; what "
		 "came "
		 "behind the client's Close is thrown away.",
			"Close를 보냈으면 디스크립터를 닫으세요. 클라이언트의 "
			"Close 뒤에 온 것은 버립니다."},
		step_server_closes},

	/* --- many ---------------------------------------------------------- */

	/* All 200 are open at the same time; each is told its own number, in both
	 * orders. Before it, a table for fewer clients is enough: 64, say. */
	{"200 clients", "6455 4.1",
		"There is no limit to the number of established WebSocket "
		"connections a client can have with a single remote host.",
		{"200 sockets are open at once, and each gets its own echo.",
			"소켓 200개가 동시에 열려 있고 저마다 제 메시지를 "
			"돌려받는다."},
		{"Let the table of clients grow, and keep each one's bytes "
		 "apart.",
			"클라이언트 표가 늘어날 수 있게 하고, 바이트는 "
			"클라이언트마다 따로 두세요."},
		step_200_clients},
	/* One client sends up to 32 MiB to the echo and reads nothing. Meanwhile
	 * another one is echoed. Then the first one reads: all texts that it has
	 * sent come back whole, unless the server gives it up. Before it, a send()
	 * may wait, or lose what the kernel does not take. */
	{"not read", "9293 3.8.6",
		"The window sent in each segment indicates the range of "
		"sequence numbers the sender of the window (the data "
		"receiver) is currently prepared to accept.",
		{"A client that does not read keeps nobody else waiting.",
			"읽지 않는 클라이언트 때문에 다른 이가 기다리지 "
			"않는다."},
		{"Descriptors that do not block: what send() does not take, "
		 "keep, and send it on EPOLLOUT. Read no more of that client "
		 "until then.",
			"블로킹하지 않는 디스크립터로, send()가 받지 않은 것은 "
			"두었다가 EPOLLOUT 때 보내세요. 그때까지 그 "
			"클라이언트에게서 더 읽지 마세요."},
		step_not_read},
	/* A head of 1 MiB that does not end is refused (4xx, or closed). Then
	 * random bytes, as a head and as frames; a frame that announces 2^62
	 * bytes; 1000 Pings and a reset before the Pongs are read (SIGPIPE). After
	 * each, another client is echoed. Before it, a head may grow for ever. */
	{"garbage", "6455 10.7",
		"Incoming data MUST always be validated by both clients and "
		"servers.",
		{"Garbage ends its own connection, and never the server.",
			"쓰레기 바이트는 그 연결만 끝낼 뿐 서버를 끝내지 "
			"못한다."},
		{"Put a limit on a head (431) and on a message (1009), ignore "
		 "SIGPIPE, and give up only the client whose call failed.",
			"요청 머리(431)와 메시지(1009)에 한도를 두고, "
			"SIGPIPE를 "
			"무시하고, 호출이 실패한 클라이언트만 포기하세요."},
		step_garbage},

	/* --- files --------------------------------------------------------- */

	/* GET /public/app.js: 200, its length and body; not what / is answered
	 * with. A name beside it that does not exist: 404. */
	{"file", "9110 15.5.5",
		"The 404 (Not Found) status code indicates that the origin "
		"server did not find a current representation for the target "
		"resource",
		{"A file of a folder is served, and one that is missing is a "
		 "404.",
			"폴더의 파일을 보내고, 없는 파일에는 404로 답한다."},
		{"/public/NAME is the file NAME in public/: its size is the "
		 "Content-Length.",
			"/public/이름은 public/ 안의 파일입니다. 그 크기가 "
			"Content-Length입니다."},
		step_file},
	/* /public/../../etc/passwd with .. from once to many times, plain and with
	 * %2e, %2f, a backslash or a second slash: never a 200, unless with the
	 * body that / has. */
	{"none above", "9110 17.3",
		"Therefore, an origin server needs to avoid accessing names "
		"that have a special significance to the system ...",
		{"No path leads out of the folder.",
			"어떤 경로로도 폴더 밖으로 나갈 수 없다."},
		{"Refuse a name with a part that is .. (after decoding %2e), a "
		 "backslash or a leading slash; or use openat2 with "
		 "RESOLVE_BENEATH.",
			"(%2e를 풀어 본 다음) ..인 부분, 역슬래시, 맨 앞의 "
			"슬래시가 있는 이름은 거절하세요. RESOLVE_BENEATH와 "
			"함께 openat2를 써도 됩니다."},
		step_none_above},
};
