"use strict";

// Whatever goes wrong is said on the page itself: nobody who is shown a report looks into a console.
function showFailure(message) {
  const box = document.getElementById("failure");
  if (box === null) {
    addEventListener("DOMContentLoaded", () => showFailure(message), { once: true });
    return;
  }
  box.hidden = false;
  box.textContent = `This page could not be drawn in full: ${message}`;
}

addEventListener("error", (event) => showFailure(event.message));
addEventListener("unhandledrejection", (event) => showFailure(String(event.reason)));
