import { type RequestOptions, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { AttackTarget } from './attack.js';

/** A request of the attacker. Without a key it has no credential. */
export interface AttackRequest {
  readonly path: string;
  readonly key?: string;
  readonly contentType?: string;
  /** After this time the client closes its connection, with or without an answer. Default: never. */
  readonly leaveAfterMs?: number;
}

/** Sends a POST with these bytes, on a connection of its own. Resolves to the status, or to 0 if there was no answer. */
export function sendBytes({ url }: AttackTarget, attack: AttackRequest, body: Buffer): Promise<number> {
  const { leaveAfterMs } = attack;
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    headers: headersOf(attack, body.length),
    ...(leaveAfterMs !== undefined && { signal: AbortSignal.timeout(leaveAfterMs) }),
  };
  return new Promise((resolve) => {
    const sent = request(new URL(attack.path, url), options, (response) => {
      resolve(response.statusCode ?? 0);
      response.resume().once('end', () => sent.destroy());
    });
    sent.once('error', () => resolve(0)).once('close', () => resolve(0));
    sent.end(body);
  });
}

const maxWaitMs = 60_000;

/**
 * Announces a body of `length` bytes on each connection, sends `sent` bytes of it and stops. Resolves to the status of each answer, or 0
 * for a connection that gets none within a minute.
 */
export async function stallUploads(
  { url }: AttackTarget,
  attack: AttackRequest,
  { connections, length, sent }: Record<'connections' | 'length' | 'sent', number>,
): Promise<number[]> {
  const { hostname, port } = new URL(url);
  const lines = Object.entries(headersOf(attack, length)).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${attack.path} HTTP/1.1\r\nhost: ${hostname}\r\n${lines.join('')}\r\n`;
  const body = Buffer.alloc(sent, 'x').fill('{"text":"', 0, 9);
  const sockets = Array.from({ length: connections }, () => connect({ host: hostname, port: Number(port) }));
  const statuses = await Promise.all(
    sockets.map((socket) => {
      socket.write(head);
      socket.write(body);
      return Promise.race([readStatus(socket), pause(maxWaitMs, 0, { ref: false })]);
    }),
  );
  for (const socket of sockets) socket.destroy();
  return statuses;
}

function readStatus(socket: Socket): Promise<number> {
  let text = '';
  return new Promise((resolve) => {
    socket.on('error', () => resolve(0)).on('close', () => resolve(0));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      if (status !== undefined) resolve(Number(status));
    });
  });
}

function headersOf({ key, contentType }: AttackRequest, length: number): Record<string, string> {
  return {
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    'content-type': contentType ?? 'application/json',
    'content-length': String(length),
  };
}
