/* hex.js - bytes as people write them: "81 85", "10000001" and "1000 0001". */

export const bytesOf = (hex) => (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));

/* A list of pairs of digits, one for each byte. */
export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));

export const bitsOf = (byte) => byte.toString(2).padStart(8, "0");

/* Four bits are one hex digit. */
export const nibblesOf = (byte) => bitsOf(byte).replace(/^..../, "$& ");
