/* Complaints without leaving the page: what is typed goes into no history and no address. Where the network drops, the
   words stay on this device until they were sent; the form's own key sees to it that they arrive once. At a kiosk
   nothing stays. Without script every page is sent as any form. */
(function () {
	"use strict";
	var DRAFT = "mingbai-complaint", PATIENCE = 120000, body = document.body, kiosk = body.getAttribute("data-kiosk");
	var LARGEST = 10 * 1024 * 1024, turn = 0, running = null, steps = 0;

	function one(selector, where) { return (where || document).querySelector(selector); }
	function each(selector, act) {
		var found = document.querySelectorAll(selector);
		for (var i = 0; i < found.length; i++) act(found[i]);
	}
	function main() { return document.getElementById("main"); }

	/* the draft: the fields of the form, never its files, for three days: phones are lent and sold */
	function keep(fields) {
		try { localStorage.setItem(DRAFT, JSON.stringify({ since: Date.now(), fields: fields })); } catch (error) { return false; }
		return true;
	}
	function kept() {
		try {
			var draft = JSON.parse(localStorage.getItem(DRAFT)), age = Date.now() - draft.since;
			if (age >= 0 && age < 3 * 24 * 3600e3) return draft.fields;
		} catch (error) { return null; } // nothing there, or nothing that can be read
		forget();
		return null;
	}
	function forget() { try { localStorage.removeItem(DRAFT); } catch (error) { return; } }
	function fieldsOf(form) {
		var found = [], elements = form.elements;
		for (var i = 0; i < elements.length; i++) {
			var field = elements[i];
			if (!field.name || /^(file|submit|button)$/.test(field.type) || (/^(radio|checkbox)$/.test(field.type) && !field.checked)) continue;
			found.push([field.name, field.value]);
		}
		return found;
	}

	/* asking the service */
	function dataOf(form, pressed) {
		var data, files = one("input[type=file]", form), parts = fieldsOf(form), isSending = !!pressed && pressed.value === "send";
		if (pressed && pressed.name) parts.push([pressed.name, pressed.value]);
		if (files && window.FormData) {
			data = new FormData();
			parts.forEach(function (part) { data.append(part[0], part[1]); });
			each("#complain input[type=file]", function (field) {
				for (var i = 0; i < field.files.length; i++) data.append(field.name, field.files[i]);
			});
			return { form: data, isSending: isSending };
		}
		return { parts: parts, isSending: isSending };
	}
	function post(form, data, isReturn) {
		var request = running = new XMLHttpRequest(), mine = ++turn, sent = data.form;
		busy(form, true);
		request.open("POST", form.action);
		if (!sent) {
			request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
			sent = data.parts.map(function (part) { return part[0] + "=" + encodeURIComponent(part[1]); }).join("&");
		}
		request.responseType = "document";
		request.timeout = PATIENCE;
		request.onload = function () {
			var page = request.response, place = page && page.getElementById("main");
			if (mine !== turn) return;
			if (!place || request.status === 500 || request.status === 502 || request.status === 504) return failed(form, data.isSending);
			answered(form, data, page, place, request.status, isReturn);
		};
		request.onerror = request.ontimeout = function () { if (mine === turn) failed(form, data.isSending); };
		request.send(sent);
	}
	function answered(form, data, page, place, status, isReturn) {
		var asked = one("[data-challenge]", place), held = one("[data-keep]", place);
		if (asked && !data.proved) return window.proveWork(JSON.parse(asked.getAttribute("data-challenge")), function (made) {
			data.proved = true;
			if (data.form) data.form.append("altcha", made);
			else data.parts.push(["altcha", made]);
			post(form, data);
		});
		busy(form, false);
		if (held && status !== 503) return say(form, held); // the words stay where they were typed
		if (!isReturn && step() && step(place) !== step()) mark();
		show(page, place);
	}
	function step(where) {
		var form = one("#complain", where);
		return form && form.getAttribute("data-step");
	}
	// the device's own way back leads to the page before, not out of the form; history learns that, and no word
	function mark() {
		if (kiosk) return;
		history.pushState(null, "", location.pathname);
		steps++;
	}
	window.addEventListener("popstate", function () {
		var form = one("#complain"), back = form && one("[value=back]", form);
		if (!steps) return;
		steps--;
		if (back && !back.disabled) post(form, dataOf(form, back), true);
	});
	function show(page, place) {
		main().innerHTML = "";
		while (place.firstChild) main().appendChild(document.adoptNode(place.firstChild));
		document.title = page.title;
		if (one("[data-receipt]")) forget();
		wire();
		(one(".problems") || heading()).focus();
		window.scrollTo(0, 0);
		main().scrollTop = 0;
	}
	function heading() {
		var found = one("h1", main());
		found.setAttribute("tabindex", "-1");
		return found;
	}
	function busy(form, yes) {
		var note = one(".working", form), buttons = form.querySelectorAll("button");
		if (note) note.hidden = !yes;
		for (var i = 0; i < buttons.length; i++) buttons[i].disabled = yes;
	}
	function say(form, problem) {
		var old = one(".problems", form), place = one(".said", form) || form;
		if (old) old.parentNode.removeChild(old);
		place.insertBefore(typeof problem === "string" ? made(problem) : document.importNode(problem, true), place.firstChild);
		one(".problems", form).focus();
		place.scrollIntoView();
	}
	function made(words) {
		var box = document.createElement("div");
		box.className = "problems";
		box.setAttribute("role", "alert");
		box.setAttribute("tabindex", "-1");
		box.appendChild(document.createElement("p")).textContent = words;
		return box;
	}
	// what was sent may have arrived although its answer did not: "not sent" is said only where nothing could have been
	function failed(form, isSending) {
		var words = isSending ? "网络断了，不知道寄到了没有。请看看网络，再按一次“寄出”：寄两次也只收一份。" : "没有连上网络，还没有寄出。请看看网络，再按一次。", isComplaint = /\/complain$/.test(form.action);
		busy(form, false);
		if (isComplaint && !kiosk && keep(fieldsOf(form))) words += "写的字先存在这台手机里，三天内打开这一页还能接着寄（照片、录音要再选一次）。";
		say(form, words);
	}

	/* what is on the page now */
	function wire() {
		each("[data-script]", function (part) { part.hidden = false; });
		each("[data-print]", function (button) { button.onclick = function () { window.print(); }; });
		each("[data-leave]", function (link) { link.onclick = function () { leave(); return false; }; });
		each("[data-done]", function (link) { link.onclick = function () { location.replace(link.href); return false; }; });
		each("form.cases", wireForm);
		each("[data-picture]", function (button) { button.onclick = draw; });
		each(".problems a", function (link) {
			link.onclick = function () {
				var field = document.getElementById(link.getAttribute("href").slice(1));
				if (field) { field.focus(); field.scrollIntoView(); }
				return false;
			};
		});
		// at a kiosk nothing leads out of these pages
		if (kiosk) each("main a[href]", function (link) {
			if (!/(complain|request|follow|receipt-check|kiosk)([?#]|$)/.test(link.getAttribute("href")) && link.getAttribute("href").charAt(0) !== "#") link.removeAttribute("href");
		});
		offer();
		fragment();
	}
	function wireForm(form) {
		var pressed = null, fields = form.querySelectorAll("[data-most]");
		form.onclick = function (event) {
			var node = event.target;
			while (node && node !== form && node.nodeName !== "BUTTON") node = node.parentNode;
			if (node && node.nodeName === "BUTTON") pressed = node;
		};
		form.onsubmit = function () {
			var button = pressed || one("button[type=submit]", form);
			pressed = null;
			if (button.value === "back" && steps) history.back();
			else if (button.value === "send" && tooLarge(form)) say(form, tooLarge(form));
			else post(form, dataOf(form, button), button.value === "back");
			return false;
		};
		form.onchange = function () { match(form); };
		match(form);
		for (var i = 0; i < fields.length; i++) count(fields[i]);
	}
	// told before anything is sent, since a service that refuses a large body may hang up on the sender
	function tooLarge(form) {
		var fields = form.querySelectorAll("input[type=file]"), all = 0, i, j, words = "";
		for (i = 0; i < fields.length; i++) for (j = 0; j < fields[i].files.length; j++) {
			all += fields[i].files[j].size;
			if (fields[i].files[j].size > LARGEST) words = "文件“" + fields[i].files[j].name + "”太大了，一个文件不能超过10兆。请换一个，或者拍小一点。";
		}
		return words || (all > 5.5 * LARGEST ? "照片加起来太大了。照片最多5张，请少选几张。" : "");
	}
	// parts that belong to what was chosen
	function match(form) {
		var whom = chosen(form, "whom"), named = chosen(form, "named"), boxes = form.querySelectorAll(".choice");
		for (var i = 0; i < boxes.length; i++) boxes[i].className = one("input", boxes[i]).checked ? "choice chosen" : "choice";
		each("[data-for]", function (part) {
			part.hidden = (" " + part.getAttribute("data-for") + " ").indexOf(" " + whom + " ") < 0;
		});
		each("[data-named]", function (part) { part.hidden = named !== "yes"; });
	}
	function chosen(form, name) {
		var found = one("input[name=" + name + "]:checked", form);
		return found ? found.value : "";
	}
	function count(field) {
		var most = +field.getAttribute("data-most"), note = one("[data-count]", field.parentNode);
		field.oninput = function () {
			var length = field.value.length;
			note.hidden = length < most * .8;
			note.textContent = length > most ? "多了" + (length - most) + "个字，请删短一些" : "还能写" + (most - length) + "个字";
		};
		field.oninput();
	}
	function offer() {
		var place = document.getElementById("draft"), fields = !kiosk && kept();
		if (!place || !fields) return;
		place.hidden = false;
		one("[data-forget]", place).onclick = function () { forget(); place.hidden = true; heading().focus(); };
		one("[data-resume]", place).onclick = function () {
			var parts = fields.filter(function (part) { return part[0] !== "ticket"; });
			post(document.getElementById("complain"), { parts: parts.concat([["go", "check"]]) });
		};
	}
	// a receipt or a proof that came behind the "#" of a scanned address: into the field, out of the address
	function fragment() {
		var field = one("[data-fragment]"), words = location.hash.slice(1);
		if (!field || !/^[\w.-]{10,}$/.test(words)) return;
		field.value = /^\d+$/.test(words) ? words.replace(/(\d{4})(?=\d)/g, "$1 ") : words;
		history.replaceState(null, "", location.pathname);
		field.focus();
	}

	/* the receipt as a picture: what is kept is kept as people keep things on a phone */
	function draw() {
		var canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), image = one("[data-code]"), y = 60;
		var lines = [["明白账 回执", "bold 40px", 56], [one("[data-groups]").textContent, "bold 54px", 84]];
		each("[data-line]", function (part) { lines.push([part.getAttribute("data-line") + "：" + part.textContent.replace(/\s+/g, ""), "30px", 46]); });
		lines.push(["凭回执号或二维码查进度，别给别人看", "30px", 46]);
		canvas.width = 760;
		canvas.height = lines.reduce(function (sum, line) { return sum + line[2]; }, 440);
		pen.fillStyle = "#fff";
		pen.fillRect(0, 0, canvas.width, canvas.height);
		pen.fillStyle = "#000";
		lines.forEach(function (line) {
			pen.font = line[1] + " sans-serif";
			pen.fillText(line[0], 40, y, 680);
			y += line[2];
		});
		pen.imageSmoothingEnabled = false;
		pen.drawImage(image, 200, y - 20, 360, 360);
		one("[data-made]").src = canvas.toDataURL("image/png");
		one("[data-picture-place]").hidden = false;
		one("[data-picture-place]").scrollIntoView();
	}

	/* a kiosk: everything goes when somebody says so, or nobody has touched the machine */
	function leave() {
		turn++;
		if (running) running.abort();
		main().innerHTML = "";
		location.replace(kiosk);
	}
	if (kiosk) (function () {
		var warned = 30000, last = Date.now();
		function tick() {
			// a page that only shows what was written may say that it stands for less long
			var idle = 1000 * (one("[data-idle]", main()) || body).getAttribute("data-idle"), left = last + idle - Date.now();
			if (left > idle) last = Date.now(); // the clock was set back
			if (left <= 0) return leave();
			document.getElementById("k-seconds").textContent = Math.ceil(left / 1000);
			document.getElementById("k-countdown").hidden = left > warned;
		}
		["touchstart", "mousedown", "keydown", "wheel", "input", "compositionupdate"].forEach(function (name) {
			document.addEventListener(name, function () { tick(); last = Date.now(); document.getElementById("k-countdown").hidden = true; }, true);
		});
		["auxclick", "contextmenu", "dragstart", "copy", "cut"].forEach(function (name) {
			document.addEventListener(name, function (event) { event.preventDefault(); });
		});
		document.addEventListener("visibilitychange", tick);
		window.addEventListener("pagehide", function () { main().innerHTML = ""; });
		window.addEventListener("pageshow", function (event) { if (event.persisted) leave(); });
		setInterval(tick, 250);
	})();

	wire();
	// another slip was scanned while this page stood open
	window.addEventListener("hashchange", function () { if (location.hash.length > 10) location.reload(); });
	// followed cases and receipts do not come back from the browser's memory
	window.addEventListener("pageshow", function (event) {
		if (event.persisted && one("[data-receipt], [data-case]")) location.replace(location.pathname);
	});
})();
