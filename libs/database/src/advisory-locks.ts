/**
 * Every advisory lock of Attune: one statement for each, so that no two locks share a key by accident. Never change a key, since
 * replicas of two releases run at the same time. All but `migration` are released at the end of the transaction.
 * `attune_prune_change_feed()` takes the lock 7203119 by itself.
 *
 * ```ts
 * await database.asTenant('acme-law', async () => {
 *   await database.query(advisoryLockSql.goldenQuestions, ['acme-law']);
 * });
 * ```
 */
export const advisoryLockSql = {
  /** One process migrates at a time. Held until its connection is closed. */
  migration: 'SELECT pg_advisory_lock(7203118)',
  /** One chunk of bulk updates at a time: two that write the same tenants in different orders would deadlock. */
  bulkChunk: 'SELECT pg_advisory_xact_lock(5230917)',
  /** Replicas that start at the same time create one bootstrap key. */
  bootstrapKey: "SELECT pg_advisory_xact_lock(hashtext('attune platform key'))",
  /** One change at a time of plans, models and platform defaults. */
  sharedSettings: "SELECT pg_advisory_xact_lock(hashtext('attune shared layers'))",
  /** Replicas that share a folder write the file of demo keys one after another. */
  demoKeys: "SELECT pg_advisory_xact_lock(hashtext('attune demo keys'))",
  /** One writer at a time counts and adds the change requests of tenant `$1`. */
  changeRequests: "SELECT pg_advisory_xact_lock(hashtext('attune change requests'), hashtext($1))",
  /** One writer at a time counts and adds the golden questions of tenant `$1`. */
  goldenQuestions: "SELECT pg_advisory_xact_lock(hashtext('golden_questions'), hashtext($1))",
} as const;
