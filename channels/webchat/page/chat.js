// The web chat page. On a poor line nothing the family writes may be lost or doubled: it waits in a queue under its own id
// until the server says 202. The words of the interface are here and in chat.html, nowhere else.
const L = {
  bot: "Đồng Hành", me: "Bạn", note: "Thông báo", today: "Hôm nay", yesterday: "Hôm qua", choices: "Chọn câu trả lời", sending: "Đang gửi…", picture: "Ảnh",
  offline: "Mất mạng. Tin của bạn sẽ được gửi lại.",
  refused: "Tin này chưa gửi được. Bạn sửa lại rồi gửi nhé.",
  renewed: "Cuộc trò chuyện trước đã hết hạn. Mình bắt đầu lại từ đây nhé.",
};
const API = "/api/chat", TOKEN = "donghanh.session", QUEUE = "donghanh.queue", TIMES = "donghanh.times";
const LONG_POLL = 20, TIMEOUT = 20000, TYPING = 15000, LONGEST_PAUSE = 60000, TIMES_KEPT = 400, NEAR = 8, SOON = 1500, DAY = 86400000;
const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const el = (tag, className = "", textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

// --- what the phone keeps; in memory alone where the browser allows no storage or has no room left ---
const memory = new Map();
let disk = null;
try { disk = window.localStorage; } catch { /* private mode */ }
const store = {
  get(key) {
    const kept = disk && disk.getItem(key);
    if (kept) memory.set(key, kept);
    return memory.get(key);
  },
  set(key, value) {
    memory.set(key, value);
    try { if (disk) disk.setItem(key, value); } catch { disk = null; }
  },
  read(key, otherwise) {
    try { return JSON.parse(store.get(key)) || otherwise; } catch { return otherwise; }
  },
};
const queue = { // read and written back at every change, because another tab may share it
  all: () => store.read(QUEUE, []),
  set: (items) => store.set(QUEUE, JSON.stringify(items)),
  drop: (id) => queue.set(queue.all().filter((item) => item.id !== id)),
};
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
const newId = () => (crypto.randomUUID ? crypto.randomUUID() : random().join("")); // plain http has no randomUUID

// --- time ---
const ZONE = { timeZone: "Asia/Ho_Chi_Minh" };
const clock = new Intl.DateTimeFormat("vi-VN", { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat("en-GB", { ...ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const dayName = (day, now = Date.now()) =>
  ({ [calendar.format(now)]: L.today, [calendar.format(now - DAY)]: L.yesterday })[day] || day;
function timeOf({ n, at }) { // a message without `at` gets the moment this phone first saw it
  if (at && !Number.isNaN(Date.parse(at))) return Date.parse(at);
  const times = { [n]: Date.now(), ...store.read(TIMES, {}) };
  store.set(TIMES, JSON.stringify(Object.fromEntries(Object.entries(times).slice(-TIMES_KEPT))));
  return times[n];
}

// --- words into nodes: text nodes only, never markup ---
// Patterns, not numbers: the short emergency numbers and the 1900 lines, unless they count or measure something.
const SPECIAL = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]|(?:1900[ .]?\d{3}[ .]?\d{3}|1900[ .]?\d{4}|11[1-5])(?!\d))/u;
const UNIT = /^\s?([%°]|([km]?g|m?l|[cm]?m|kcal|đ|đồng|nghìn|ngàn|triệu|ngày|giờ|phút|giây|tuần|tháng|năm|lần|trẻ|bé|người)(?!\p{L}))/iu;
function safeUrl(text, ...more) {
  try {
    const url = new URL(text, location.href);
    return ["https:", "http:", ...more].includes(url.protocol) ? url : null;
  } catch { return null; }
}
function anchor(className, text, href) {
  return Object.assign(el("a", className, text), { href }, href.startsWith("tel:") ? {} : { target: "_blank", rel: "noopener" });
}
function link(found, before, rest) {
  if (found.startsWith("http")) {
    const url = safeUrl(found);
    return url && url.origin === location.origin ? anchor("", found, url.href) : found;
  }
  const partOfMore = /[\d–-]$|\d[.,]$/.test(before) || /^([.,–-]\d|\/\d{4})/.test(rest);
  if (partOfMore || (found.length === 3 && UNIT.test(rest))) return found;
  return anchor("call", found, `tel:${found.replace(/\D/g, "")}`);
}
function writeLine(box, line) {
  const parts = line.split(SPECIAL); // every second one is a match
  parts.forEach((part, i) => box.append(i % 2 ? link(part, parts[i - 1], parts[i + 1]) : part));
}
function writeText(body, text, title) {
  const lines = text.split(/\r?\n/);
  if (title && lines[0].trim() === title.trim()) body.append(el("strong", "title", lines.shift()));
  let block = null; // the paragraph or the list being written
  for (const line of lines) {
    const tag = line.startsWith("- ") ? "UL" : line.trim() && "P";
    if (!tag) block = null;
    else if (!block || block.tagName !== tag) block = body.appendChild(el(tag));
    else if (tag === "P") block.append("\n");
    if (tag) writeLine(tag === "P" ? block : block.appendChild(el("li")), line.replace(/^- /, ""));
  }
}
function picture(source, alt) {
  const drawn = source.startsWith("data:image/png;base64,"), url = drawn ? { href: source } : safeUrl(source); // no page to open
  if (!url) return "";
  const frame = drawn ? el("span", "picture") : anchor("picture", "", url.href), img = frame.appendChild(el("img", "coming"));
  img.onload = img.onerror = () => img.classList.remove("coming");
  Object.assign(img, { loading: "lazy", decoding: "async", alt: alt || L.picture, src: url.href });
  return frame;
}

// --- bubbles ---
const rows = new Map(), own = new Map(); // by number, of each edit too; one's own by their id
const hidden = (text) => /^\/start(\s|$)/.test(text || "");
function newRow(from, at) {
  const row = Object.assign(el("div", `row ${from} new`), { day: calendar.format(at) });
  const bubble = el("div", "bubble"), meta = el("span", "meta", clock.format(at));
  row.append(el("div", "day"), bubble);
  bubble.append(el("span", "unseen", `${L[from]}: `), el("div", "body"), meta);
  meta.append(el("span", "state", L.sending)); // seen while the row is pending
  meta.setAttribute("aria-live", "off");
  return row;
}
function place(row) { // what the server has not numbered yet stays last
  return page.log.insertBefore(row, row.matches(".pending") ? null : page.log.querySelector(".me:not([data-n])"));
}
function days() {
  let last = null;
  for (const { day, firstChild: mark } of page.log.children) {
    const name = day === last ? "" : dayName(day);
    if (mark.textContent !== name) mark.textContent = name;
    last = day;
  }
}
function fill(row, { from, text, title, image, alt, buttons, message }) {
  const body = row.querySelector(".body"), group = row.querySelector(".chips");
  body.replaceChildren(image ? picture(image, alt) : "");
  if (from === "bot") writeText(body, text || "", title);
  else body.append(el("p", "", text));
  row.dataset.message = message || "";
  if (group) group.remove();
  if (buttons && buttons.length) row.append(chips(buttons));
  return row;
}
const note = (text) => { place(fill(newRow("note", Date.now()), { text })); days(); };
function ownRow(item, closed) { // closed: the buttons to give back should the server refuse it
  const row = Object.assign(fill(newRow("me", item.at), { text: item.text || item.label }), { closed });
  row.classList.add("pending");
  own.set(item.id, place(row));
  days();
}
// One message of the server; answers with the row that now shows it, when that is news to the reader.
function apply(message) {
  const { n, id, text, edited } = message, mine = message.from === "me";
  const found = edited ? rows.get(message.replaces) : own.get(id), known = found && found.isConnected ? found : null;
  if (mine && id) queue.drop(id);
  if (rows.has(n) || (mine && (hidden(text) || EXIT.test(message.action))) || (leaving && QUIET.test(message.message))) return null;
  if (!text && !message.image) return known && known.remove();
  if (mine && !edited && !known) answered(text);
  const row = known || newRow(message.from, timeOf(message));
  rows.set(n, row);
  row.dataset.n = n;
  if (row === known && !edited) return row.classList.remove("pending");
  fill(row, message);
  if (row === known) row.classList.add("changed");
  return row === known ? row : place(row);
}
// Own words that the server keeps no record of, as in a private dialogue, leave none here once the answer has come.
const forgetUnkept = () => page.log.querySelectorAll(".me:not(.pending):not([data-n])").forEach((row) => row.remove());
// A dialogue that leaves no trace: its lines by number, one's own by their id as well.
function takeAway(names) {
  names.forEach((name) => { (rows.get(name) || own.get(name) || new Comment()).remove(); queue.drop(name); });
  leaving = false;
}
const EXIT = /^report\.exit(~|$)/, QUIET = /^(harm|report|guidance|emergency)\/|^dg-(cp|mh)$/;
let leaving = false; // what was under way at the tap shall not come back
function hideQuiet() { // at the tap, however slow the line is; the server then takes them away for good
  const [...all] = page.log.children, quiet = (row) => row && QUIET.test(row.dataset.message);
  const answers = (row, i) => row.matches(".me") && quiet(all.slice(i).find((later) => later.matches(".bot")));
  all.filter((row, i) => quiet(row) || answers(row, i)).forEach((row) => row.remove());
  page.input.value = "";
  grow();
}
function show(messages, restoring) {
  let first = null;
  for (const message of messages) {
    after = Math.max(after, message.n);
    if (message.remove) { takeAway(message.remove); continue; }
    if (message.message === "privacy/deleted") page.log.replaceChildren(); // a phone has other readers
    const row = apply(message);
    if (message.from !== "bot") continue;
    if (row && (restoring || !first)) first = row;
    if (!restoring) waiting(false);
    setTimeout(forgetUnkept, SOON);
  }
  days();
  if (first) reveal(first);
}

// --- buttons under a message ---
const open = () => [...page.log.querySelectorAll(".chips.open")]; // the groups that may still be tapped
function chips(buttons) {
  const group = el("div", "chips open latest");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", L.choices);
  for (const button of buttons) {
    const url = button.url && safeUrl(button.url, "tel:");
    const chip = url ? anchor("chip", button.label, url.href) : el("button", "chip", button.label);
    if (!url) Object.assign(chip, { type: "button", onclick: () => tap(button) });
    group.append(chip);
  }
  for (const older of open()) older.classList.replace(older.answered ? "open" : "latest", "older");
  return group;
}
// One's own words: a tap closes every group above, typed words only once the next question comes.
function answered(text, tapped = open().some((group) => [...group.children].some((chip) => chip.textContent === text))) {
  const groups = open();
  for (const group of groups) group.answered = true;
  if (tapped) groups.forEach((group) => group.classList.remove("open"));
  return tapped ? groups : [];
}
function tap(button) {
  if (EXIT.test(button.id)) hideQuiet();
  say({ action: button.id, label: button.label });
  // Keyboards and screen readers find the input again, yet a thumb gets no on-screen keyboard it did not ask for.
  page.input.inputMode = "none";
  page.input.focus({ preventScroll: true });
}

// --- scrolling ---
let following = true, typingTimer = 0; // following: the reader is at the end of the conversation
const follow = () => { if (following) page.scroll.scrollTop = page.scroll.scrollHeight; };
function reveal(row) { // starts at the first line of an answer, even when the answer is longer than the screen
  if (following) page.scroll.scrollTop += row.getBoundingClientRect().top - page.scroll.getBoundingClientRect().top - 12;
  noteScroll();
}
function noteScroll() {
  following = page.scroll.scrollHeight - page.scroll.scrollTop - page.scroll.clientHeight < NEAR;
  page.down.hidden = following;
}
function waiting(on) {
  clearTimeout(typingTimer);
  if (on) typingTimer = setTimeout(waiting, TYPING, false);
  page.typing.hidden = !on;
  follow();
}

// --- the line to the server ---
const trouble = new Set(); // parts of the page that cannot reach the server now
let current = store.get(TOKEN), opening = null, after = 0, flushing = false, polling = new AbortController(), hint = "";
function report(part, bad) {
  trouble[bad ? "add" : "delete"](part);
  const text = trouble.size ? L.offline : hint;
  if (page.status.textContent !== text) page.status.textContent = text; // said once, not at every try
}
const ends = {}; // how to end each pause early
const pause = (name, ms) => new Promise((resolve) => { setTimeout(ends[name] = resolve, ms); });
const goOn = (...names) => names.forEach((name) => ends[name] && ends[name]());
const backOff = (tries) => Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(tries, 6)) * (0.75 + Math.random() / 2);
async function call(path, { token, body, ms = TIMEOUT, control = new AbortController() }) {
  const timer = setTimeout(() => control.abort(), ms), { signal } = control, post = body && { method: "POST", body: JSON.stringify(body) };
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  try {
    const response = await fetch(API + path, { ...post, headers, signal, cache: "no-store" });
    const data = (await response.json().catch(() => null)) || {};
    return { status: response.status, data, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  } catch { return { status: 0, data: {}, retryAfter: 0 }; } finally { clearTimeout(timer); }
}
// The token to use. `refused` is one the server no longer knows; it is kept until a new one is there.
async function session(refused) {
  if (current && current !== refused) return current;
  opening = opening || openSession(current).finally(() => { opening = null; });
  return opening;
}
async function openSession(old) {
  for (let tries = 0; ; tries += 1) {
    const kept = store.get(TOKEN), elsewhere = kept && kept !== old; // another tab was quicker
    const { status, data } = elsewhere ? { status: 201, data: { session: kept } } : await call("/sessions", { body: {} });
    report("open", status !== 201);
    if (status !== 201) await pause("open", backOff(tries));
    else return adopt(data.session, old, !elsewhere);
  }
}
function adopt(token, old, greet) {
  const items = queue.all(), texts = items.filter((item) => item.text);
  current = token;
  store.set(TOKEN, token);
  if (!old) return token;
  after = 0;
  rows.clear();
  store.set(TIMES, "{}");
  answered("", true); // buttons belong to the old conversation; written words go on to the new one
  items.filter((item) => item.action && own.has(item.id)).forEach((item) => own.get(item.id).remove());
  if (greet && !texts.some((item) => hidden(item.text))) texts.unshift({ id: newId(), text: "/start", at: Date.now() });
  queue.set(texts);
  note(L.renewed);
  wake([]);
  flush();
  return token;
}
function say(part) {
  leaving = EXIT.test(part.action);
  const item = { id: newId(), at: Date.now(), ...part };
  queue.set([...queue.all(), item]);
  if (!hidden(item.text) && !EXIT.test(item.action)) ownRow(item, item.action ? answered("", true) : answered(item.text));
  following = true;
  follow();
  flush();
}
async function flush() {
  goOn("send", "open");
  if (flushing) return;
  flushing = true;
  for (let tries = 0, item; (item = queue.all()[0]);) {
    const token = await session(), { id, text, action } = item;
    if ((queue.all()[0] || {}).id !== id) continue; // a new session puts its greeting first
    waiting(true);
    const { status, data, retryAfter } = await call("/messages", { token, body: text ? { id, text } : { id, action } });
    const over = [202, 400, 413].includes(status);
    hint = status === 429 ? data.error || L.offline : "";
    report("send", !over && status !== 401 && status !== 429);
    if (!over) waiting(false);
    if (over) settleItem(item, status === 202, data.error);
    if (status === 401) await session(token);
    if (!over && (tries || status !== 401)) await pause("send", Math.max(backOff(tries), retryAfter * 1000));
    tries = over ? 0 : tries + 1;
  }
  flushing = false;
  hint = "";
  report("send", false); // the conversation itself may have shown that the last one did arrive
}
// Accepted, or never to be accepted as it is: then the words go back to the writer, or the buttons.
function settleItem({ id, text }, accepted, reason = L.refused) {
  const row = own.get(id);
  queue.drop(id);
  if (accepted) return row && row.classList.remove("pending");
  waiting(false);
  if (hidden(text) && text !== "/start") say({ text: "/start" });
  if (!row) return;
  row.remove();
  note(reason);
  for (const group of row.closed) group.classList.add("open");
  page.input.value = [text, page.input.value].filter(Boolean).join("\n");
  grow();
}
async function listen() {
  let restoring = Boolean(current), tries = 0;
  for (;;) {
    page.log.setAttribute("aria-live", restoring ? "off" : "polite"); // the past is not read out again
    if (document.hidden) await pause("shown", 2 ** 31 - 1); // spares battery and data
    const token = await session(), began = Date.now(), wait = restoring ? 0 : LONG_POLL;
    const control = polling = new AbortController();
    const answer = await call(`/messages?after=${after}&wait=${wait}`, { token, ms: TIMEOUT + wait * 1000, control });
    const messages = answer.status === 200 && answer.data.messages, refused = answer.status === 401;
    if (token !== current || control.restart) continue;
    if (messages && trouble.has("poll")) goOn("send");
    report("poll", !messages && !refused);
    if (refused) await session(token);
    if (!messages) await pause("poll", refused && !tries ? 0 : backOff(tries));
    else if (messages.length) show(messages, restoring);
    else if (restoring) restoring = false;
    else if (Date.now() - began < 1000) await pause("poll", 1000);
    tries = messages ? 0 : tries + 1;
  }
}
function wake(paused = Object.keys(ends)) {
  days();
  polling.restart = true;
  polling.abort();
  goOn(...paused);
}

// --- hands on the page ---
function grow() {
  page.input.style.height = "auto";
  page.input.style.height = `${page.input.scrollHeight + 3}px`; // its borders
}
function submit(event) {
  const text = page.input.value.trim();
  event.preventDefault();
  page.input.focus();
  page.input.value = "";
  grow();
  if (text) say({ text });
}
function keyboard() { // where the on-screen keyboard covers the page instead of shrinking it
  const { height, scale } = window.visualViewport;
  page.app.classList.toggle("covered", scale < 1.05 && window.innerHeight - height > 80);
  page.app.style.setProperty("--visible", `${height}px`);
  follow();
}
function wire() {
  const on = (target, type, does) => target.addEventListener(type, does, { passive: type === "scroll" });
  const space = (event) => event.key === " " && (event.preventDefault(), event.target.click());
  for (const button of [page.sos, page.close]) on(button, "keydown", space);
  if (page.emergency.showModal) { // else the link alone opens it
    on(page.sos, "click", (event) => { event.preventDefault(); page.emergency.showModal(); });
    on(page.close, "click", (event) => page.emergency.open && (event.preventDefault(), page.emergency.close()));
    on(page.emergency, "click", ({ target }) => target === page.emergency && page.emergency.close()); // its backdrop
  }
  on(page.composer, "submit", submit);
  on(page.input, "input", grow);
  on(page.input, "pointerdown", () => {
    if (page.input.inputMode === "none") page.input.blur(); // the tap under way focuses it anew
    page.input.inputMode = "";
  });
  on(page.input, "keydown", (event) => { // Enter while Telex composes only ends the word
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  on(page.scroll, "scroll", noteScroll);
  on(page.down, "click", () => { following = true; follow(); });
  if (window.ResizeObserver) [page.scroll, page.log].forEach((part) => new ResizeObserver(follow).observe(part));
  if (window.visualViewport) on(window.visualViewport, "resize", keyboard);
  on(window, "offline", () => report("net", true));
  on(window, "online", () => { report("net", false); wake(); });
  on(document, "visibilitychange", () => document.hidden || wake());
}
const address = new URL(location.href), slip = (address.searchParams.get("ma") || "").trim();
const payload = (address.searchParams.get("start") || (slip && `p${slip}`)).trim();
page.opening.remove();
page.composer.hidden = false;
wire();
queue.all().filter((item) => !hidden(item.text) && !EXIT.test(item.action)).forEach((item) => ownRow(item, []));
if (payload) say({ text: `/start ${payload}` });
else if (!current && !queue.all().some((item) => hidden(item.text))) say({ text: "/start" });
["start", "ma"].forEach((name) => address.searchParams.delete(name)); // only now: the payload is in the queue
history.replaceState(null, "", address.href);
flush();
listen();
