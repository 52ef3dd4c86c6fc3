/*
 * partners.js - which elements show the same byte: each has data-i, the byte's number in
 * the payload, and data-count where it shows several, as a character may. A byte of the
 * masking key has data-k: it belongs to every fourth byte.
 */

export function mark(element, i, count = 1) {
	element.dataset.i = i;
	if (count > 1)
		element.dataset.count = count;
	return element;
}

export function markKey(element, k) {
	element.dataset.k = k;
	return element;
}

function isShown(element, target) {
	const [from, count] = [Number(element.dataset.i), Number(element.dataset.count ?? 1)];
	if (target.dataset.k !== undefined)
		return [...Array(count).keys()].some((n) => (from + n) % 4 === Number(target.dataset.k));
	const [first, length] = [Number(target.dataset.i), Number(target.dataset.count ?? 1)];
	return from < first + length && first < from + count;
}

function isOfKey(element, target) {
	const k = Number(element.dataset.k);
	if (target.dataset.k !== undefined)
		return k === Number(target.dataset.k);
	const [first, length] = [Number(target.dataset.i), Number(target.dataset.count ?? 1)];
	return [...Array(length).keys()].some((n) => (first + n) % 4 === k);
}

/* Lights the byte that is pointed at with all its partners, or none. */
export function light(box, target) {
	const from = target.closest("[data-i], [data-k]");
	box.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
	if (!from || !box.contains(from))
		return;
	for (const element of box.querySelectorAll("[data-i], [data-k]"))
		if (element.dataset.k === undefined ? isShown(element, from) : isOfKey(element, from))
			element.classList.add("lit");
}
