/* Is a snapshot what a page or a paper says? SHA-256 in the browser; nothing is sent. */
(function () {
	"use strict";
	var form = document.getElementById("checker"), status = form.querySelector("[role=status]");

	function say(what, more) { status.textContent = form.dataset[what] + (more || ""); }
	function rot(x, by) { return x >>> by | x << 32 - by; }
	function fraction(x) { return (x - Math.floor(x)) * 4294967296 | 0; }
	function hex(word) { return ("0000000" + (word >>> 0).toString(16)).slice(-8); }

	// over HTTP browsers hide crypto.subtle
	function sha256(bytes) {
		var size = bytes.length, view = new DataView(new ArrayBuffer((size + 8 >> 6) + 1 << 6));
		var keys = [], sums = [], words = [], prime = 1, at, i, s, x, y;
		while (keys.length < 64) {
			for (prime++, i = 2; prime % i; i++);
			if (i < prime) continue;
			if (!keys[7]) sums.push(fraction(Math.sqrt(prime)));
			keys.push(fraction(Math.pow(prime, 1 / 3)));
		}
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
				x = s[7] + (rot(x, 6) ^ rot(x, 11) ^ rot(x, 25)) + (x & s[5] ^ ~x & s[6]) + keys[i] + words[i];
				y = x + (rot(y, 2) ^ rot(y, 13) ^ rot(y, 22)) + (y & s[1] ^ y & s[2] ^ s[1] & s[2]);
				s = [y | 0, s[0], s[1], s[2], s[3] + x | 0, s[4], s[5], s[6]];
			}
			sums = sums.map(function (sum, i) { return sum + s[i] | 0; });
		}
		return sums.map(hex).join("");
	}
	function digest(bytes, then) {
		if (!window.crypto || !crypto.subtle) return then(sha256(bytes));
		crypto.subtle.digest("SHA-256", bytes).then(function (sum) {
			for (var view = new DataView(sum), found = "", i = 0; i < 32; i += 4) found += hex(view.getUint32(i));
			then(found);
		});
	}

	function check(found) {
		var wanted = form.wanted.value, code = wanted.replace(/\s/g, "").toLowerCase();
		var link = document.createElement("a"), page = new XMLHttpRequest();
		function compare(codes) {
			if (codes.indexOf(found) < 0) say("other", found);
			else say("same");
		}
		if (!code) return say("code", found);
		if (/^[0-9a-f]{64}$/.test(code)) return compare(code);
		link.href = wanted;
		page.open("GET", link.pathname);
		page.onloadend = function () { compare(String(page.responseText.match(/hash">[0-9a-f]{64}/g))); };
		page.send();
	}

	form.hidden = false;
	form.onsubmit = function () {
		var file = form.file.files[0], text = form.text.value.replace(/\n+$/, ""), reader = new FileReader();
		reader.onload = function () { digest(new Uint8Array(reader.result), check); };
		// copying loses the last line breaks: two where no rows are
		if (file || text) reader.readAsArrayBuffer(file || new Blob([text + (/\n\n/.test(text) ? "\n" : "\n\n")]));
		else say("nothing");
		return false;
	};
})();
