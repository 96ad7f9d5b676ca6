// Keeps what is typed on the server while it is typed, so that another device or a new session finds
// it again. Without this file the button "Keep as a draft" does the same.
"use strict";
(() => {
  const QUIET = 1500;

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const status = form.querySelector("[data-draft-status]");
    let timer = 0;
    let isTyped = false;
    let sending = null;

    const say = (text) => {
      if (status) status.textContent = text;
    };

    const keep = async () => {
      timer = 0;
      sending?.abort();
      sending = new AbortController();
      isTyped = false;
      try {
        const answer = await fetch(form.dataset.draft, {
          method: "POST",
          body: new URLSearchParams(new FormData(form)),
          headers: { Accept: "application/json" },
          redirect: "manual",
          signal: sending.signal,
        });
        // A redirect leads to the login: the session has ended.
        if (answer.type === "opaqueredirect") say(status.dataset.ended);
        else if (answer.ok) say((await answer.json()).text);
        else say(status.dataset.failed);
      } catch (error) {
        if (error.name === "AbortError") return;
        isTyped = true;
        say(status.dataset.failed);
      }
    };

    // A field may stand outside its form: the flags of a review stand in the roster.
    document.addEventListener("input", ({ target }) => {
      if (target.form !== form && !form.contains(target)) return;
      isTyped = true;
      clearTimeout(timer);
      timer = setTimeout(keep, QUIET);
    });

    form.addEventListener("submit", () => {
      // What is being stored is no draft any more.
      clearTimeout(timer);
      sending?.abort();
      isTyped = false;
    });

    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden" || !isTyped) return;
      clearTimeout(timer);
      isTyped = false;
      navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form)));
    });
  }
})();
