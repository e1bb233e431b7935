/* A check code typed in: to the place on its page where its figures stand. Nothing is sent but the first two characters. */
(function () {
	"use strict";
	var form = document.getElementById("code-form"), status = form.querySelector("[role=status]");

	/* A Chinese keyboard may be left at full width: ８５ＤＣ. */
	function half(character) { return String.fromCharCode(character.charCodeAt(0) - 0xFEE0); }

	form.hidden = false;
	form.onsubmit = function () {
		var code = form.code.value.replace(/[\uFF01-\uFF5E]/g, half).toUpperCase().replace(/[^0-9A-Z]/g, ""), shelf = new XMLHttpRequest();
		var address = code.slice(0, 2) + "/";
		status.textContent = "";
		if (code.length !== 12) {
			status.textContent = form.dataset.short;
			return false;
		}
		shelf.open("GET", address);
		shelf.onloadend = function () {
			if (shelf.status === 200 && shelf.responseText.indexOf('id="' + code + '"') > 0) location.href = address + "#" + code;
			else status.textContent = shelf.status === 200 || shelf.status === 404 ? form.dataset.unknown : form.dataset.offline;
		};
		shelf.send();
		return false;
	};
})();
