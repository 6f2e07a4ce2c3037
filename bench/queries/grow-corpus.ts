import type { TestDatabase } from '#testing';
import { Client } from 'pg';

/** Expressions for the columns that differ between a row and its copy number `copy`; `span` is how many document numbers there are. */
const changedColumns = {
  documents: { doc_id: `doc_id || '-' || copy`, number: 'number + copy * span' },
  chunks: { document_number: 'document_number + copy * span', external_key: 'NULL' },
  postings: { document_number: 'document_number + copy * span' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/**
 * Copies the documents of the only tenant that has some, with their chunks, vectors and words, until there are `times` of each. No replica
 * may be running: triggers do not see the copies.
 */
export async function growCorpus({ superuserUrl }: TestDatabase, times: number): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("SET session_replication_role = 'replica'");
    const { rows } = await client.query<{ span: number }>('SELECT max(number) AS span FROM documents');
    for (const table of ['documents', 'chunks', 'postings'] as const)
      await client.query(await copySql(client, table, rows[0]!.span), [times - 1]);
    await client.query(
      `UPDATE corpora SET documents = documents * $1, chunks = chunks * $1, terms = terms * $1, indexed = indexed * $1,
        length = length * $1, last_number = last_number * $1, version = version + 1`,
      [times],
    );
  } finally {
    await client.end();
  }
}

/** Autovacuum would do this a minute later. */
export async function vacuum({ superuserUrl }: TestDatabase): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query('VACUUM ANALYZE').finally(() => client.end());
}

async function copySql(client: Client, table: keyof typeof changedColumns, span: number): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  const names = rows.map(({ name }) => name);
  const changed: Readonly<Record<string, string>> = changedColumns[table];
  const values = names.map((name) => changed[name] ?? name).join(', ');
  return `INSERT INTO ${table} (${names.join(', ')})
    SELECT ${values.replaceAll('span', String(span))} FROM ${table} CROSS JOIN generate_series(1, $1::int) AS copy`;
}
