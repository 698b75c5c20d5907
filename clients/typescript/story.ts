// Invites until the team is full, reads the refusal, lists what is open, and takes one back.

import createClient from "openapi-fetch";
import type { paths } from "../generated/typescript/slugbase.ts";
import { everyInvitation, told, untilAnswered } from "./recipes.ts";

const { BASE_URL = "", ORGANIZATION: id = "", TOKEN } = process.env;
const client = createClient<paths>({
  baseUrl: BASE_URL,
  headers: { Authorization: `Bearer ${TOKEN}` },
});

await fill();
let newest: string | undefined;
for await (const each of everyInvitation(client, id)) {
  newest ??= each.id;
  console.log(`listed ${each.email} ${each.state}`);
}
if (newest) await revoke(newest);

async function fill(): Promise<void> {
  for (let number = 1; ; number++) {
    const { data, error, response } = await untilAnswered((key) =>
      client.POST("/api/organizations/{id}/invitations", {
        params: { path: { id }, header: { "Idempotency-Key": key } },
        body: { email: `guest${number}@example.com` },
      }),
    );
    if (error) {
      console.log(told(error));
      return;
    }
    const again = response.headers.has("Idempotency-Replayed") ? " (the first answer again)" : "";
    console.log(`invited ${data.email}${again}`);
  }
}

async function revoke(invitationId: string): Promise<void> {
  const { data, error } = await client.DELETE("/api/organizations/{id}/invitations/{invitationId}", {
    params: { path: { id, invitationId } },
  });
  if (error) throw new Error(JSON.stringify(error));
  console.log(`now ${data.email} ${data.state}`);
}
