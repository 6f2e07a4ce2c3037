import type { ColumnOptions, ColumnType } from 'typeorm';

/**
 * A bigint that the code reads as a number: versions and counts stay far below 2^53. A version is a plain column, since
 * triggers count it, not TypeORM.
 */
export const bigintColumn = {
  type: 'bigint',
  transformer: {
    from: (stored: string | null) => (stored === null ? null : Number(stored)),
    to: (value: unknown) => value,
  },
} as const satisfies ColumnOptions;

/** Bytes that the code reads and writes as lowercase hex, such as a SHA-256. */
export const hexColumn = {
  type: 'bytea',
  transformer: {
    from: (stored: Buffer | null) => stored?.toString('hex') ?? null,
    to: (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'hex') : value),
  },
} as const satisfies ColumnOptions;

/** A transaction id as text. TypeORM does not know the type by itself: `createDataSource` adds it. */
export const xid8Column = { type: 'xid8' as ColumnType } satisfies ColumnOptions;
