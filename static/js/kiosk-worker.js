/* Keeps the pages of this kiosk's own place for times without network. What to keep comes from the service
   (kiosk/pages.json); what is not in that list any more is deleted, and everything is when the list is a day old or the
   kiosk was taken back. Look-up, the kiosk page, staff and forms never pass through here. */
(function () {
	"use strict";
	var STORE = "mingbai-kiosk", DIGEST = "X-Kept", HOUR = 3600000, PATIENCE = 4000;
	var root = self.registration.scope, seenAt = root + "kiosk/seen", looking = null;
	var MAY_BE_KEPT = /^($|index\.html$|offline\.html$|factors\.json$|(villages|townships|static)\/)/;
	var LAST_RESORT = "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>现在没有网络</title>" +
		"<h1>现在没有网络</h1><p>请告诉工作人员。网络好了，这里会自己回来。</p></html>";

	function fileOf(address) {
		return decodeURI(address.split(/[?#]/)[0].slice(root.length)).replace(/(^|\/)$/, "$1index.html");
	}
	function hex(sum) {
		return Array.prototype.map.call(new Uint8Array(sum), function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
	}
	// a kiosk that somehow shows a page outside of the kiosk's own one finds back by itself
	function returning(answer, seconds) {
		var headers = new Headers(answer.headers);
		headers.set("Refresh", seconds + ";url=" + root + "kiosk");
		return new Response(answer.body, { headers: headers });
	}

	/* the list */
	function look() {
		if (!looking) looking = fetch(root + "kiosk/pages.json", { cache: "no-store" }).then(function (answer) {
			if (answer.status === 403) return caches.delete(STORE).then(function () {
				tell("revoked");
				return self.registration.unregister();
			});
			if (!answer.ok) throw new Error(answer.status);
			return answer.json().then(function (list) { return keep(list.pages); }).then(function () { tell("looked"); });
		}).catch(function () {
			return isFresh().then(function (fresh) { return fresh || caches.delete(STORE); });
		}).then(done, done);
		return looking;
	}
	function done() { looking = null; }
	function tell(word) {
		return self.clients.matchAll().then(function (pages) {
			pages.forEach(function (page) { page.postMessage(word); });
		});
	}
	// also false after the clock was set back: then nobody knows how old the list is
	function isFresh() {
		return caches.match(seenAt).then(function (seen) { return seen ? seen.text() : "0"; }).then(function (seen) {
			var age = Date.now() - seen;
			return age > -HOUR && age < 24 * HOUR;
		});
	}
	function keep(wanted) {
		return caches.open(STORE).then(function (cache) {
			return cache.keys().then(function (kept) {
				return Promise.all(kept.map(function (request) {
					return request.url !== seenAt && cache.match(request).then(function (page) {
						var path = fileOf(request.url);
						if (wanted[path] !== page.headers.get(DIGEST)) return cache.delete(request);
						delete wanted[path];
					});
				}));
			}).then(function () {
				return cache.put(seenAt, new Response(String(Date.now())));
			}).then(function () {
				return Object.keys(wanted).reduce(function (before, path) {
					return before.then(function () { return add(cache, path, wanted[path]); });
				}, Promise.resolve());
			});
		});
	}
	// one page that fails is left for the next time; so is one that is not what the list says
	function add(cache, path, digest) {
		return fetch(root + encodeURI(path), { cache: "no-store" }).then(function (answer) {
			return answer.ok && answer.arrayBuffer().then(function (bytes) {
				return crypto.subtle.digest("SHA-256", bytes).then(function (sum) {
					var headers = new Headers(answer.headers);
					if (hex(sum) !== digest) return;
					headers.set(DIGEST, digest);
					headers.delete("Content-Encoding");
					return cache.put(root + encodeURI(path), new Response(bytes, { headers: headers }));
				});
			});
		}).catch(function () { return; });
	}

	/* pages: the network's while it answers in time, else the kept one */
	function kept(request) {
		return isFresh().then(function (fresh) {
			return fresh && caches.match(root + encodeURI(fileOf(request.url)));
		}).then(function (page) {
			return page && request.mode === "navigate" ? returning(page, fileOf(request.url) === "offline.html" ? 15 : 300) : page;
		});
	}
	function newest(request) {
		var network = fetch(request), late = new Promise(function (now) { setTimeout(now, PATIENCE); });
		return Promise.race([network, late]).then(function (answer) {
			return answer && answer.status < 500 ? answer : kept(request);
		}, function () { return kept(request); }).then(function (answer) { return answer || network; });
	}
	function offline(request) {
		var page = root + "offline.html";
		if (request.mode !== "navigate") return Response.error();
		if (fileOf(request.url) !== "offline.html") return Response.redirect(page);
		return returning(new Response(LAST_RESORT, { headers: { "Content-Type": "text/html" } }), 15);
	}

	self.addEventListener("fetch", function (event) {
		var request = event.request, answer;
		if (request.method !== "GET" || request.url.indexOf(root) !== 0) return;
		if (MAY_BE_KEPT.test(request.url.split(/[?#]/)[0].slice(root.length))) answer = newest(request);
		else if (request.mode === "navigate") answer = fetch(request);
		else return;
		event.respondWith(answer.catch(function () { return offline(request); }));
	});
	self.addEventListener("message", function (event) { event.waitUntil(look()); });
	self.addEventListener("install", function () { self.skipWaiting(); });
	self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
})();
