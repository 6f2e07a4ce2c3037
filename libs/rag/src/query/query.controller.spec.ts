import type { FastifyReply } from 'fastify';
import { InvalidInputError } from '#kernel';
import { QueryController } from './query.controller.js';
import type { QueryResponse } from './query.response.js';
import type { QueryService } from './query.service.js';

const response = { answer: 'Due on the first.', config_version: 7 } as QueryResponse;
const queries = { answer: async () => response } as unknown as QueryService;
const controller = new QueryController(queries);

function aReply() {
  const sent: Record<string, unknown> = {};
  const headers = (some: object): unknown => Object.assign(sent, some);
  return { sent, reply: { raw: { once: () => undefined }, headers } as unknown as FastifyReply };
}

describe('POST /v1/query', () => {
  it('names the configuration that was applied', async () => {
    const { sent, reply } = aReply();
    await expect(controller.ask('acme-law', {}, { question: 'When?' }, reply)).resolves.toBe(response);
    expect(sent).toEqual({ 'attune-config-version': 7, 'attune-config-source': 'live' });
  });

  it('refuses to stream', async () => {
    const refusal = controller.ask('acme-law', {}, { question: 'When?', stream: true }, aReply().reply);
    await expect(refusal).rejects.toBeInstanceOf(InvalidInputError);
    await expect(refusal).rejects.toMatchObject({
      details: { errors: [{ field: 'stream', rule: 'enum', allowed: [false], value: true }] },
    });
  });
});
