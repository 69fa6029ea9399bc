// What a customer's page does with the service: upload, poll, download, play. The API secret is on the customer's own
// server (here the one of this page), which orders the avatar and hands the form on.
import { FtarRenderer } from "/sdk/easy-renderer.js";

const at = (id) => document.getElementById(id);
let renderer;

/** Asks this page's own server. @throws {Error} with a sentence for people */
async function own(path, method = "GET") {
  const answer = await fetch(path, { method });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(body?.detail ?? `The server answered ${answer.status}.`);
  return body;
}

/** Posts a photo to the service by the form it gave. */
async function upload({ url, fields }, photo) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", photo); // the last one
  const answer = await fetch(url, { method: "POST", body: form });
  if (!answer.ok) {
    throw new Error((await answer.text()).match(/<Message>(.*)<\/Message>/)?.[1] ?? "The photo could not be uploaded.");
  }
}

/** Waits until the avatar is there. */
async function finished(poll) {
  for (;;) {
    const answer = await fetch(poll);
    if (answer.ok) return answer.json();
    if (answer.status !== 404) throw new Error(`The service answered ${answer.status}.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function create(photo) {
  at("status").textContent = "Ordering …";
  const order = await own("/order", "POST");
  at("status").textContent = "Uploading …";
  await upload(order.link, photo);
  at("status").textContent = "Creating …";
  const begun = performance.now();
  const ended = await finished(order.poll);
  if (!ended.success) throw new Error(ended.message);
  const { link } = await own(`/avatar/${ended.id}/ftar`);
  const file = await (await fetch(link)).blob();
  at("status").textContent = `Ready, ${((performance.now() - begun) / 1000).toFixed(1)} s after the upload.`;
  at("download").href = URL.createObjectURL(file);
  at("download").download = "avatar.ftar";
  at("result").hidden = false;
  await show(file);
}

async function show(file) {
  if (!renderer) {
    renderer = new FtarRenderer("/files", at("canvas"));
    await renderer.readyPromise;
    renderer.size = { width: 480, height: 480 };
  }
  renderer.slot1 = file;
}

at("photo").addEventListener("change", async () => {
  const [photo] = at("photo").files;
  if (!photo) return;
  at("problem").textContent = "";
  at("photo").disabled = true;
  try {
    await create(photo);
  } catch (error) {
    at("status").textContent = "";
    at("problem").textContent = error.message;
  }
  at("photo").disabled = false;
});

at("play").addEventListener("click", async () => {
  const sound = await fetch("/files/sample.wav").then((answer) => answer.arrayBuffer());
  const context = new AudioContext();
  const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(sound) });
  const voice = context.createMediaStreamDestination();
  source.connect(voice);
  const spoken = new Audio();
  spoken.srcObject = renderer.connectMediaStream(voice.stream); // the voice again, in step with the lips
  await spoken.play();
  source.start();
});
