// Invite one person by e-mail: Node.js 18 or newer, nothing to install.
const { ORGANIZATION, TOKEN } = process.env;
const BASE_URL = process.env.BASE_URL ?? "http://localhost:8000";
const EMAIL = process.env.EMAIL ?? "grace@example.com";

const response = await fetch(`${BASE_URL}/api/organizations/${ORGANIZATION}/invitations`, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    Authorization: `Bearer ${TOKEN}`,
  },
  body: JSON.stringify({ email: EMAIL }),
});
console.log(JSON.stringify(await response.json(), null, 2));
process.exitCode = response.ok ? 0 : 1;
