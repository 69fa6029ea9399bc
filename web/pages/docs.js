// The description of the API for people, made from /openapi.json as the server answers it.
import { element, table } from "./element.js";

const GROUPS = [["For your server", "secret"], ["For the browser", "token"], ["For anybody", ""]];

const description = await (await fetch("/openapi.json")).json();
const calls = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, call]) => ({
    path, method: method.toUpperCase(), call, id: call.operationId ?? `${method}${path}`,
    credential: Object.keys((call.security ?? [])[0] ?? {})[0] ?? "",
  })));

/** What a `$ref` of this document means; anything else is itself. */
function resolved(thing) {
  if (!thing?.$ref) return thing ?? {};
  return resolved(thing.$ref.slice(2).split("/").reduce((at, name) => at[name.replaceAll("~1", "/")], description));
}

function typeName(schema) {
  const whole = resolved(schema);
  if (whole.enum) return whole.enum.join(" | ");
  if (whole.const !== undefined) return JSON.stringify(whole.const);
  if (whole.type === "array") return `list of ${typeName(whole.items)}`;
  const choices = whole.oneOf ?? whole.anyOf;
  if (choices) return choices.map(typeName).join(" | ");
  return [whole.type ?? "any"].flat().filter((type) => type !== "null").join(" | ");
}

/** Rows of a table of an object's members, those inside members too, `link.url`. */
function members(schema, prefix = "") {
  const whole = resolved(schema);
  const choices = whole.oneOf ?? whole.anyOf;
  if (choices) return choices.flatMap((choice) => members(choice, prefix));
  return Object.entries(whole.properties ?? {}).flatMap(([name, member]) => {
    const inner = resolved(member);
    const needed = (whole.required ?? []).includes(name);
    const row = [element("code", {}, prefix + name), typeName(member) + (needed ? "" : ", may be absent"),
      inner.description ?? ""];
    const list = inner.type === "array";
    return [row, ...members(list ? inner.items : inner, `${prefix}${name}${list ? "[]" : ""}.`)];
  });
}

function example(name, schema) {
  const whole = resolved(schema);
  if (whole.examples) return whole.examples[0];
  if (whole.enum) return whole.enum[0];
  const known = { authtype: "mail", user: "anna@example.com", crt: "order-1", id: "job_…", size: "512x512", fps: 25 };
  if (known[name] !== undefined) return known[name];
  if (whole.type === "object") return exampleOf(whole);
  if (whole.type === "array") return [];
  if ([whole.type].flat().includes("boolean")) return false;
  return [whole.type].flat().some((type) => type === "integer" || type === "number") ? 1 : "…";
}

function exampleOf(schema) {
  const whole = resolved(schema);
  return Object.fromEntries((whole.required ?? []).map((name) => [name, example(name, whole.properties[name])]));
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl({ path, method, call, credential }) {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quoted(location.origin + path)}`];
  if (credential) lines.push(`-H "Authorization: Bearer $${credential.toUpperCase()}"`);
  const body = call.requestBody?.content?.["application/json"];
  if (body) lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(exampleOf(body.schema)))}`);
  return lines.join(" \\\n  ");
}

function copyable(text) {
  const button = element("button", { type: "button", "aria-label": "Copy the command" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "No access";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return element("div.curl", {}, element("pre", { tabindex: "0" }, element("code", {}, text)), button);
}

/** Text with `code` in it. */
function prose(text) {
  return element("span", {}, ...text.split("`").map((part, i) => (i % 2 ? element("code", {}, part) : part)));
}

function section(title, rows, heads) {
  return rows.length ? [element("h3", {}, title), table(heads, rows)] : [];
}

function article(entry) {
  const { path, method, call, id, credential } = entry;
  const parameters = (call.parameters ?? []).map(resolved).map((one) =>
    [element("code", {}, one.name), one.in, prose(one.description ?? "")]);
  const body = call.requestBody?.content?.["application/json"]?.schema;
  const answers = Object.entries(call.responses).map(([status, answer]) => [status, resolved(answer)]);
  const good = answers.filter(([status]) => status < "300")
    .flatMap(([, answer]) => (answer.content?.["application/json"] ? members(answer.content["application/json"].schema) : []));
  return element("article.card", { id },
    element("h2", {}, element("span.method", {}, method), " ", element("code", {}, path)),
    element("div", {}, call.summary ?? ""),
    call.description && element("p.soft", {}, prose(call.description)),
    element("div.soft", {}, credential ? `With ${credential === "secret" ? "your API secret" : "a user token"}` : "Without a credential"),
    copyable(curl(entry)),
    ...section("Parameters", parameters, ["Name", "Where", "Meaning"]),
    ...section("You send", members(body), ["Member", "Type", "Meaning"]),
    ...section("You get", good, ["Member", "Type", "Meaning"]),
    ...section("Answers", answers.map(([status, answer]) => [status, prose(answer.description ?? "")]), ["Status", "Meaning"]));
}

document.getElementById("about").replaceChildren(prose(description.info.description));
for (const [title, credential] of GROUPS) {
  const group = calls.filter((entry) => entry.credential === credential);
  document.getElementById("contents").append(element("h2", {}, title),
    ...group.map((entry) => element("a", { href: `#${entry.id}` },
      // Broken at slashes, where at all.
      ...entry.path.replace("/b2b/", "").split(/(?<=.\/)/).flatMap((part) => [part, element("wbr")]),
      // Where a path has several methods, each link says which one it means.
      group.filter(({ path }) => path === entry.path).length > 1 && element("span.soft", {}, ` ${entry.method}`))));
  document.getElementById("calls").append(...group.map(article));
}
// The page was empty when the browser looked for the place that its address names.
document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
