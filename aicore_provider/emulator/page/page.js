"use strict";

// The page asks for the overview every second and writes only what has changed, so that buttons stay in place.

const EVERY_MS = 1000;
const KINDS = { RUNNING: "good", COMPLETED: "good", PENDING: "busy", STOPPING: "busy", UNKNOWN: "busy", DEAD: "bad", PROVISIONING: "busy", ERROR: "bad" };
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
  const made = element("td");
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
  by("problem").textContent = text ?? "";
  by("problem").hidden = text === null;
}

async function act(id, action, body) {
  await ask("POST", `deployments/${id}/${action}`, body ?? {});
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
    if (dialog.returnValue === "switch") act(id, "switch", targets[by("switch-target").value].order);
  };
  dialog.showModal();
}

function button(text, title, enabled, action) {
  const made = element("button", text);
  made.title = title;
  made.disabled = !enabled;
  made.onclick = action;
  return made;
}

function statusCell(shown) {
  const status = element("span", shown.status, `pill ${KINDS[shown.status] ?? ""}`);
  return cell(status, shown.targetStatus === shown.status ? null : `→ ${shown.targetStatus}`);
}

function placeCell(shown) {
  const group = shown.tenant === "emulator" ? shown.resourceGroup : `${shown.tenant} / ${shown.resourceGroup}`;
  return cell(element("code", shown.id), group);
}

function configurationName(shown) {
  const name = element("span", `${shown.configurationName} `);
  name.append(element("span", shown.configurationId.slice(0, 8), "soft code"));
  return name;
}

function next(shown) {
  if (shown.readsLeft !== null) return `after ${shown.readsLeft} reads`;
  return shown.dueInSeconds === null ? "" : due(shown.dueInSeconds);
}

function executionRow(shown) {
  const row = element("tr");
  const schedule = shown.scheduleId === null ? null : `schedule ${shown.scheduleId.slice(0, 8)}`;
  row.append(
    statusCell(shown),
    placeCell(shown),
    cell(configurationName(shown), shown.executableId),
    cell(...shown.outputArtifacts),
    cell(next(shown), schedule),
  );
  return row;
}

function deploymentRow(shown) {
  const row = element("tr");
  const alive = shown.targetStatus === "RUNNING";
  const runs = alive && ["RUNNING", "PENDING"].includes(shown.status);
  const buttons = element("span", undefined, "buttons");
  buttons.append(
    button("Switch", "PATCH configurationId", alive && shown.status !== "UNKNOWN", () => switchTo(shown.id)),
    button("Stop", "PATCH targetStatus STOPPED", runs, () => act(shown.id, "stop")),
    button("Kill", "Let it die: DEAD", alive && shown.status !== "DEAD", () => act(shown.id, "kill")),
    button("Delay", "The next transition comes 30 seconds later", shown.dueInSeconds !== null, () => act(shown.id, "delay", { seconds: 30 })),
  );
  row.append(
    statusCell(shown),
    placeCell(shown),
    cell(configurationName(shown), `${shown.model} · ${shown.executableId}`),
    cell(shown.serving === null ? element("span", "nobody", "soft") : shown.serving),
    cell(next(shown), shown.lastOperation),
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
    cell(element("code", `${shown.method} ${shown.path}`)),
    cell(shown.fault ?? ""),
  );
  return row;
}

function groupItem(shown) {
  const item = element("li");
  const name = shown.tenant === "emulator" ? shown.id : `${shown.tenant} / ${shown.id}`;
  item.append(name, " ", element("span", `${shown.deployments}`, "soft"));
  if (shown.status !== "PROVISIONED") item.append(" ", element("span", shown.status, `pill ${KINDS[shown.status]}`));
  return item;
}

// Elements are kept as long as what they show is the same.
function write(parent, all, make) {
  const known = new Map([...parent.children].map((child) => [child.dataset.shows, child]));
  const wanted = all.map((shown, index) => {
    const key = `${shown.id ?? index} ${JSON.stringify(shown)}`;
    const child = known.get(key) ?? make(shown);
    child.dataset.shows = key;
    known.delete(key);
    return child;
  });
  if (wanted.some((child, index) => parent.children[index] !== child) || parent.children.length !== wanted.length) {
    parent.replaceChildren(...wanted);
  }
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
}

async function refresh() {
  let shown;
  try {
    shown = await (await fetch("/_emulator/overview")).json();
  } catch {
    tell("The emulator does not answer.", true);
    return;
  }
  tell(null, true);
  by("now").textContent = shown.now.replace("T", " ").replace("Z", " UTC");
  const more = shown.deploymentCount > shown.deployments.length ? `, the last ${shown.deployments.length} changed` : "";
  by("deployment-count").textContent = `${shown.deploymentCount}${more}`;
  write(by("groups"), shown.resourceGroups, groupItem);
  write(by("deployments"), shown.deployments, deploymentRow);
  by("executions-section").hidden = shown.executionCount === 0;
  const left = shown.executionCount > shown.executions.length ? `, the last ${shown.executions.length} changed` : "";
  by("execution-count").textContent = `${shown.executionCount}${left}`;
  write(by("executions"), shown.executions, executionRow);
  write(by("requests"), shown.requests, requestRow);
  by("no-deployments").hidden = shown.deployments.length > 0;
  by("no-requests").hidden = shown.requests.length > 0;
  showFaults(shown.faults);
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
  by("clear-faults").onclick = () => setFaults([]);
  for (const each of document.querySelectorAll("[data-advance]")) {
    each.onclick = async () => {
      await ask("POST", "clock", { advanceSeconds: Number(each.dataset.advance) });
      await refresh();
    };
  }
  refresh();
  setInterval(() => document.hidden || refresh(), EVERY_MS);
}

begin();
