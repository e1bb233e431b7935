/* Lists villages, policies and postings below a search box while one types, from the table that
   generator/factors.py makes. Without this script the form asks the search service. */
(function () {
	"use strict";
	var DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
	var KINDS = { v: "村", t: "乡镇", p: "补贴" };
	// 王村三组, 王村村委会: the village is meant
	var TAIL = /(\S)第?[一二三四五六七八九十\d]+(村民小组|小组|[组社队])|[村居](民委员|委)会/g;

	function each(list, act) { for (var i = 0; i < list.length; i++) act(list[i], i); }
	function name(page) { return page[1].split(" ")[0]; }

	// 4: the name itself, 3: its beginning, 1: a part of it, 0: no
	function fit(page, word) {
		var best = 0, letters = word.split(""), pinyin = /[a-z]/.test(word);
		// any letter may begin the next syllable: wangcun, wc, wangc; 耕地补贴 is said for 耕地地力保护补贴
		var pattern = RegExp(pinyin ? "'" + letters.join("([a-z]*')?") + "([a-z]*$)?" :
			page[0][0] === "p" ? word + "|" + letters.join(".*") : word);
		each(page[1].toLowerCase().split(" "), function (key) {
			if (pinyin) key = "'" + key;
			var match = pattern.exec(key);
			if (match) best = Math.max(best,
				match.index || !pinyin && match[0] !== word ? 1 : match[0] === key ? 4 : 3);
		});
		return best;
	}

	function finder(table) {
		var known = Object.create(null);
		function look(word) {
			var found = known[word];
			if (found) return found;
			found = known[word] = { page: [], batch: [], count: 0 };
			each(table.pages, function (page, i) { if (found.page[i] = fit(page, word)) found.count++; });
			each(table.batches, function (row, i) { if (found.batch[i] = row[2].indexOf(word) < 0 ? 0 : 2) found.count++; });
			return found;
		}
		// 城关镇王村耕地 → 城关镇, 王村, 耕地; what nothing knows falls away, and so do single characters between
		function cut(word, run) {
			for (var end = word.length; end; end--) {
				var found = look(word.slice(0, end));
				if (found.count && (end > 1 || run.length < 2)) return [found].concat(cut(word.slice(end), run));
			}
			return word ? cut(word.slice(1), run) : [];
		}
		return function (query) {
			var words = [], hits = [], least = 99;
			query = query.slice(0, 60).toLowerCase();
			if (query.normalize) query = query.normalize("NFKC");
			each(query.replace(/['’]/g, "").replace(/ü/g, "v").replace(TAIL, "$1 ")
				.match(/\d+|[a-z]+|[〇㐀-鿿\ud840-\udfff]+/g) || [], function (run) { words = words.concat(cut(run, run)); });

			function add(place, row, at) {
				var page = table.pages[place], town = table.pages[page[2]], missing = 0, sum = row ? -3 : 0;
				each(words, function (word) {
					var best = Math.max(word.page[place], town ? word.page[page[2]] / 2 : 0,
						row ? Math.max(word.page[row[1]], word.batch[at]) : 0);
					if (best) sum += best + 1 / word.count;
					else missing++;
				});
				if (missing === words.length) return;
				least = Math.min(least, missing);
				return hits.push({
					missing: missing, sum: sum, order: hits.length,
					kind: row ? "公示" : KINDS[page[0][0]],
					text: name(page) + (town ? "（" + name(town) + "）" : "") + (row ? " " + name(table.pages[row[1]]) + " " + row[2] : ""),
					path: page[0] + (row ? row[0] + "/" : "")
				});
			}
			each(table.pages, function (_, place) {
				if (add(place)) each(table.batches, function (row, at) {
					if (DIGITS.indexOf(row[3].charAt(place / 6)) >> place % 6 & 1) add(place, row, at);
				});
			});
			return hits.filter(function (hit) { return hit.missing === least; })
				.sort(function (a, b) { return b.sum - a.sum || a.order - b.order; }).slice(0, 12);
		};
	}

	function make(tag, role, parent) {
		var element = document.createElement(tag);
		element.className = "finder-" + role;
		element.setAttribute("role", role);
		return parent.appendChild(element);
	}

	each(document.querySelectorAll("form[data-finder]"), function (form, number) {
		var input = form.querySelector("[type=search]"), list = make("div", "listbox", form), status = make("p", "status", form);
		var address = document.createElement("a"), find, asked, active;
		address.href = form.getAttribute("data-finder");
		list.id = "finder-" + number;
		list.setAttribute("aria-label", "找到的页面");
		each(["role=combobox", "aria-autocomplete=list", "autocomplete=off", "aria-controls=" + list.id], function (pair) {
			input.setAttribute(pair.split("=")[0], pair.split("=")[1]);
		});

		function choose(at) {
			active = at;
			each(list.children, function (link, i) { link.setAttribute("aria-selected", i === at); });
			input.setAttribute("aria-activedescendant", at < 0 ? "" : list.children[at].id);
		}
		function show(hits, words) {
			list.textContent = "";
			each(hits, function (hit, i) {
				var link = make("a", "option", list);
				link.id = list.id + "-" + i;
				link.href = address.href.replace(/[^\/]*$/, "") + hit.path;
				link.tabIndex = -1;
				link.textContent = hit.kind + " " + hit.text;
			});
			list.hidden = !hits.length;
			input.setAttribute("aria-expanded", !list.hidden);
			status.textContent = words;
			choose(-1);
		}
		function close() { show([], ""); }
		function update() {
			if (find) {
				var hits = find(input.value);
				return show(hits, hits[0] ? hits.length + "项，可用上下键选择" : input.value && "没有直接对应的页面，请按搜索");
			}
			if (asked) return;
			asked = new XMLHttpRequest();
			asked.open("GET", address.href);
			asked.onloadend = function () {
				if (asked.status === 200) find = finder(JSON.parse(asked.responseText));
				asked = 0;
				if (find) update();
			};
			asked.send();
		}
		input.addEventListener("focus", update);
		input.addEventListener("input", update);
		input.addEventListener("blur", close);
		// a press on a link keeps the focus, or the list would go before the click comes
		list.addEventListener("mousedown", function (event) { event.preventDefault(); });
		input.addEventListener("keydown", function (event) {
			var key = event.keyCode, many = list.children.length;
			if (!many) return;
			if (key === 40) choose((active + 1) % many);
			else if (key === 38) choose((active < 1 ? many : active) - 1);
			else if (key === 27) close();
			else if (key === 13 && active >= 0) list.children[active].click();
			else return;
			event.preventDefault();
		});
		close();
	});
})();
