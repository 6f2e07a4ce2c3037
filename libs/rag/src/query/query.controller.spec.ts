import type { FastifyReply } from 'fastify';
import { InvalidInputError } from '#kernel';
import { QueryController } from './query.controller.js';
import type { QueryResponse } from './query.response.js';
import type { Inquiry, QueryService } from './query.service.js';

const response = { answer: 'Due on the first.', config_version: 7 } as QueryResponse;
const asked: unknown[] = [];
const answer = async (inquiry: Inquiry): Promise<QueryResponse> => {
  asked.push(inquiry);
  return response;
};
const queries = { answer } as unknown as QueryService;
const controller = new QueryController(queries);

function aReply() {
  const sent: Record<string, unknown> = {};
  const headers = (some: object): unknown => Object.assign(sent, some);
  const principal = { actor: 'key:k1', subject: 'k1', role: 'member', tenantId: 'acme-law' };
  const reply = { raw: { once: () => undefined }, headers, request: { principal, ip: '127.0.0.1' } };
  return { sent, reply: reply as unknown as FastifyReply };
}

describe('POST /v1/query', () => {
  it('names the configuration that was applied', async () => {
    const { sent, reply } = aReply();
    await expect(controller.ask({ question: 'When?' }, reply)).resolves.toBe(response);
    expect(sent).toEqual({ 'attune-config-version': 7, 'attune-config-source': 'live' });
  });

  it('is asked by the person that user_id names, else by the credential', async () => {
    asked.length = 0;
    await controller.ask({ question: 'When?', user_id: 'ann' }, aReply().reply);
    await controller.ask({ question: 'When?' }, aReply().reply);
    expect(asked).toEqual([
      { tenantId: 'acme-law', subject: 'ann', question: 'When?' },
      { tenantId: 'acme-law', subject: 'k1', question: 'When?' },
    ]);
  });

  it('refuses to stream', async () => {
    const refusal = controller.ask({ question: 'When?', stream: true }, aReply().reply);
    await expect(refusal).rejects.toBeInstanceOf(InvalidInputError);
    await expect(refusal).rejects.toMatchObject({
      details: { errors: [{ field: 'stream', rule: 'enum', allowed: [false], value: true }] },
    });
  });
});
