/* SHA-256 of bytes, as 64 hex digits. Over HTTP browsers hide crypto.subtle; and for many short texts this is quicker. */
window.sha256 = (function () {
	"use strict";
	var keys = [], start = [], words = new Int32Array(64), prime = 1, i;

	function rot(x, by) { return x >>> by | x << 32 - by; }
	function fraction(x) { return (x - Math.floor(x)) * 4294967296 | 0; }
	function hex(word) { return ("0000000" + (word >>> 0).toString(16)).slice(-8); }

	while (keys.length < 64) {
		for (prime++, i = 2; prime % i; i++);
		if (i < prime) continue;
		if (start.length < 8) start.push(fraction(Math.sqrt(prime)));
		keys.push(fraction(Math.pow(prime, 1 / 3)));
	}
	return function (bytes) {
		var size = bytes.length, view = new DataView(new ArrayBuffer((size + 8 >> 6) + 1 << 6));
		var sums = start, at, i, s, x, y;
		new Uint8Array(view.buffer).set(bytes);
		view.setUint8(size, 128);
		view.setUint32(view.byteLength - 4, size * 8);
		for (at = 0; at < view.byteLength; at += 64) {
			s = sums;
			for (i = 0; i < 64; i++) {
				x = words[i - 15], y = words[i - 2];
				words[i] = i < 16 ? view.getInt32(at + i * 4) : words[i - 16] + words[i - 7] +
					(rot(x, 7) ^ rot(x, 18) ^ x >>> 3) + (rot(y, 17) ^ rot(y, 19) ^ y >>> 10) | 0;
				x = s[4], y = s[0];
				x = s[7] + (rot(x, 6) ^ rot(x, 11) ^ rot(x, 25)) + (x & s[5] ^ ~x & s[6]) + keys[i] + words[i] | 0;
				y = x + (rot(y, 2) ^ rot(y, 13) ^ rot(y, 22)) + (y & s[1] ^ y & s[2] ^ s[1] & s[2]);
				s = [y | 0, s[0], s[1], s[2], s[3] + x | 0, s[4], s[5], s[6]];
			}
			sums = sums.map(function (sum, i) { return sum + s[i] | 0; });
		}
		return sums.map(hex).join("");
	};
})();
