// Comfort on top of pages that work without script: counters, row buttons, drafts, shortcuts, focus on errors.
// Drafts lie in sessionStorage only (gone with the tab), bear their owner's id, and are wiped at log-out.
(() => {
  "use strict";
  const PREFIX = "vaka.utkast.";
  const SKICKAT = ".skickat";
  const HOGST_TIMMAR = 10;
  const kropp = document.body;
  const agare = kropp.dataset.anvandare || "";

  // --- drafts ---------------------------------------------------------------------------------------------------
  const lada = (() => {
    try { sessionStorage.setItem("vaka.prov", "1"); sessionStorage.removeItem("vaka.prov"); return sessionStorage; } catch { return null; }
  })();
  const nycklar = () => (lada ? Object.keys(lada).filter((n) => n.startsWith(PREFIX)) : []);
  const rensaUtkast = () => nycklar().forEach((n) => lada.removeItem(n));
  const las = (nyckel) => { try { return JSON.parse(lada.getItem(nyckel)); } catch { return null; } };

  if (kropp.hasAttribute("data-rensa-utkast")) rensaUtkast();
  if (agare) {
    for (const n of nycklar().filter((n) => !n.endsWith(SKICKAT))) {
      const u = las(n);
      if (!u || u.agare !== agare || Date.now() - u.tid > HOGST_TIMMAR * 3600e3) lada.removeItem(n);
    }
  }
  document.addEventListener("submit", (h) => { if (h.target.matches("[data-logga-ut]")) rensaUtkast(); });

  const sparbara = (form) =>
    [...form.elements].filter((e) => e.name && e.name !== "csrf" && !["hidden", "password", "submit", "button", "file"].includes(e.type) && !e.closest("[data-ej-utkast]"));

  const varden = (form) => {
    const ut = {};
    for (const e of sparbara(form)) {
      if (e.type === "checkbox" || e.type === "radio") { if (e.checked) (ut[e.name] ||= []).push(e.value); } else if (e.value) ut[e.name] = [e.value];
    }
    return ut;
  };

  const vikUpp = (e) => { for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true; };

  const fyllI = (form, sparat) => {
    for (const falt of form.querySelectorAll("[data-rader]")) {
      const namn = falt.dataset.rader;
      const hogst = Math.max(-1, ...Object.keys(sparat).map((n) => (n.startsWith(namn + "-") ? Number(n.split("-")[1]) : -1)).filter(Number.isFinite));
      while (falt.querySelectorAll("[data-rad]").length <= hogst) nyRad(falt);
    }
    for (const e of sparbara(form)) {
      const v = sparat[e.name];
      if (e.type === "checkbox" || e.type === "radio") e.checked = Boolean(v && v.includes(e.value));
      else if (v) e.value = v[0];
      if (e.matches("[data-max]")) rakna(e);
      if (v && (e.value !== e.defaultValue || e.checked !== e.defaultChecked)) vikUpp(e);
    }
  };

  const utkast = (form) => {
    if (!lada || !agare) return;
    const nyckel = PREFIX + form.dataset.utkast;
    const rad = form.querySelector("[data-utkast-rad]");
    const visa = (text) => { if (rad) rad.textContent = text; };
    const fore = JSON.stringify(varden(form));
    const gammalt = las(nyckel);
    // A page that came back with errors already holds what was typed; only an untouched form is filled from the draft.
    if (gammalt && gammalt.agare === agare && !document.querySelector("[data-felsammanfattning]") && JSON.stringify(gammalt.falt) !== fore) {
      fyllI(form, gammalt.falt);
      visa("Ditt utkast från tidigare är återställt. ");
      const knapp = document.createElement("button");
      knapp.type = "button";
      knapp.className = "ds-link";
      knapp.textContent = "Släng utkastet";
      knapp.addEventListener("click", () => { lada.removeItem(nyckel); location.reload(); });
      rad?.append(knapp);
    }
    let vantar;
    const spara = () => {
      try {
        lada.setItem(nyckel, JSON.stringify({ agare, tid: Date.now(), falt: varden(form) }));
        visa("Utkast sparat i den här fliken.");
      } catch { visa("Utkastet fick inte plats och är inte sparat."); }
    };
    form.addEventListener("input", () => { clearTimeout(vantar); vantar = setTimeout(spara, 600); });
    form.addEventListener("submit", (h) => {
      clearTimeout(vantar);
      if (h.submitter?.name !== "_lagg_till") lada.setItem(nyckel + SKICKAT, "1");
    });
  };
  // A draft is dropped when the page after the submit is another than the form's own: then it was taken. On an error page
  // and on the log-in page (the session had run out) it stays.
  for (const n of nycklar().filter((n) => n.endsWith(SKICKAT))) {
    const namn = n.slice(PREFIX.length, -SKICKAT.length);
    lada.removeItem(n);
    const kvar = !agare || document.querySelector("[data-behall-utkast]") || document.querySelector(`form[data-utkast="${CSS.escape(namn)}"]`);
    if (!kvar) lada.removeItem(PREFIX + namn);
  }

  // --- counters -------------------------------------------------------------------------------------------------
  const talform = new Intl.NumberFormat("sv-SE");
  function rakna(ruta) {
    const rad = document.getElementById(ruta.id + "-antal");
    if (!rad) return;
    const kvar = Number(ruta.dataset.max) - [...ruta.value.replace(/\r\n/g, "\n")].length;
    rad.toggleAttribute("data-over", kvar < 0);
    rad.textContent = kvar < 0 ? `${talform.format(-kvar)} tecken för mycket` : `${talform.format(kvar)} tecken kvar`;
  }
  document.addEventListener("input", (h) => { if (h.target.matches?.("textarea[data-max]")) rakna(h.target); });

  // --- repeatable rows ------------------------------------------------------------------------------------------
  function nyRad(falt) {
    const rader = falt.querySelectorAll("[data-rad]");
    const sista = rader[rader.length - 1];
    const ny = sista.cloneNode(true);
    const fran = `${falt.dataset.rader}-${rader.length - 1}-`;
    const till = `${falt.dataset.rader}-${rader.length}-`;
    for (const e of ny.querySelectorAll("*")) {
      for (const a of ["id", "name", "for", "aria-describedby"]) {
        if (e.hasAttribute(a)) e.setAttribute(a, e.getAttribute(a).replaceAll(fran, till));
      }
      if (e.matches("input, textarea, select")) {
        e.removeAttribute("aria-invalid");
        if (e.type === "checkbox" || e.type === "radio") e.checked = false;
        else e.value = "";
        if (e.matches("[data-max]")) e.textContent = "";
      }
      e.removeAttribute("data-fel");
    }
    ny.querySelectorAll(".ds-validation-message").forEach((e) => e.remove());
    ny.querySelectorAll("[data-radnummer]").forEach((e) => { e.textContent = String(rader.length + 1 + Number(falt.dataset.redan || 0)); });
    sista.after(ny);
    falt.querySelector("[data-rader-antal]").value = String(rader.length + 1);
    return ny;
  }
  document.addEventListener("click", (h) => {
    const knapp = h.target.closest?.("[data-lagg-till]");
    if (!knapp) return;
    h.preventDefault();
    nyRad(knapp.closest("[data-rader]")).querySelector("input, textarea, select")?.focus();
  });

  // --- shortcuts (may be switched off on the help page: WCAG 2.1.4) ---------------------------------------------
  const AV = "vaka.kortkommandon";
  const vagar = { m: "/", e: "/enhet", s: "/sena", n: "/nytt", r: "/rapporter", h: "/hjalp" };
  const paslaget = () => { try { return localStorage.getItem(AV) !== "av"; } catch { return true; } };
  let g = 0;
  document.addEventListener("keydown", (h) => {
    if (!agare || !paslaget() || h.ctrlKey || h.metaKey || h.altKey || h.isComposing) return;
    if (h.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (h.key === "/") {
      const sok = [...document.querySelectorAll("[data-sokfalt]")].find((e) => e.offsetParent !== null);
      h.preventDefault();
      if (sok) { sok.focus(); sok.select(); } else location.assign("/sok");
    } else if (h.key === "?") location.assign("/hjalp#kortkommandon");
    else if (h.key === "g") { g = Date.now(); return; }
    else if (vagar[h.key] && Date.now() - g < 1500) location.assign(vagar[h.key]);
    g = 0;
  });
  for (const ruta of document.querySelectorAll("[data-kortkommandon]")) {
    ruta.closest("[hidden]")?.removeAttribute("hidden");
    ruta.checked = paslaget();
    ruta.addEventListener("change", () => { try { localStorage.setItem(AV, ruta.checked ? "pa" : "av"); } catch { /* not kept */ } });
  }

  // --- days: the two that are meant most often, one tap away -------------------------------------------------------
  const idag = kropp.dataset.idag;
  for (const falt of idag ? document.querySelectorAll('.formular input[type="date"][data-snabbdag]') : []) {
    if (falt.value || falt.closest("[data-rad]")) continue;
    const rad = document.createElement("span");
    rad.className = "snabbdag";
    for (const [text, dagar] of [["I dag", 0], ["I går", 1]]) {
      const d = new Date(idag + "T12:00:00Z");
      d.setUTCDate(d.getUTCDate() - dagar);
      const knapp = document.createElement("button");
      knapp.type = "button";
      knapp.className = "ds-button";
      knapp.dataset.variant = "tertiary";
      knapp.textContent = text;
      knapp.addEventListener("click", () => { falt.value = d.toISOString().slice(0, 10); falt.dispatchEvent(new Event("input", { bubbles: true })); });
      rad.append(knapp);
    }
    falt.after(rad);
  }

  // --- a text as long as its lines, so that what stands beside each of them stays there ---------------------------
  document.addEventListener("input", (h) => { if (h.target.matches?.("textarea[data-vaxer]")) h.target.rows = h.target.value.split("\n").length + 2; });

  // --- small comforts -------------------------------------------------------------------------------------------
  const ta_hand_om = (del) => {
    del.querySelectorAll("textarea[data-max]").forEach(rakna);
    del.querySelectorAll("form[data-utkast]").forEach(utkast);
  };
  ta_hand_om(document);
  // A form that came into the page: as if it had been there, with the hand already on its first field.
  document.addEventListener("htmx:after:swap", (h) => {
    const yta = h.detail?.ctx?.target;
    if (!(yta instanceof Element) || !yta.querySelector(":scope > form[data-utkast]")) return;
    ta_hand_om(yta);
    yta.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
  // What is swapped under one's hands: what was unfolded stays so, and the focus stays on the same thing, or on what came in its place.
  let fore = null;
  document.addEventListener("htmx:before:swap", (h) => {
    const yta = h.detail?.ctx?.target;
    const har = document.activeElement;
    fore = yta instanceof Element && yta.parentElement && {
      i: yta.parentElement, plats: [...yta.parentElement.children].indexOf(yta), tagg: har && yta.contains(har) && har.tagName, id: har?.id, ord: har?.textContent,
      oppna: [...yta.querySelectorAll("details[open] > summary")].map((e) => e.textContent),
    };
  });
  document.addEventListener("htmx:after:swap", () => {
    const yta = fore?.i.children[fore.plats];
    if (!yta) return;
    for (const e of yta.querySelectorAll("details:not([open]) > summary")) if (fore.oppna.includes(e.textContent)) e.parentElement.open = true;
    if (!fore.tagg || (document.activeElement && document.activeElement !== kropp)) return;
    const samma = [...yta.querySelectorAll(fore.tagg)].find((e) => (fore.id ? e.id === fore.id : e.textContent === fore.ord));
    if (!samma) yta.tabIndex = -1;
    (samma || yta).focus();
  });
  document.querySelector("[data-felsammanfattning]")?.focus();
  if (document.querySelector("[data-felsammanfattning]")) document.title = "Fel: " + document.title;
  for (const knapp of document.querySelectorAll("[data-skriv-ut]")) {
    knapp.removeAttribute("hidden");
    knapp.addEventListener("click", () => window.print());
  }
  // What is to be pasted elsewhere. Browsers let a page write to the clipboard over https only, so the button is shown there.
  for (const knapp of navigator.clipboard ? document.querySelectorAll("[data-kopiera]") : []) {
    knapp.removeAttribute("hidden");
    knapp.addEventListener("click", async () => {
      const svar = knapp.parentElement.querySelector("[role=status]");
      try {
        await navigator.clipboard.writeText(document.getElementById(knapp.dataset.kopiera).textContent);
        svar.textContent = "Kopierat.";
      } catch { svar.textContent = "Det gick inte att kopiera. Markera texten i stället."; }
    });
  }
  // A filter sends itself when changed; the button stands for those without script, and for those who walk through the choices by
  // keyboard: each arrow is a change, and a new page at each would take them from where they are (WCAG 3.2.2).
  let tangent = false;
  document.addEventListener("keydown", () => { tangent = true; }, true);
  document.addEventListener("pointerdown", () => { tangent = false; }, true);
  for (const form of document.querySelectorAll("form[data-sjalv]")) {
    form.addEventListener("change", (h) => {
      if (tangent && !form.hasAttribute("hx-get") && h.target.type !== "checkbox") return;
      form.requestSubmit();
    });
  }
  // Many cases: all on the page ticked at a press, and how many are.
  document.addEventListener("click", (h) => {
    const lank = h.target.closest?.("[data-valj-alla]");
    if (!lank) return;
    h.preventDefault();
    const rutor = [...lank.closest("form").querySelectorAll("input[name=valda]")];
    const pa = rutor.some((r) => !r.checked);
    rutor.forEach((r) => { r.checked = pa; });
    valda(lank.closest("form"));
  });
  function valda(form) {
    const rutor = [...form.querySelectorAll("input[name=valda]")];
    const antal = rutor.filter((r) => r.checked).length;
    form.querySelector("[data-valj-antal]").textContent = antal ? `${antal} markerade` : "";
    form.querySelector("[data-valj-alla]").textContent = antal === rutor.length ? "Avmarkera alla" : "Markera alla på sidan";
  }
  document.addEventListener("change", (h) => { if (h.target.matches?.("[data-valj] input[name=valda]")) valda(h.target.form); });

  // A form is sent once, however impatient the click.
  document.addEventListener("submit", (h) => {
    if (h.defaultPrevented || h.target.method !== "post") return;
    if (h.target.dataset.skickas && Date.now() - Number(h.target.dataset.skickas) < 8000) h.preventDefault();
    h.target.dataset.skickas = String(Date.now());
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-skickas]").forEach((f) => delete f.dataset.skickas));
})();
