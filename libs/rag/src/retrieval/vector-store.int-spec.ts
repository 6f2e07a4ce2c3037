import { Logger } from '@nestjs/common';
import { type OpenedStore, addTenants, stores } from '../../testing/retrieval/open-stores.js';
import {
  type ResultsByQuestion,
  StoreDriver,
  corpus,
  describeVectorStoreContract,
} from '../../testing/retrieval/vector-store.contract.js';

let reference: Promise<ResultsByQuestion> | null = null;

/** The results of the first store, with which the others are compared. */
async function readReference(): Promise<ResultsByQuestion> {
  const opened = await stores[0]![1]();
  try {
    await addTenants(opened.database, 'reference');
    const user = new StoreDriver(() => opened);
    await user.load('reference', corpus);
    return await user.retrieveAll('reference');
  } finally {
    await opened.close();
  }
}

describe.each(stores)('VectorStore on %s', (_name, open) => {
  let opened: OpenedStore;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await open();
  });
  afterAll(() => opened.close());

  describeVectorStoreContract(
    () => opened,
    () => (reference ??= readReference()),
  );
});
