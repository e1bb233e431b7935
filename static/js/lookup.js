/* Look-up without leaving the page: nothing goes into the history, what was typed stays until it is right, and a flood
   is answered by a little computing. Without script the form is sent as any form. */
(function () {
	"use strict";
	var form = document.getElementById("lookup"), answer = document.getElementById("answer");
	var working = document.getElementById("working"), proof = "", first = "id";

	function each(selector, act) {
		var found = document.querySelectorAll(selector);
		for (var i = 0; i < found.length; i++) act(found[i]);
	}
	function wipe() {
		answer.innerHTML = "";
		if (form) { form.reset(); form.hidden = false; }
	}
	function busy(yes) {
		working.hidden = !yes;
		form.querySelector("[type=submit]").disabled = yes;
	}
	function wire() {
		each("[data-script]", function (part) { part.hidden = false; });
		each("[data-print]", function (button) { button.onclick = function () { window.print(); }; });
		if (form) each("#answer a[data-done], #answer a[href$=lookup]", function (link) {
			// to ask once more is to correct what was typed; only who has finished begins anew
			link.onclick = function () {
				if (link.hasAttribute("data-done")) wipe(); else answer.innerHTML = "";
				form.elements[first].focus();
				return false;
			};
		});
	}
	// the session at the desk has ended, or the service fails: never a wait without end, and what was typed stays
	function fail(words) {
		proof = "";
		busy(false);
		answer.textContent = words;
		answer.scrollIntoView();
	}
	function mark(page) {
		each("#lookup .field input", function (field) {
			var there = page.getElementById(field.id), wrong = there && there.getAttribute("aria-invalid");
			field.parentNode.className = wrong ? "field wrong" : "field";
			if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
		});
	}
	function show(page) {
		var found = page && page.getElementById("answer"), outcome = found && found.getAttribute("data-outcome");
		if (!found) return fail(form.getAttribute("data-failed"));
		if (outcome === "proof" && !proof) return window.proveWork(JSON.parse(found.getAttribute("data-challenge")), function (made) {
			proof = made;
			send();
		});
		proof = "";
		busy(false);
		mark(page);
		var problems = page.querySelector(".problems");
		answer.innerHTML = "";
		answer.appendChild(document.importNode(problems || found, true)).removeAttribute("id");
		form.hidden = outcome === "found";
		if (outcome === "found") form.reset();
		first = outcome === "tail" ? "tail" : "id";
		wire();
		answer.focus();
		answer.scrollIntoView();
	}
	function send() {
		var request = new XMLHttpRequest(), body = [];
		each("#lookup input, #lookup select", function (field) {
			if (field.type !== "radio" || field.checked) body.push(field.name + "=" + encodeURIComponent(field.value));
		});
		if (proof) body.push("altcha=" + encodeURIComponent(proof));
		request.open("POST", form.action);
		request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
		request.responseType = "document";
		request.timeout = 60000;
		request.onload = function () { show(request.response); };
		request.onerror = request.ontimeout = function () { fail("没有连上网络，什么都没有查。请看看网络，再按一次“查询”。"); };
		request.send(body.join("&"));
	}

	wire();
	if (form) form.onsubmit = function () { busy(true); send(); return false; };
	window.addEventListener("pagehide", wipe);
	// a page that comes back from the browser's memory shows nothing of anybody
	window.addEventListener("pageshow", function (event) { if (event.persisted) location.replace(location.pathname); });
})();
