/* A button that prints, where there is a printer to speak to: papers that the desk hands over. */
(function () {
	"use strict";
	var buttons = document.querySelectorAll("[data-print]");
	for (var i = 0; i < buttons.length; i++) buttons[i].onclick = function () { window.print(); };
}());
