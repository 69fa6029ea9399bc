// The customer's console: what an account has and has used. The secret is in a variable of this module and nowhere
// else: no cookie, so nothing for another site's page to use; no storage, so nothing for another script to find later.
import { barChart } from "./chart.js";
import { element, table } from "./element.js";

const KINDS = {
  credit: "Payment", subscription: "Subscription", session: "Session", creation: "Avatar", render: "Film", refund: "Refund",
};

const at = (id) => document.getElementById(id);
let secret = "";

/** What a call answers. @throws {Error} with a sentence for people */
async function ask(call) {
  let answer;
  try {
    answer = await fetch(`/b2b/${call}`, { method: "POST", headers: { Authorization: `Bearer ${secret}` } });
  } catch {
    throw new Error("The service cannot be reached.");
  }
  if (answer.status === 401) throw new Error("This is not a secret that works here.");
  if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.detail ?? `The service answered ${answer.status}.`);
  return answer.json();
}

const moment = (seconds) => new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
const userText = (entry) => (entry.user ? `${entry.authtype} ${entry.user}` : "—");

function figure(name, value) {
  return element("div.card", {}, element("span.soft", {}, name), element("b", {}, String(value)));
}

function list(title, heads, rows, nothing) {
  return element("section.card", { "aria-label": title }, element("h2", {}, title),
    rows.length ? table(heads, rows) : element("p.soft", {}, nothing));
}

function chart(title, days, format) {
  const total = days.reduce((sum, { value }) => sum + value, 0);
  return element("section.card", { "aria-label": title },
    element("h2", {}, title, element("span", {}, `${format(total)} in ${days.length} days`)), barChart(days, title, format));
}

function jobRows(jobs, kind) {
  return jobs.filter((job) => job.kind === kind).map((job) => [
    moment(job.created), element("code", {}, job.id), userText(job),
    element(`span.state-${job.state}`, {}, job.deleted ? "deleted" : job.state + (job.testing ? ", testing" : "")),
  ]);
}

function deliveryRow(one) {
  const state = one.delivered ? "delivered" : one.next ? `again ${moment(one.next)}` : "given up";
  return [
    moment(one.created), one.type, String(one.attempts), one.error ?? (one.status ? String(one.status) : "—"),
    element(`span.state-${one.delivered ? "done" : one.next ? "queued" : "failed"}`, {}, state),
  ];
}

function board(info, subscriptions, activity, deliveries) {
  const money = (amount) => new Intl.NumberFormat(undefined, { style: "currency", currency: info.currency }).format(amount);
  const count = (number) => String(number);
  return [
    element("div.figures", {}, figure("Balance", money(info.balance)), figure("Spend, month", money(info.usage.spent)),
      figure("Subscriptions", subscriptions.length), figure("Sessions, month", info.usage.sessions),
      figure("Avatars, month", info.usage.creations), figure("Films, month", info.usage.films)),
    element("div.charts", {},
      chart("Sessions", activity.days.map(({ day, sessions }) => ({ day, value: sessions })), count),
      chart("Spend", activity.days.map(({ day, spent }) => ({ day, value: spent })), money)),
    list("Subscriptions", ["User", "Bought", "Ends", "State", "crt"], subscriptions.map((one) => [
      userText(one), moment(one.created), moment(one.exp),
      (one.is_expired ? "expired" : "active") + (one.testing ? ", testing" : ""), element("code", {}, one.crt),
    ]), "Nobody has a subscription yet. Your server buys them: see buysubscription in the API."),
    list("Ledger", ["When", "What", "Subject", "Amount#"], activity.ledger.map((entry) => [
      moment(entry.created), KINDS[entry.kind] ?? entry.kind, element("code", {}, entry.subject ?? "—"), money(entry.amount),
    ]), "No payment and no charge yet."),
    list("Avatars", ["Ordered", "Id", "User", "State"], jobRows(activity.jobs, "creation"), "No avatar was ordered yet."),
    list("Films", ["Ordered", "Id", "User", "State"], jobRows(activity.jobs, "film"), "No film was ordered yet."),
    list("Webhook deliveries", ["When", "What", "Tries", "Answer", "State"], deliveries.map(deliveryRow),
      "No message was sent yet. The operator sets your address: flexatar account webhook."),
  ];
}

async function show() {
  at("problem").textContent = "";
  try {
    const [info, { list: subscriptions }, activity, { list: deliveries }] =
      await Promise.all(["info", "listsubscription", "activity", "listdelivery"].map(ask));
    at("account").textContent = info.account;
    at("board").replaceChildren(...board(info, subscriptions, activity, deliveries));
    at("enter").hidden = true;
    at("actions").hidden = at("board").hidden = false;
  } catch (error) {
    at("problem").textContent = error.message;
  }
}

function leave() {
  secret = "";
  at("board").replaceChildren();
  at("account").textContent = at("problem").textContent = "";
  at("enter").hidden = false;
  at("actions").hidden = at("board").hidden = true;
  at("secret").focus();
}

at("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  secret = at("secret").value.trim();
  at("secret").value = "";
  await show();
  if (at("board").hidden) at("secret").focus();
});
at("refresh").addEventListener("click", show);
at("leave").addEventListener("click", leave);
at("secret").focus();
