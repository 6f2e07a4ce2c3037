import { MockUpstream, answersWith } from '../../../libs/rag/testing/llm/mock-upstream.js';
import { type TestApp, type TestTenant, useTestApp } from '../../app/test-app.js';

export interface GoldenQuestion {
  readonly id: string;
  readonly question: string;
  readonly expect_sources: string[];
  readonly expect_phrases: string[];
}

export const route = '/v1/golden-questions';

/** The model `gpt-3.5-turbo` answers it, with other spaces and capitals. */
export const rent = {
  question: 'When is the rent due?',
  expect_sources: ['lease'],
  expect_phrases: ['first DAY of  each month'],
};

interface GoldenQuestionsApp {
  readonly app: TestApp;
  readonly upstream: MockUpstream;
  /** The tenant of the running test. It has one document, `lease`. */
  readonly tenant: TestTenant;
}

/** Starts the product and its models for the tests of a file. `gpt-4` never knows the answer. */
export function useGoldenQuestions(
  tenantPrefix: string,
  env: Readonly<Record<string, string>>,
): GoldenQuestionsApp {
  let upstream: MockUpstream;
  let tenant: TestTenant;
  const app = useTestApp(tenantPrefix, async () => {
    upstream = await MockUpstream.start();
    const { openaiBaseUrl } = upstream;
    return { OPENAI_API_KEY: 'a-key', OPENAI_BASE_URL: openaiBaseUrl, EMBEDDINGS: 'local', ...env };
  });
  beforeEach(async () => {
    upstream.reset();
    upstream.setBehaviour('gpt-3.5-turbo', answersWith('On the first day\nof each month.', 100, 10));
    upstream.setBehaviour('gpt-4', answersWith('I do not know.', 100, 10));
    tenant = await app.createTenant();
    const text = 'The rent is due on the first day of each month.';
    await tenant.admin.post('/v1/documents', { id: 'lease', title: 'Lease', text });
  });
  afterAll(() => upstream.stop());
  return {
    app,
    get upstream() {
      return upstream;
    },
    get tenant() {
      return tenant;
    },
  };
}
