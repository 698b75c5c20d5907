// What any program needs: every page of a list, a safe second try, a refusal by its type.

import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Client } from "openapi-fetch";
import type { Invitation, SeatLimitError, paths } from "../generated/typescript/slugbase.ts";

export async function* everyInvitation(client: Client<paths>, id: string): AsyncGenerator<Invitation> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const query = cursor ? { limit: 2, cursor } : { limit: 2 };
    const { data, error } = await client.GET("/api/organizations/{id}/invitations", {
      params: { path: { id }, query },
    });
    if (!data) throw new Error(JSON.stringify(error));
    yield* data.items;
    cursor = data.next_cursor;
  }
}

/** Sends again under the same key, so that the server does it once however often it is asked. */
export async function untilAnswered<Answer extends { response: Response }>(
  send: (key: string) => Promise<Answer>,
  tries = 5,
): Promise<Answer> {
  const key = randomUUID();
  for (; tries > 1; tries--) {
    const answer = await send(key).catch(() => null); // it may have been done or not
    const pause = answer ? answer.response.headers.get("Retry-After") : "1";
    if (answer && pause === null) return answer;
    await setTimeout(Number(pause) * 1000);
  }
  return send(key);
}

export function told(refusal: { code: string }): string {
  if (!isSeatLimit(refusal)) throw new Error(JSON.stringify(refusal));
  return (
    `refused ${refusal.code}: ${refusal.seats_total} seats, ${refusal.seats_used} used, ` +
    `${refusal.pending_invitations} pending, ${refusal.included_seats} included, ` +
    `${refusal.extra_seats} extra`
  );
}

function isSeatLimit(refusal: { code: string }): refusal is SeatLimitError {
  return refusal.code === "TEAM_SEAT_LIMIT";
}
