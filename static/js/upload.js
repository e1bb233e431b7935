/* Long files at the desk: how much has been sent, then that it is being read. Without script the browser's own bar does. */
(function () {
	"use strict";
	Array.prototype.forEach.call(document.querySelectorAll("form.upload"), function (form) {
		var file = form.querySelector("input[type=file]");
		form.addEventListener("submit", function (event) {
			var request = new XMLHttpRequest(), box = document.createElement("p"), bar = document.createElement("progress");
			var words = document.createElement("span"), buttons = form.querySelectorAll("button");
			if (!file || !file.files || !file.files.length || !window.FormData) return;
			event.preventDefault();
			box.className = "sending";
			box.setAttribute("role", "status");
			box.appendChild(words);
			box.appendChild(bar);
			form.appendChild(box);
			bar.max = 100;
			bar.setAttribute("aria-label", "上传进度");
			function disable(is) { Array.prototype.forEach.call(buttons, function (button) { button.disabled = is; }); }
			function failed() {
				box.removeChild(bar);
				words.textContent = "没有传上去，什么也没有改。请看看网络，再按一次。";
				disable(false);
			}
			disable(true);
			words.textContent = "正在上传…";
			request.upload.onprogress = function (sent) { if (sent.lengthComputable) bar.value = 100 * sent.loaded / sent.total; };
			request.upload.onload = function () {
				bar.removeAttribute("value");
				words.textContent = "传好了，正在读…一两万行要几秒钟，请不要关掉这一页。";
			};
			request.onerror = failed;
			request.onload = function () {
				if (!request.responseText) { failed(); return; }
				document.open();
				history.replaceState(null, "", request.responseURL || location.href);
				document.write(request.responseText);
				document.close();
			};
			request.open("POST", form.getAttribute("action") || location.href);
			request.send(new FormData(form));
		});
	});
})();
