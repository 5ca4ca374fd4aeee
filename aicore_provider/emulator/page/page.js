"use strict";

// The page asks for the overview every second and writes only what has changed, so that buttons stay in place.

const EVERY_MS = 1000;
const KINDS = { RUNNING: "good", PENDING: "busy", STOPPING: "busy", UNKNOWN: "busy", DEAD: "bad", PROVISIONING: "busy", ERROR: "bad",
  COMPLETED: "good", ACTIVE: "good", Synced: "good", "IN-PROGRESS": "busy", DELETING: "busy", OutOfSync: "busy", Unknown: "bad" };
const PRESETS = {
  "an error (503) for the next 3 changes": { method: "PATCH", path: "/v2/lm/*", times: 3, effect: { status: 503 } },
  "too many requests (429), one in five": { path: "/v2/*", probability: 0.2, effect: { status: 429, headers: { "Retry-After": "1" } } },
  "half a second of latency": { path: "/v2/*", effect: { latencySeconds: 0.5 } },
  "a lost answer to the next create": { method: "POST", path: "/v2/lm/deployments", times: 1, effect: { drop: "afterCommit" } },
  "an expired token, once": { path: "/v2/*", times: 1, effect: { expireToken: true } },
  "lists that are 10 seconds old": { effect: { staleListSeconds: 10 } },
  "the next switch ends DEAD": { outcome: "DEAD", after: "switch", times: 1, statusDetails: { reason: "set by hand" } },
  "the next execution dies": { executableId: "text-classification-training", outcome: "DEAD", times: 1, logs: ["set by hand"] },
  "creates hang in PENDING": { outcome: "PENDING", after: "create" },
  "the next resource group ends in ERROR": { outcome: "ERROR", times: 1, statusMessage: "set by hand" },
  "the next sync of an application fails": { outcome: "ERROR", applicationName: "*", times: 1, statusMessage: "set by hand" },
  "a quota of 3 deployments": { deploymentQuota: 3 },
};

const by = (id) => document.getElementById(id);

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function cell(...lines) {
  return filled(element("td"), lines);
}

function rowHeader(...lines) {
  const made = element("th");
  made.scope = "row";
  return filled(made, lines);
}

function filled(made, lines) {
  for (const line of lines) {
    if (line === null) continue;
    const row = element("div");
    row.append(line);
    made.append(row);
  }
  return made;
}

async function ask(method, path, body) {
  try {
    const answer = await fetch(`/_emulator/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
    const content = await answer.json();
    if (!answer.ok) throw new Error(typeof content.error === "string" ? content.error : content.error.message);
    tell(null);
    return content;
  } catch (error) {
    tell(error instanceof TypeError ? "The emulator does not answer." : error.message);
    return null;
  }
}

// A refusal stays until the next action; a lost connection until it is back.
let told = null;
function tell(text, fromPolling = false) {
  if (fromPolling && told !== null && text === null && !told.lost) return;
  told = text === null ? null : { lost: fromPolling };
  by("problem").hidden = text === null;
  // Written again, the same text would be read out again, every second.
  if (by("problem").textContent !== (text ?? "")) by("problem").textContent = text ?? "";
}

// What came of a person's action, for screen readers; what changes by itself is not read out.
function say(text) {
  by("news").replaceChildren(element("span", text));
}

async function act(id, action, body) {
  const changed = await ask("POST", `deployments/${id}/${action}`, body ?? {});
  if (changed !== null) say(`${action} of ${id}: done, its status is ${changed.status}`);
  await refresh();
}

async function switchTo(id) {
  const targets = await ask("GET", `deployments/${id}/targets`);
  if (targets === null) return;
  by("switch-id").textContent = id;
  by("switch-target").replaceChildren(...targets.map((target, index) => new Option(target.label, index)));
  const dialog = by("switch-dialog");
  dialog.returnValue = "";
  dialog.onclose = () => {
    // The browser gives the focus back to the button that was pressed, which is gone when the row has changed since.
    const pressed = by("deployments").querySelector(`button[aria-label="Switch ${id}"]`);
    if (pressed === null) focusBeside(by("deployments"));
    else focusIn(pressed.closest("tr"), "Switch");
    if (dialog.returnValue === "switch") act(id, "switch", targets[by("switch-target").value].order);
  };
  dialog.showModal();
}

function button(id, text, title, enabled, action) {
  const made = element("button", text);
  made.name = text;
  made.title = title;
  made.setAttribute("aria-label", `${text} ${id}`);
  made.disabled = !enabled;
  made.onclick = action;
  return made;
}

function deploymentRow(shown) {
  const row = element("tr");
  const alive = shown.targetStatus === "RUNNING";
  const runs = alive && ["RUNNING", "PENDING"].includes(shown.status);
  const status = element("span", shown.status, `pill ${KINDS[shown.status] ?? ""}`);
  const towards = shown.targetStatus === shown.status ? null : `→ ${shown.targetStatus}`;
  const next = shown.readsLeft !== null ? `after ${shown.readsLeft} reads` : shown.dueInSeconds === null ? "" : due(shown.dueInSeconds);
  const buttons = element("span", undefined, "buttons");
  buttons.append(
    button(shown.id, "Switch", "PATCH configurationId", alive && shown.status !== "UNKNOWN", () => switchTo(shown.id)),
    button(shown.id, "Stop", "PATCH targetStatus STOPPED", runs, () => act(shown.id, "stop")),
    button(shown.id, "Kill", "Let it die: DEAD", alive && shown.status !== "DEAD", () => act(shown.id, "kill")),
    button(shown.id, "Delay", "The next transition comes 30 seconds later", shown.dueInSeconds !== null, () => act(shown.id, "delay", { seconds: 30 })),
  );
  const name = element("span", `${shown.configurationName} `);
  name.append(element("span", shown.configurationId.slice(0, 8), "soft code"));
  row.append(
    cell(status, towards),
    rowHeader(element("code", shown.id), place(shown.tenant, shown.resourceGroup)),
    cell(name, `${shown.model} · ${shown.executableId}`),
    cell(shown.serving === null ? element("span", "nobody", "soft") : shown.serving),
    cell(next, shown.lastOperation),
    cell(buttons),
  );
  return row;
}

function due(seconds) {
  if (seconds < 120) return `in ${seconds} s`;
  if (seconds < 7200) return `in ${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `in ${Math.round(seconds / 3600)} h` : `in ${Math.round(seconds / 86400)} days`;
}

function requestRow(shown) {
  const row = element("tr");
  const kind = shown.status === null || shown.status >= 500 ? "bad" : shown.status >= 400 ? "busy" : "good";
  row.append(
    cell(shown.time.slice(11, 19)),
    cell(element("span", shown.status ?? "dropped", `pill ${kind}`)),
    rowHeader(element("code", `${shown.method} ${shown.path}`)),
    cell(shown.fault ?? ""),
  );
  return row;
}

function objectRow(shown) {
  const row = element("tr");
  row.append(
    cell(shown.status === null ? "" : element("span", shown.status, `pill ${KINDS[shown.status] ?? ""}`)),
    rowHeader(element("code", shown.name), shown.kind),
    cell(place(shown.tenant, shown.resourceGroup)),
    cell(shown.about),
  );
  return row;
}

function place(tenant, group) {
  const name = group ?? "whole tenant";
  return tenant === "emulator" ? name : `${tenant} / ${name}`;
}

// The group whose objects are shown; null: those of all.
let chosen = null;
const isChosen = (shown) => chosen !== null && chosen.tenant === shown.tenant && chosen.id === shown.id;

function groupItem(shown) {
  const item = element("li");
  const choose = element("button", place(shown.tenant, shown.id));
  choose.name = "choose";
  choose.append(" ", element("span", shown.id === null ? "" : `${shown.deployments}`, "soft"));
  if (shown.objects) choose.append(" ", element("span", `+${shown.objects}`, "soft"));
  if (shown.id !== null && shown.status !== "PROVISIONED") choose.append(" ", element("span", shown.status, `pill ${KINDS[shown.status]}`));
  choose.title = `${shown.deployments} deployments and ${shown.objects} other objects: show these alone`;
  choose.setAttribute("aria-pressed", shown.isChosen);
  choose.onclick = () => {
    chosen = isChosen(shown) ? null : { tenant: shown.tenant, id: shown.id };
    refreshAndSay();
  };
  item.append(choose);
  return item;
}

// What a person reads or has the focus on stays in place: elements are kept as long as what they show is the same, and of
// those that show something else only the parts that differ are replaced.
function write(parent, all, identity, make) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const held = parent.contains(document.activeElement);
  const times = new Map();
  // From the last one, so that of equal requests the earliest is always the first.
  const wanted = [...all].reverse().map((shown) => {
    const own = identity(shown);
    times.set(own, (times.get(own) ?? 0) + 1);
    const key = `${own} ${times.get(own)}`;
    const child = renewed(before.get(key), shown, make);
    child.dataset.key = key;
    before.delete(key);
    return child;
  }).reverse();
  for (const gone of before.values()) gone.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  if (held && !parent.contains(document.activeElement)) focusBeside(parent);
}

function renewed(child, shown, make) {
  const content = JSON.stringify(shown);
  if (child?.dataset.content === content) return child;
  const made = make(shown);
  made.dataset.content = content;
  if (child === undefined) return made;
  child.dataset.content = content;
  for (const [index, part] of [...made.children].entries()) {
    const old = child.children[index];
    if (old.isEqualNode(part)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.name : null;
    old.replaceWith(part);
    if (focused !== null) focusIn(child, focused);
  }
  return child;
}

// The same button; where it can be pressed no more, another one beside it, or else the table.
function focusIn(parent, name) {
  const found = parent.querySelector(`button[name="${name}"]:enabled`) ?? parent.querySelector("button:enabled");
  if (found === null) focusBeside(parent);
  else found.focus({ preventScroll: true });
}

// The table around an element, or the search where it is in none that can be seen.
function focusBeside(gone) {
  const table = gone.closest("[tabindex]");
  (table?.offsetParent ? table : by("search")).focus({ preventScroll: true });
}

let faultsInForce = "";
function showFaults(faults) {
  const text = JSON.stringify(faults, null, 1);
  by("fault-count").textContent = faults.length ? `${faults.length} in force` : "none in force";
  if (text !== faultsInForce && by("faults").value === faultsInForce) by("faults").value = text;
  faultsInForce = text;
}

async function setFaults(faults) {
  const set = await ask("PUT", "faults", faults);
  if (set === null) return;
  faultsInForce = JSON.stringify(set, null, 1);
  by("faults").value = faultsInForce;
  await refresh();
  say(`Faults: ${by("fault-count").textContent}`);
}

function selection() {
  const wanted = new URLSearchParams();
  const search = by("search").value.trim();
  if (search) wanted.set("search", search);
  if (chosen !== null) {
    wanted.set("tenant", chosen.tenant);
    wanted.set("group", chosen.id ?? "");
  }
  return `${wanted}`;
}

async function refresh() {
  const wanted = selection();
  let shown;
  try {
    shown = await (await fetch(`/_emulator/overview?${wanted}`)).json();
  } catch {
    tell("The emulator does not answer.", true);
    return;
  }
  tell(null, true);
  if (wanted !== selection()) return;
  if (chosen !== null && !shown.resourceGroups.some(isChosen)) {
    chosen = null;
    refresh();
    return;
  }
  by("now").textContent = clockText(shown.now);
  by("now").dateTime = shown.now;
  by("deployment-count").textContent = counted(shown.deploymentCount, shown.deployments.length, "last changed");
  by("object-count").textContent = counted(shown.objectCount, shown.objects.length, "newest");
  // Before the rows: the focus of one that goes moves to its table only if that can still be seen.
  by("no-deployments").textContent = wanted ? "None here." : "No deployments yet. Client id and secret are both “emulator”.";
  by("objects-section").hidden = shown.objects.length === 0;
  for (const name of ["deployments", "requests"]) {
    by(name).closest(".scroll").hidden = shown[name].length === 0;
    by(`no-${name}`).hidden = shown[name].length > 0;
  }
  const groups = shown.resourceGroups.map((group) => ({ ...group, isChosen: isChosen(group) }));
  write(by("groups"), groups, (group) => place(group.tenant, group.id), groupItem);
  write(by("deployments"), shown.deployments, (deployment) => deployment.id, deploymentRow);
  write(by("objects"), shown.objects, (object) => `${place(object.tenant, object.resourceGroup)} ${object.kind} ${object.name}`, objectRow);
  write(by("requests"), shown.requests, JSON.stringify, requestRow);
  showFaults(shown.faults);
}

async function refreshAndSay() {
  await refresh();
  say(`${by("deployment-count").textContent} deployments, ${by("object-count").textContent} other objects`);
}

function counted(all, listed, which) {
  return all > listed ? `${all}, the ${listed} ${which}` : `${all}`;
}

function clockText(timestamp) {
  return timestamp.replace("T", " ").replace("Z", " UTC");
}

// Each model and version that the catalogue offers, once, whatever executables offer it.
let offered = [];
async function showModels() {
  const versions = await ask("GET", "models");
  if (versions === null) return;
  const before = by("model").value;
  offered = [...new Map(versions.map((version) => [`${version.model} ${version.version}`, version])).values()];
  by("model").replaceChildren(...offered.map(({ model, version, retirementDate }) => {
    const retirement = retirementDate ? `, retires ${retirementDate.slice(0, 10)}` : "";
    return new Option(`${model} ${version}${retirement}`, `${model} ${version}`);
  }));
  if (offered.some(({ model, version }) => `${model} ${version}` === before)) by("model").value = before;
}

async function reviseModel(revision, body) {
  const found = offered[by("model").selectedIndex];
  if (found === undefined) return;
  const left = await ask("POST", `models/${encodeURIComponent(found.model)}/${revision}`, { version: found.version, ...body });
  if (left === null) return;
  const now = left.find((each) => each.version === found.version);
  say(`${found.model} ${found.version}: ${now === undefined ? "not offered any more" : `retires ${now.retirementDate.slice(0, 10)}`}`);
  await showModels();
}

let paused = false;
async function tick() {
  if (!document.hidden && !paused) await refresh();
}

function begin() {
  by("address").textContent = location.origin;
  by("preset").append(new Option("a fault …", ""), ...Object.keys(PRESETS).map((name) => new Option(name)));
  by("preset").onchange = (event) => {
    const preset = PRESETS[event.target.value];
    event.target.value = "";
    try {
      by("faults").value = JSON.stringify([...JSON.parse(by("faults").value || "[]"), preset], null, 1);
    } catch {
      tell("The faults in the box are no JSON list.");
    }
  };
  by("apply-faults").onclick = () => {
    try {
      setFaults(JSON.parse(by("faults").value || "[]"));
    } catch {
      tell("The faults in the box are no JSON.");
    }
  };
  by("search").oninput = () => refreshAndSay();
  by("clear-faults").onclick = () => setFaults([]);
  for (const each of document.querySelectorAll("[data-advance]")) {
    each.onclick = async () => {
      const set = await ask("POST", "clock", { advanceSeconds: Number(each.dataset.advance) });
      await refresh();
      if (set !== null) say(`It is ${clockText(set.now)}`);
    };
  }
  by("pause").onclick = () => {
    paused = !paused;
    by("pause").setAttribute("aria-pressed", paused);
    if (!paused) refresh();
  };
  by("deprecate").onclick = () => by("days").reportValidity() && reviseModel("deprecate", { retiresInDays: by("days").valueAsNumber });
  by("retire").onclick = () => reviseModel("retire");
  by("restore-models").onclick = async () => {
    if (await ask("DELETE", "models") !== null) say("The catalogue is as it was when the emulator started.");
    await showModels();
  };
  showModels();
  refresh();
  setInterval(tick, EVERY_MS);
}

begin();
