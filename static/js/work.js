/* Proof of work: finds the number that a challenge asks for, a little at a time, so that the page stays alive. */
window.proveWork = function (challenge, then) {
	"use strict";
	var number = 0, salt = challenge.salt;

	function bytes(text) {
		for (var made = new Uint8Array(text.length), i = 0; i < text.length; i++) made[i] = text.charCodeAt(i);
		return made;
	}
	function some() {
		for (var until = number + 500; number < until; number++) {
			if (number > challenge.maxnumber) return then("");
			if (window.sha256(bytes(salt + number)) !== challenge.challenge) continue;
			return then(btoa(JSON.stringify({
				algorithm: challenge.algorithm, challenge: challenge.challenge, number: number, salt: salt,
				signature: challenge.signature
			})));
		}
		setTimeout(some, 0);
	}
	some();
};
