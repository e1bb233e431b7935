/* A check code typed in: to the place on its page where its figures stand. Nothing is sent but the first two characters. */
(function () {
	"use strict";
	var form = document.getElementById("code-form"), status = form.querySelector("[role=status]");

	form.hidden = false;
	form.onsubmit = function () {
		var code = form.code.value.toUpperCase().replace(/[^0-9A-Z]/g, ""), shelf = new XMLHttpRequest();
		var address = code.slice(0, 2) + "/";
		status.textContent = "";
		if (code.length !== 12) {
			status.textContent = form.dataset.short;
			return false;
		}
		shelf.open("GET", address);
		shelf.onloadend = function () {
			if (shelf.status === 200 && shelf.responseText.indexOf('id="' + code + '"') > 0) location.href = address + "#" + code;
			else status.textContent = form.dataset.unknown;
		};
		shelf.send();
		return false;
	};
})();
