/*
 * texts.js - the texts of the page, in English and in Korean. The English of its fixed
 * texts is in index.html, that of all others in ENGLISH below; KOREAN has the Korean of
 * both. The page is Korean with ?lang=ko, or in a browser that prefers Korean. In the
 * log, the lines of the notes that hello.c follows stay English.
 */

const asked = new URLSearchParams(window.location.search).get("lang");
/* "kok" is Konkani */
export const language = /^ko\b/i.test(asked ?? navigator.language) ? "ko" : "en";

/* {0}, {1} and so on are replaced by values. */
const ENGLISH = {
	"connecting": "connecting",
	"open": "open",
	"closing": "closing",
	"closed": "closed",
	"closed-with": "Closed with {0} ({1})",
	"no-connection": "No connection: {0} ({1})",
	"next-try": "{0}. Next try in {1} s",
	"not-sent": "Not sent: the socket is not open",
	"close-sent": "Close frame sent, waiting for the server’s",
	"characters": "… ({0} characters)",

	/* RFC 6455 7.4.1. 1005 and 1006 are never sent: the browser reports them by itself. */
	"code-1000": "normal closure",
	"code-1001": "going away",
	"code-1002": "protocol error",
	"code-1003": "unsupported data",
	"code-1005": "no status code received",
	"code-1006": "abnormal closure, no Close frame received",
	"code-1007": "invalid payload data",
	"code-1008": "policy violation",
	"code-1009": "message too big",
	"code-1010": "mandatory extension missing",
	"code-1011": "internal error",
	"code-other": "see RFC 6455 7.4",
};

const KOREAN = {
	"intro": "HTTP 서버는 요청이 있어야 응답합니다. *WebSocket*은 연결을 유지하며, 양쪽 모두 언제든 메시지를 보낼 수 있습니다. "
		+ "이 페이지가 방금 WebSocket을 열었고, 서버가 먼저 메시지를 보냈습니다.",
	"connection-title": "연결",
	"browser": "브라우저",
	"server": "서버",
	"close": "닫기",
	"reconnect": "다시 연결",
	"log-title": "실시간 로그",
	"say": "메시지를 보내면 서버 터미널에 표시됩니다",
	"send": "보내기",
	"try-title": "직접 해 보기",
	"try": "서버 터미널이 보이는 상태에서 콘솔을 여세요([F12], Mac에서는 [⌥] [⌘] [J]).",
	"try-1": "연결을 하나 더 열고 서버 로그에 나타나는지 확인하세요.",
	"try-2": "이 페이지의 소켓으로 메시지를 보내 보세요.",
	"try-3": "받은 메시지를 그대로 돌려주는 `/echo`에 연결해 보세요. 한 줄씩 입력합니다.",
	"try-4": "이유를 적어 소켓을 닫아 보세요. 페이지가 자동으로 다시 연결합니다.",
	"try-5": "[Ctrl] [C]로 서버를 종료하고 이 페이지가 재연결을 시도하는 것을 확인한 다음, `make run`으로 다시 시작하세요.",
	"footer": "이 페이지는 외부 사이트에서 아무것도 불러오지 않습니다. "
		+ "소켓의 브라우저 쪽 코드는 app.js에 있습니다. 이 파일부터 읽어 보세요.",

	"connecting": "연결 중",
	"open": "열림",
	"closing": "닫는 중",
	"closed": "닫힘",
	"closed-with": "연결 닫힘: 코드 {0}({1})",
	"no-connection": "연결할 수 없음: 코드 {0}({1})",
	"next-try": "{0}. {1}초 후 다시 시도",
	"not-sent": "보내지 못함: 소켓이 열려 있지 않습니다",
	"close-sent": "Close 프레임을 보냄, 서버의 Close를 기다리는 중",
	"characters": "… ({0}자)",

	"code-1000": "정상 종료",
	"code-1001": "서버 종료 또는 페이지 이동",
	"code-1002": "프로토콜 오류",
	"code-1003": "지원하지 않는 데이터",
	"code-1005": "상태 코드를 받지 못함",
	"code-1006": "비정상 종료, Close 프레임을 받지 못함",
	"code-1007": "잘못된 페이로드 데이터",
	"code-1008": "정책 위반",
	"code-1009": "메시지가 너무 큼",
	"code-1010": "필수 확장이 없음",
	"code-1011": "내부 오류",
	"code-other": "RFC 6455 7.4 참고",
};

export const TEXTS = { en: ENGLISH, ko: KOREAN };

/* Makes a say() for these texts: the page has one, and each wing has its own. */
export const sayFrom = (texts) => (key, ...values) =>
	(texts[language][key] ?? texts.en[key]).replace(/\{(\d)\}/g, (_, i) => values[i]);

export const say = sayFrom(TEXTS);

export const sayCode = (code) => say(`code-${code}` in ENGLISH ? `code-${code}` : "code-other");

/* Turns `code`, *strong* and [key] within a text into elements. */
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

/* The HTML is in English. For another language, each data-text is the key of a text. */
export function translate(root, texts) {
	if (language === "en")
		return;
	for (const element of root.querySelectorAll("[data-text]"))
		fill(element, texts[language][element.dataset.text]);
}
