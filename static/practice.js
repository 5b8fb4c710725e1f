// Keeps the practice page as fresh as the record. Without this script every form still works by itself.
"use strict";
(() => {
  const shown = {};
  const news = document.getElementById("kabar");
  const said = document.getElementById("hasil");
  let known = facts();

  function toTheEnd() {
    for (const chain of document.querySelectorAll(".chain")) chain.scrollTop = chain.scrollHeight;
  }

  // Whoever has scrolled up to read stays where he is.
  function atTheEnd() {
    const chain = document.querySelector(".chain");
    return !chain || chain.scrollHeight - chain.scrollTop - chain.clientHeight < 24;
  }

  function facts() {
    return new Set([...document.querySelectorAll("[data-bukti]")].map((line) => line.dataset.bukti));
  }

  // The open mail stays in sight in a long mailbox.
  function showOpen() {
    const list = document.getElementById("kotak");
    const open = list && list.querySelector(".open");
    if (!open || list.contains(document.activeElement)) return;
    const top = open.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + open.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = Math.max(0, top - open.offsetHeight);
  }

  function controls(piece) {
    return [...piece.querySelectorAll("button, input:not([type=hidden]), a[href], summary, [tabindex]")];
  }

  // What a reader has under the finger stays there: the same control gets the focus back, else the one in its place, else
  // the piece itself.
  function replace(id, html) {
    const piece = document.getElementById(id);
    // A list that somebody has open is not changed under his hand.
    if (!piece || shown[id] === html || (piece.matches("select") && piece === document.activeElement)) return;
    const first = shown[id] === undefined;
    shown[id] = html;
    if (first && piece.innerHTML.trim() === html.trim()) return;
    const held = piece.contains(document.activeElement) && document.activeElement !== piece ? document.activeElement : null;
    if (held && held.matches("input:not([type=hidden])") && held.value !== "") { shown[id] = undefined; return; }
    const open = [...piece.querySelectorAll("details")].map((one) => one.open);
    const key = held && (held.id || held.value || held.getAttribute("href"));
    const place = controls(piece).indexOf(held);
    const above = piece.scrollTop;
    piece.innerHTML = html;
    piece.querySelectorAll("details").forEach((one, at) => { one.open = open[at] || false; });
    if (id === "obrolan") piece.scrollTop = piece.scrollHeight; else piece.scrollTop = above;
    if (!held) return;
    const now = controls(piece);
    const same = now.find((one) => key && (one.id === key || one.value === key || one.getAttribute("href") === key));
    (same || now[place] || piece.querySelector("button, input:not([type=hidden])") || piece).focus();
  }

  function tell() {
    const now = document.querySelectorAll("[data-bukti]");
    const fresh = [...now].filter((line) => !known.has(line.dataset.bukti));
    known = facts();
    if (fresh.length) news.textContent = fresh.map((line) => line.querySelector("span").textContent.trim()).join(". ") + ".";
  }

  // What this page has open, even where its address names nothing: a new mail must not push the open one away.
  function opened() {
    const form = document.querySelector("form.phone-foot");
    return new URLSearchParams([...form.querySelectorAll("input[type=hidden]")].map((one) => [one.name, one.value]));
  }

  async function refresh() {
    const answer = await fetch("/latihan/potongan?" + opened(), { headers: { Accept: "application/json" } });
    if (!answer.ok) return false;
    const pieces = await answer.json();
    const end = atTheEnd();
    const above = document.querySelector(".chain")?.scrollTop || 0;
    for (const id of Object.keys(pieces)) replace(id, pieces[id]);
    if (end) toTheEnd(); else document.querySelector(".chain").scrollTop = above;
    tell();
    return true;
  }

  async function watch() {
    for (;;) {
      let good = false;
      if (!document.hidden) good = await refresh().catch(() => false);
      await new Promise((go) => setTimeout(go, good ? 300 : 1500));
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-live]")) return;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    if (form.action.endsWith("/luar/ketik")) form.reset();
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => null);
    if (!answer || answer.status >= 400) { location.reload(); return; }
    if (form.action.endsWith("/luar/balas")) said.textContent = said.dataset[data.get("asal") || "terkirim"];
    await refresh().catch(() => {});
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches(".whose select")) event.target.form.submit();
  });

  const chat = document.getElementById("obrolan");
  toTheEnd();
  showOpen();
  if (chat) chat.scrollTop = chat.scrollHeight;
  watch();
})();
