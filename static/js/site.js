/* Large type, high contrast, reading aloud, printing, this device's village, searching a list. Every page is complete without. */
(function () {
	"use strict";
	var page = document.documentElement, speech = window.speechSynthesis;
	function one(selector) { return document.querySelector(selector); }
	function each(selector, act) {
		var found = document.querySelectorAll(selector);
		for (var i = 0; i < found.length; i++) act(found[i]);
	}
	// what this device remembers; nothing where it may not
	function remembered(key) { try { return localStorage.getItem("mingbai-" + key); } catch (error) { return null; } }
	function remember(key, value) {
		try { value ? localStorage.setItem("mingbai-" + key, value) : localStorage.removeItem("mingbai-" + key); } catch (error) { return; }
	}

	each("[data-script]", function (part) { part.hidden = false; });
	if (window.print && !/MicroMessenger/.test(navigator.userAgent)) each("[data-print]", function (button) {
		button.hidden = false;
		button.onclick = function () { window.print(); };
	});
	each("[data-mode]", function (button) {
		var mode = button.getAttribute("data-mode");
		function set(on) {
			page.classList[on ? "add" : "remove"](mode);
			button.setAttribute("aria-pressed", on);
		}
		set(!!remembered(mode));
		button.onclick = function () {
			set(!page.classList.contains(mode));
			remember(mode, page.classList.contains(mode) && "1");
		};
	});

	// an ID or card number that somebody types into a search stays out of the address; the answer says where it belongs
	each("form[action$=search]", function (form) {
		form.addEventListener("submit", function () {
			var field = form.elements.q;
			if (/[0-9\uff10-\uff19]{14}/.test(field.value.replace(/[\s-]/g, ""))) field.value = "00000000000000";
		});
	});

	// the village last looked at: its code and name
	each("[data-village]", function (place) { remember("village", place.getAttribute("data-village")); });
	each("[data-my-village]", function (place) {
		var mine = /^(\d{12}) (.+)$/.exec(remembered("village") || ""), link = place.querySelector("a");
		if (!mine) return;
		link.href = place.getAttribute("data-my-village") + "villages/" + mine[1] + "/";
		link.textContent = "我的村：" + mine[2];
		place.hidden = false;
		place.querySelector("button").onclick = function () { remember("village"); place.hidden = true; };
	});

	// a list: find a row, name a row
	var rows = one("#rows"), search = one("#row-search"), code = one("#row-code"), bar = one(".row-bar");
	if (rows && search) search.oninput = function () {
		var word = search.value.replace(/\s/g, "").toUpperCase(), count = 0;
		each("#rows tr", function (row) {
			row.hidden = row.textContent.toUpperCase().indexOf(word) < 0;
			if (!row.hidden) count++;
		});
		one("#row-count").textContent = word && (count ? "这一页有" + count + "行" : "这一页没有“" + word + "”");
	};
	function name(word) {
		each("[data-code]", function (place) { place.textContent = word || "____"; });
		each("#rows tr", function (row) { row.className = word && row.firstChild.textContent === word ? "picked" : ""; });
	}
	if (rows && code) {
		rows.onclick = function (event) {
			var row = event.target;
			while (row !== rows && row.nodeName !== "TR") row = row.parentNode;
			if (row === rows) return;
			name(code.value = row.firstChild.textContent);
			bar.hidden = false;
		};
		code.oninput = function () { name(code.value.trim().toUpperCase()); };
	}

	// reading aloud, where the device has a Chinese voice
	var read = one("#read"), voice, words;
	function quiet() { speech.cancel(); read.setAttribute("aria-pressed", false); }
	function listen() {
		voice = speech.getVoices().filter(function (one) { return /^(zh|cmn)/i.test(one.lang); })[0];
		read.hidden = !voice;
	}
	if (read && speech && speech.getVoices) {
		listen();
		speech.onvoiceschanged = listen;
		window.addEventListener("pagehide", quiet);
		read.onclick = function () {
			var reading = read.getAttribute("aria-pressed") === "true";
			quiet();
			if (reading) return;
			read.setAttribute("aria-pressed", true);
			// piece by piece: voices break off in long texts
			each("h1, main h2, main h3, main p, main li, main dt, main dd, main table:not(.rows) tr", function (part) {
				if (!part.offsetHeight || part.querySelector("p, li")) return;
				words = new SpeechSynthesisUtterance(part.innerText);
				words.lang = voice.lang;
				words.voice = voice;
				speech.speak(words);
			});
			words.onend = quiet;
		};
	}
})();
