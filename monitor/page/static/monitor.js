// Draws the charts of the page and keeps it up to date. See the comment of package page.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, parent) {
  const e = document.createElementNS(SVG, name);
  for (const k in attributes) e.setAttribute(k, attributes[k]);
  if (parent) parent.appendChild(e);
  return e;
}

// nice gives about n round numbers from 0 to a little above max.
function nice(max, n) {
  if (!(max > 0)) return [0, 1];
  const raw = max / n, power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = power * [1, 2, 2.5, 5, 10].find(m => m * power >= raw);
  const ticks = [];
  for (let i = 0; ; i++) {
    ticks.push(i * step);
    if (i * step >= max) return ticks;
  }
}

function figure(v, unit) {
  const digits = x => x.toLocaleString("en", { maximumFractionDigits: x < 10 ? 2 : x < 100 ? 1 : 0 });
  if (unit !== "ms") return digits(v) + " " + unit;
  if (v < 1000) return digits(v) + " ms";
  if (v < 120000) return digits(v / 1000) + " s";
  return digits(v / 60000) + " min";
}

function clock(ms) {
  return new Date(ms).toLocaleTimeString("en-GB");
}

function draw(box) {
  const text = box.dataset.chart, width = box.clientWidth, height = box.clientHeight;
  if (!width || box.drawn === text + width) return;
  box.drawn = text + width;
  const d = JSON.parse(text), spark = box.classList.contains("spark"), color = "c" + d.color;
  box.replaceChildren();
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, box);
  if (d.points.length === 0) {
    if (!spark) shape("text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, svg).textContent = "no batches yet";
    return;
  }
  if (d.series) d.points.forEach(pile);
  let top = 0;
  for (const p of d.points) top = Math.max(top, p[p.length - 1]);
  if (d.stable && top > d.stable / 4) top = Math.max(top, d.stable * 1.05);
  const ticks = nice(top, spark ? 1 : 3), max = ticks[ticks.length - 1];
  const left = spark ? 1 : 58, right = width - (spark ? 2 : 8), low = height - (spark ? 2 : 20), high = spark ? 2 : 8;
  const first = d.points[0][0], last = d.points[d.points.length - 1][0];
  const x = t => last === first ? (left + right) / 2 : left + (t - first) / (last - first) * (right - left);
  const y = v => low - v / max * (low - high);
  if (!spark) {
    for (const v of ticks) {
      shape("line", { class: "grid", x1: left, x2: right, y1: y(v), y2: y(v) }, svg);
      shape("text", { x: left - 8, y: y(v) + 4, "text-anchor": "end" }, svg).textContent = figure(v, d.unit === "ms" ? "ms" : "");
    }
    shape("text", { x: left, y: height - 4 }, svg).textContent = clock(first);
    if (last !== first) shape("text", { x: right, y: height - 4, "text-anchor": "end" }, svg).textContent = clock(last);
  }
  if (d.stable && d.stable <= max) {
    shape("line", { class: "stable", x1: left, x2: right, y1: y(d.stable), y2: y(d.stable) }, svg);
    shape("text", { x: right, y: y(d.stable) - 4, "text-anchor": "end" }, svg).textContent = "stable: " + figure(d.stable, "ms");
  }
  if (d.series) {
    layers(box, svg, d, x, y, low);
    hover(box, svg, d, x, y, low, high, "c2");
    return;
  }
  const line = d.points.map(p => x(p[0]).toFixed(1) + "," + y(p[1]).toFixed(1)).join(" L");
  shape("path", { class: "area " + color, d: `M${x(first).toFixed(1)},${low} L${line} L${x(last).toFixed(1)},${low} Z` }, svg);
  shape("path", { class: "curve " + color, d: "M" + line }, svg);
  if (d.points.length === 1) shape("circle", { class: "dot " + color, cx: x(first), cy: y(d.points[0][1]), r: 4 }, svg);
  if (!spark) hover(box, svg, d, x, y, low, high, color);
}

// pile keeps the values of a point and adds each to those before it, so that they can be stacked.
function pile(p) {
  p.own = p.slice(1);
  for (let i = 2; i < p.length; i++) p[i] += p[i - 1];
}

// layers draws stacked values, the last first so that the others lie on it, and says which is which.
function layers(box, svg, d, x, y, low) {
  const at = (p, i) => x(p[0]).toFixed(1) + "," + y(p[i]).toFixed(1);
  const first = x(d.points[0][0]).toFixed(1), last = x(d.points[d.points.length - 1][0]).toFixed(1);
  for (let i = d.series.length; i > 0; i--) {
    if (d.points.every(p => p.own[i - 1] === 0)) continue;
    const line = d.points.map(p => at(p, i)).join(" L");
    shape("path", { class: "layer s" + i, d: `M${first},${low} L${line} L${last},${low} Z` }, svg);
    if (d.points.length === 1) shape("circle", { class: "dot s" + i, cx: first, cy: y(d.points[0][i]), r: 4 }, svg);
  }
}

// hover shows the batch nearest to the pointer.
function hover(box, svg, d, x, y, low, high, color) {
  let marks = [];
  const clear = () => { marks.forEach(m => m.remove()); marks = []; };
  svg.addEventListener("pointerleave", clear);
  svg.addEventListener("pointermove", e => {
    clear();
    const at = e.clientX - box.getBoundingClientRect().left;
    let best = d.points[0];
    for (const p of d.points) if (Math.abs(x(p[0]) - at) < Math.abs(x(best[0]) - at)) best = p;
    const px = x(best[0]), py = y(best[best.length - 1]);
    marks.push(shape("line", { class: "cross", x1: px, x2: px, y1: high, y2: low }, svg));
    marks.push(shape("circle", { class: "dot " + color, cx: px, cy: py, r: 4.5 }, svg));
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.textContent = clock(best[0]) + "  " + figure(best[best.length - 1], d.unit);
    if (d.series) tip.textContent += d.series.map((s, i) => best.own[i] ? ", " + s + " " + figure(best.own[i], d.unit) : "").join("");
    box.appendChild(tip);
    tip.style.left = Math.min(Math.max(px, tip.offsetWidth / 2), box.clientWidth - tip.offsetWidth / 2) + "px";
    tip.style.top = Math.max(py - 10, tip.offsetHeight) + "px";
    marks.push(tip);
  });
}

function drawAll() {
  document.querySelectorAll(".chart").forEach(draw);
}

// take makes old look like fresh and leaves alone what is the same, so that selections, scrolling and opened details stay.
// What is inside a chart belongs to draw.
function take(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || (old.id || "") !== (fresh.id || "")) {
    old.replaceWith(fresh.cloneNode(true));
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const a of Array.from(old.attributes))
    if (!fresh.hasAttribute(a.name) && !(a.name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(a.name);
  for (const a of fresh.attributes)
    if (old.getAttribute(a.name) !== a.value) old.setAttribute(a.name, a.value);
  if (old.classList.contains("chart")) return;
  if (old.nodeName === "TBODY") { rows(old, fresh); return; }
  const a = Array.from(old.childNodes), b = Array.from(fresh.childNodes);
  for (let i = 0; i < b.length; i++) {
    if (i < a.length) take(a[i], b[i]);
    else old.appendChild(b[i].cloneNode(true));
  }
  for (let i = b.length; i < a.length; i++) a[i].remove();
}

// rows matches the rows of a table by id or, without one, by their first cell, so that a new row on top moves the others.
function rows(old, fresh) {
  const key = r => r.id || (r.cells && r.cells[0] ? r.cells[0].textContent : "");
  const have = new Map(Array.from(old.children, r => [key(r), r]));
  let at = old.firstElementChild;
  for (const f of Array.from(fresh.children)) {
    const r = have.get(key(f));
    if (!r) { old.insertBefore(f.cloneNode(true), at); continue; }
    have.delete(key(f));
    if (r === at) at = at.nextElementSibling;
    else old.insertBefore(r, at);
    take(r, f);
  }
  have.forEach(r => r.remove());
}

let asking = false, stale = false;

async function refresh() {
  if (asking || document.hidden) { stale = true; return; }
  asking = true;
  stale = false;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (fresh) take(document.getElementById("main"), fresh);
    drawAll();
  } catch (e) {
    // The shell has gone, or will answer the next time; the mark at the top says which.
  }
  asking = false;
  if (stale && !document.hidden) refresh();
}

function follow() {
  const mark = document.getElementById("live");
  const say = (state, text) => { mark.className = "live " + state; mark.textContent = text; };
  const events = new EventSource("/events");
  events.addEventListener("open", () => say("on", "live"));
  events.addEventListener("error", () => say("off", "not connected"));
  events.addEventListener("change", refresh);
  document.addEventListener("visibilitychange", () => { if (stale) refresh(); });
}

drawAll();
follow();
addEventListener("resize", drawAll);
