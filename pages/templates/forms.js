// A form is sent as JSON to the operation that it, or the button, names in `data-post`. Then the
// browser goes to `data-then`, or what follows the form takes its place.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
const invitation = document.getElementById("invitation");
const account = document.getElementById("account");

async function post(path, body) {
  try {
    const { csrfToken } = await (await fetch("/api/csrf-token")).json();
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfToken },
      body: JSON.stringify(body),
    });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, body: { error: "The server gave no answer.", message: "Try again." } };
  }
}

function sentence({ error, message, details }) {
  const reasons = details?.map(({ pointer, reason }) => `${pointer.slice(1)} ${reason}.`);
  return `${error} ${(reasons ?? [message]).join(" ")}`.replaceAll("`", "");
}

function replace(form, text) {
  const next = form.nextElementSibling;
  form.hidden = true;
  next.hidden = false;
  next.textContent ||= text;
  next.focus();
}

async function send(form, button) {
  const said = form.querySelector("[role=alert]");
  const fields = JSON.parse(form.dataset.body ?? "{}");
  Object.assign(fields, Object.fromEntries(new FormData(form)));
  if ("token" in form.dataset) fields.token = token;
  said.textContent = "";
  button.disabled = true;
  const answer = await post(button.dataset.post ?? form.dataset.post, fields);
  button.disabled = false;
  const isStranger = answer.status === 401 && form === invitation;
  if (form === invitation) account.hidden = !isStranger;
  if (!answer.ok) {
    said.textContent = isStranger ? answer.body.error : sentence(answer.body);
  } else if ("then" in form.dataset) {
    location.assign(form.dataset.then);
  } else {
    replace(form, answer.body.message);
  }
}

async function showInvitation() {
  const { ok, status, body } = await post("/api/invitations/inspect", { token });
  const title = document.querySelector("h1");
  if (!ok) return replace(invitation, status === 404 ? "There is no such invitation." : sentence(body));
  title.textContent = `${body.inviter_name ?? "Somebody"} invites you to ${body.organization_name}`;
  for (const field of document.querySelectorAll("[name=email]")) field.value = body.email;
  if (body.state !== "pending") return replace(invitation, `This invitation is ${body.state}.`);
  invitation.hidden = false;
}

for (const form of document.forms) {
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(form, event.submitter);
  });
  if ("token" in form.dataset && !token) {
    replace(form, "The link is not whole. Open it from the mail, or copy all of it.");
  } else if (form === invitation) {
    showInvitation();
  }
}

// Another mailed link, opened in this tab.
addEventListener("hashchange", () => location.reload());
