/* The kiosk. What is typed and answered lives in variables and in this one document: never in a form, an address, the
   history or a store. It goes when somebody says so, when nobody has touched the machine for a while, and whenever the
   page is left. The site's own pages are shown inside of this document, so that the way home and the clock stay. */
(function () {
	"use strict";
	var page = document.documentElement, body = document.body, worker = navigator.serviceWorker;
	var DONE = { answer: "我看完了", message: "我看完了" }, PATIENCE = 20000, POLL = 600000, STALE = 6 * 3600000;
	var idle = 1000 * (setting("idle") || 60), warned = Math.min(15000, idle / 2), reader = setting("reader");
	var opened = Date.now(), last = opened, turn = 0, current = "", running = null;
	var typed, proof, trail, needsTail, again;
	var anchor = document.createElement("a");
	anchor.href = setting("root");
	var site = anchor.href;

	function setting(name) { return body.getAttribute("data-" + name); }
	function part(name) { return document.getElementById("k-" + name); }
	function each(where, selector, act) {
		var found = where.querySelectorAll(selector);
		for (var i = 0; i < found.length; i++) act(found[i]);
	}
	function closest(node, name) {
		while (node && (node.nodeName || "").toUpperCase() !== name) node = node.parentNode;
		return node;
	}

	/* screens */
	function show(name, focused) {
		var screen = part(name);
		each(document, ".screen", function (other) { other.hidden = other !== screen; });
		current = name;
		page.className = "kiosk on-" + name;
		part("bar").hidden = name === "front";
		part("back").hidden = name === "answer" || name === "working";
		part("print").hidden = name !== "answer" || !window.print;
		part("done").textContent = DONE[name] || "回首页";
		part("main").scrollTop = 0;
		focused = focused || screen.querySelector("h1");
		if (focused) focused.focus();
	}
	function say(name, words) { part(name + "-words").textContent = words; }
	function draw() {
		var left = 18 - typed.id.length;
		part("id-shown").textContent = typed.id.replace(/^(.{6})(.+)$/, "$1 $2").replace(/^(.{15})(.+)$/, "$1 $2");
		part("id-count").textContent = left === 18 ? "一共18位" : left ? "填了" + typed.id.length + "位，还差" + left + "位" : "18位填满了，请对一遍";
		part("tail-shown").textContent = typed.tail;
		// X can only be the last one
		each(document, "[data-key=X]", function (key) { key.disabled = left !== 1; });
		part("skip").parentNode.hidden = needsTail;
	}
	function cancel() {
		turn++;
		if (running) running.abort();
		running = null;
	}
	function wipe() {
		cancel();
		again = null;
		typed = { id: "", name: "", tail: "" };
		proof = "";
		trail = [];
		needsTail = false;
		part("name-field").value = "";
		each(document, ".slot", empty);
		each(document, ".words", empty);
		part("countdown").hidden = true;
		draw();
		show("front");
	}
	function empty(node) { node.textContent = ""; }

	/* what comes from the site, put into a screen */
	function pathOf(address) {
		return address.indexOf(site) ? null : address.split(/[?#]/)[0].slice(site.length).replace(/(^|\/)index\.html$/, "$1");
	}
	function isShown(path) { return path === "lookup" || path !== null && /^$|\/$|\.html$/.test(path); }
	function fill(slot, from) {
		var made;
		// addresses are made whole by the document they came with; what leads nowhere at a kiosk becomes plain text
		each(from, "a, img", function (node) { node.setAttribute("data-whole", node.href || node.src || ""); });
		made = document.importNode(from, true);
		each(made, "script, form, iframe, object, [data-script], .tools-row, .row-bar, .mine, [download]", function (node) {
			node.parentNode.removeChild(node);
		});
		each(made, "img", function (image) { image.src = image.getAttribute("data-whole"); });
		each(made, "a", function (link) {
			var whole = link.getAttribute("data-whole"), path = pathOf(whole);
			link.removeAttribute("target");
			if (isShown(path)) link.href = whole;
			else link.removeAttribute("href");
		});
		slot.textContent = "";
		while (made.firstChild) slot.appendChild(made.firstChild);
	}
	function heading(node) {
		if (!node) return;
		node.setAttribute("tabindex", "-1");
		node.focus();
	}
	function fetchPage(method, path, send, then) {
		var request = running = new XMLHttpRequest(), mine = turn;
		function settled(found) {
			return function () {
				if (mine !== turn || running !== request) return;
				running = null;
				then(found ? request.response : null, request);
			};
		}
		request.open(method, path);
		request.responseType = "document";
		request.timeout = PATIENCE;
		if (send) request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
		request.onload = settled(true);
		request.onerror = request.ontimeout = settled(false);
		request.send(send);
	}

	/* look-up */
	function ask(fields, then) {
		var sent = [];
		for (var name in fields) sent.push(name + "=" + encodeURIComponent(fields[name]));
		fetchPage("POST", site + "lookup", sent.join("&"), function (answer, request) {
			if (answer) return then(answer);
			if (request.status) return tell("出了点问题", "这次没有查成。请再试一次，还不行就告诉工作人员。", "再试一次", send);
			tell("没有连上网络", "什么都没有查。请等一会儿再试，还不行就告诉工作人员。", "再试一次", send);
		});
	}
	function problems(answer) {
		var found = {}, any = false;
		each(answer, ".problems a", function (link) { found[link.getAttribute("href").slice(1)] = link.textContent; any = true; });
		return any && found;
	}
	// with the number alone the service says whether it can be right, before anybody looks for the letters of a name
	function checkNumber() {
		say("id", "");
		part("id-count").textContent = "正在核对，请稍等……";
		ask({ id: typed.id, name: "" }, function (answer) {
			var wrong = problems(answer) || {};
			draw();
			if (wrong.id) return correct({ id: wrong.id });
			askName();
		});
	}
	function askName() {
		part("name-field").value = typed.name;
		show("name", part("name-field"));
	}
	function takeName() {
		var name = part("name-field").value;
		if (!name.trim()) return say("name", "请填姓名");
		typed.name = name;
		part("name-field").value = "";
		say("name", "");
		show("tail");
	}
	function correct(wrong) {
		if (wrong.id) {
			show("id");
			say("id", wrong.id);
		} else if (wrong.name) {
			askName();
			say("name", wrong.name);
		} else {
			show("tail");
			say("tail", wrong.tail);
		}
	}
	function send() {
		say("tail", "");
		show("working");
		ask(proof ? { id: typed.id, name: typed.name, tail: typed.tail, altcha: proof } : typed, answered);
	}
	function answered(answer) {
		var found = answer.getElementById("answer"), outcome = found && found.getAttribute("data-outcome"), wrong = problems(answer), mine = turn;
		if (outcome === "proof" && !proof) return window.proveWork(JSON.parse(found.getAttribute("data-challenge")), function (made) {
			if (mine !== turn) return;
			proof = made;
			send();
		});
		proof = "";
		if (wrong) return correct(wrong);
		if (!outcome) return tell("出了点问题", "这次没有查成。请再试一次，还不行就告诉工作人员。", "再试一次", send);
		if (outcome === "tail") {
			needsTail = true;
			draw();
			show("tail");
			return say("tail", found.querySelector(".lead").textContent);
		}
		if (outcome === "closed" || outcome === "proof") return tell(titleOf(answer), found, "再查一次", send);
		if (outcome !== "found") return tell(titleOf(answer), found, "改一改再查", change);
		typed = { id: "", name: "", tail: "" };
		draw();
		fill(part("answer").querySelector(".slot"), found);
		// there is no page to close here
		each(part("answer"), "[data-at-home]", function (words) { words.parentNode.removeChild(words); });
		show("answer");
	}
	function titleOf(answer) { return answer.querySelector("h1").textContent; }
	function change() { show("id"); }
	function tell(title, words, word, act) {
		var slot = part("message").querySelector(".slot");
		part("message").querySelector("h1").textContent = title;
		if (words.nodeType) {
			fill(slot, words);
			each(slot, ".go", function (link) { link.parentNode.removeChild(link); });
		} else slot.textContent = words;
		part("again").textContent = word;
		again = act;
		show("message");
	}

	/* ID card: the reader's own program on this machine, asked with nothing kept on the way */
	function readCard() {
		cancel();
		var mine = turn, waiting = setTimeout(silent, PATIENCE), said = false;
		function ends(words) {
			clearTimeout(waiting);
			if (mine === turn) say("id", words);
			mine = -1;
		}
		function silent() { ends(said ? "没有读到证。请把身份证平放在读卡器上，再按“刷身份证”。" : "读卡器没有回答。请再按一次，还不行就按数字键填，或者告诉工作人员。"); }
		function at(answer, place) {
			place.split(".").forEach(function (step) { answer = answer === null || answer === undefined ? answer : answer[step]; });
			return answer ? String(answer).trim() : "";
		}
		say("id", "正在读，请把身份证放在读卡器上……");
		fetch(reader, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" }).then(function (answer) {
			said = true;
			return answer.json();
		}).then(function (answer) {
			var id = at(answer, setting("reader-id")), name = at(answer, setting("reader-name"));
			if (mine !== turn) return;
			if (!id || !name) return silent();
			ends("");
			typed = { id: id, name: name, tail: "" };
			draw();
			show("tail");
		}).catch(function () {
			if (said) silent();
			else ends("读卡器的程序没有打开。请按数字键填，或者告诉工作人员。");
		});
	}

	/* the site's pages */
	function open(address, isReturn) {
		var path = pathOf(address), mark = address.split("#")[1], slot = part("page").querySelector(".slot"), there = trail[trail.length - 1];
		if (!isShown(path)) return;
		if (path === "lookup" || !path) {
			wipe();
			return path && show("id");
		}
		if (current !== "page") wipe();
		else if (there && pathOf(there) === path && mark && !isReturn) return jump(mark);
		if (!isReturn) trail.push(address);
		show("page");
		empty(slot);
		part("kept").hidden = true;
		part("opening").hidden = false;
		fetchPage("GET", site + path, null, function (answer, request) {
			var main = answer && answer.getElementById("main");
			part("opening").hidden = true;
			if (main) {
				fill(slot, main);
				part("kept").hidden = !request.getResponseHeader("X-Kept");
			} else slot.innerHTML = "<h1>这一页打不开</h1><p>现在没有网络，或者网站出了问题。请过一会儿再看。</p>";
			part("main").scrollTop = 0;
			heading(slot.querySelector("h1"));
			if (mark) jump(mark);
		});
	}
	function jump(mark) {
		var place = document.getElementById(mark);
		if (!place) return;
		place.scrollIntoView();
		heading(place);
	}
	function back() {
		if (current === "name") {
			typed.name = part("name-field").value;
			part("name-field").value = "";
			show("id");
		} else if (current === "tail") askName();
		else if (current === "message" && typed.id) show("id");
		else if (current === "page" && trail.length > 1) {
			trail.pop();
			open(trail[trail.length - 1], true);
		} else wipe();
	}

	/* keys, on the screen and on a board */
	function press(key) {
		var most = current === "id" ? 18 : 4, text = typed[current];
		if (key === "back") text = text.slice(0, -1);
		else if (key === "clear") text = "";
		else if (text.length < most && (/^[0-9]$/.test(key) || key === "X" && current === "id" && text.length === 17)) text += key;
		typed[current] = text;
		say(current, "");
		draw();
	}
	function next() {
		if (running) return;
		if (current === "id") checkNumber();
		else if (current === "name") takeName();
		else if (current === "tail") send();
	}
	document.addEventListener("keydown", function (event) {
		var onPad = current === "id" || current === "tail", key = event.key;
		if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
		if (key === "Enter" && (onPad || current === "name") && !closest(event.target, "BUTTON")) next();
		else if (onPad && key === "Backspace") press("back");
		else if (onPad && key === "Delete") press("clear");
		else if (onPad && /^[0-9xX]$/.test(key)) press(key.toUpperCase());
		else return;
		event.preventDefault();
	});
	document.addEventListener("click", function (event) {
		var link = closest(event.target, "A"), button = closest(event.target, "BUTTON");
		if (link && link.hasAttribute("data-leave")) return; // a page of its own, which wipes itself
		if (link) event.preventDefault();
		if (link && link.href) return open(link.href);
		if (!button) return;
		if (button.hasAttribute("data-key")) press(button.getAttribute("data-key"));
		else if (button.hasAttribute("data-next")) next();
	});
	function on(name, act) { if (part(name)) part(name).onclick = act; }
	on("start", function () { wipe(); show("id"); });
	on("skip", function () { typed.tail = ""; draw(); send(); });
	on("again", function () { again(); });
	on("back", back);
	on("done", wipe);
	on("print", function () { window.print(); });
	on("read", readCard);
	if (part("read")) part("read").hidden = !window.fetch;

	/* ways by which something could stay or get out: other windows, copies, dragging, long presses */
	["auxclick", "contextmenu", "dragstart", "copy", "cut"].forEach(function (name) {
		document.addEventListener(name, function (event) { event.preventDefault(); });
	});

	/* the clock: by the time of day, so that a machine that slept knows how long */
	function tick() {
		var left = last + idle - Date.now();
		if (left > idle) last = Date.now(); // the clock was set back
		if (current === "front") return;
		if (left <= 0) return wipe();
		part("seconds").textContent = Math.ceil(left / 1000);
		part("countdown").hidden = left > warned;
	}
	function stir() {
		tick();
		last = Date.now();
		part("countdown").hidden = true;
	}
	// handwriting and input methods send no keys
	["touchstart", "mousedown", "keydown", "wheel", "input", "compositionupdate"].forEach(function (name) {
		document.addEventListener(name, stir, true);
	});
	setInterval(tick, 250);
	document.addEventListener("visibilitychange", tick);
	document.addEventListener("freeze", wipe);
	window.addEventListener("pagehide", wipe);
	window.addEventListener("pageshow", function (event) { if (event.persisted) wipe(); });

	/* pages for times without network; the worker also says when this kiosk was taken back */
	function poll() { worker.ready.then(function (found) { found.active.postMessage("look"); }); }
	if (worker) {
		worker.register(site + "kiosk-worker.js").then(poll, function () { return; });
		worker.addEventListener("message", function (event) {
			if (event.data === "revoked") {
				wipe();
				location.reload();
			} else if (current === "front" && Date.now() - opened > STALE) location.reload(); // a newer version, maybe
		});
		setInterval(poll, POLL);
		window.addEventListener("online", poll);
	}
	wipe();
})();
