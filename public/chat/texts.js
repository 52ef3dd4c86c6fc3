/*
 * texts.js - the texts of this wing. The English of its fixed texts is in chat.html, that
 * of all others in ENGLISH below; KOREAN has the Korean of both.
 */

import { sayFrom } from "../texts.js";

const ENGLISH = {
	"enter": "Enter",
	"rename": "Rename",
	"connecting": "Connecting",
	"lost": "The connection is lost. It is tried again soon",
	"left-room": "You have left the room",
	"not-sent": "Not said: the connection is lost",
	"gap": "Messages were missed",
	"refused": "The server refused that: {0}",
	"joined": "{0} has come",
	"left": "{0} has left",
	"renamed": "{0} is now {1}",
	"one-here": "You are alone here",
	"count-here": "{0} are here",
	"more-here": "and {0} more",
	"you": "you",
	"call": "Connect to {0}",
	"calling": "Connecting to the browser of {0}",
	"call-open": "A data channel to {0} is open: its messages do not pass through the server",
	"call-heard": "Over the data channel, {0} says: {1}",
	"call-failed": "There is no way to the browser of {0}",
	"call-closed": "The data channel to {0} is closed",
	"no-call": "The call of {0} has failed: {1}",
};

const KOREAN = {
	"title": "채팅방",
	"intro": "한 사람이 말하면 방에 있는 모두에게 전달됩니다. 여기서 입장한 다음, 새 탭에서 이 페이지를 열고 거기서도 입장해 보세요.",
	"name": "이름",
	"enter": "입장",
	"rename": "이름 바꾸기",
	"leave": "나가기",
	"message": "모두에게 말하기",
	"say": "말하기",
	"members": "참여자",
	"connecting": "연결 중",
	"lost": "연결이 끊어졌습니다. 곧 다시 시도합니다",
	"left-room": "방에서 나왔습니다",
	"not-sent": "보내지 못함: 연결이 끊어져 있습니다",
	"gap": "일부 메시지를 받지 못했습니다",
	"refused": "서버가 거부했습니다: {0}",
	"joined": "{0} 님이 들어왔습니다",
	"left": "{0} 님이 나갔습니다",
	"renamed": "{0} 님이 이름을 {1}(으)로 바꿨습니다",
	"one-here": "지금은 혼자 있습니다",
	"count-here": "{0}명이 있습니다",
	"more-here": "외 {0}명",
	"you": "나",
	"call": "{0} 님과 직접 연결",
	"calling": "{0} 님의 브라우저에 연결하는 중",
	"call-open": "{0} 님과 데이터 채널이 열렸습니다. 이 채널의 메시지는 서버를 거치지 않습니다",
	"call-heard": "데이터 채널로 {0} 님이 보낸 메시지: {1}",
	"call-failed": "{0} 님의 브라우저에 연결할 수 없습니다",
	"call-closed": "{0} 님과의 데이터 채널이 닫혔습니다",
	"no-call": "{0} 님과 연결하지 못했습니다: {1}",
};

export const TEXTS = { en: ENGLISH, ko: KOREAN };

const sayPage = sayFrom(TEXTS);

/* Without values, {0} and {1} stay for chat.js to fill. */
export const say = (key, ...values) => (values.length ? sayPage(key, ...values)
	: sayPage(key, "{0}", "{1}"));
