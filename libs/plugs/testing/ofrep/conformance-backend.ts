import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { ConfigurationModule } from '#config';
import { TenancyModule } from '#tenancy';
import { FaultProxy } from '#testing';
import { startRagApp } from '../../../rag/testing/rag-app.js';
import { FlagEvaluationService } from '../../src/ofrep/flag-evaluation.service.js';
import { OfrepController } from '../../src/ofrep/ofrep.controller.js';
import { CanonicalFlagSource } from './canonical-flag-source.js';

/** Attune's own endpoint, with the flags of the conformance suite. */
@Module({
  imports: [ConfigurationModule, TenancyModule],
  controllers: [OfrepController],
  providers: [{ provide: FlagEvaluationService, useClass: CanonicalFlagSource }],
})
class CanonicalOfrepModule {}

/** The backend under test, and the server that changes a flag and cuts the connection when the scenarios ask for it. */
export interface ConformanceBackend {
  readonly url: string;
  readonly key: string;
  /** POST `/change`, `/stop` and `/start`. */
  readonly controlUrl: string;
  close(): Promise<void>;
}

export async function startConformanceBackend(): Promise<ConformanceBackend> {
  const backend = await startRagApp({ CONFIG_CHANGES_PER_HOUR: '0' }, [CanonicalOfrepModule]);
  const admin = await backend.newTenant();
  const { body } = await admin.post<{ key: string }>('/v1/api-keys', {
    name: 'conformance',
    role: 'member',
    scopes: ['flags:evaluate'],
  });
  const link = await FaultProxy.forTarget(await backend.app.getUrl());
  let changes = 0;
  const actions: Readonly<Record<string, () => Promise<unknown>>> = {
    '/change': () => admin.patch('/v1/config', { max_tokens: 1000 + (changes += 1) }),
    '/stop': async () => link.cut(),
    '/start': async () => link.restore(),
  };
  const control = createServer((request, response) => {
    void actions[request.url ?? '']?.().then(() => response.end());
  }).listen(0, '127.0.0.1');
  await once(control, 'listening');
  return {
    url: new URL(link.url).origin,
    key: body.key,
    controlUrl: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    close: async () => {
      control.close();
      await link.close();
      await backend.close();
    },
  };
}
