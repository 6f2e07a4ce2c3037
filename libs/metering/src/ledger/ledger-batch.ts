import type { Admission, AdmissionInput, PendingSettlement, SettlementResult } from './ledger.js';
import { busy } from './batch-queue.js';
import { toNanoUsd } from './nano-usd.js';

/** A query to admit, under the id that it gets in the usage log. */
interface AdmissionRequest extends AdmissionInput {
  readonly logId: string;
}

export type LedgerRequest = AdmissionRequest | PendingSettlement;

export type LedgerResult = Admission | SettlementResult;

type WrittenAdmission = Pick<Admission, 'refusal' | 'used' | 'spent_usd' | 'held_usd' | 'data_version'>;

/** What `attune_write_ledger` returns. `busy`: nothing was written. null: there is no such tenant. */
export interface WrittenBatch {
  readonly settlements: readonly (SettlementResult | 'busy')[];
  readonly admissions: readonly (WrittenAdmission | 'busy' | null)[];
  readonly day_ends: string;
  readonly month_ends: string;
  readonly minute_ends: string;
  readonly now_at: string;
}

/** The parameters of `attune_write_ledger`: an array for each property. */
export function toParameters(
  requests: readonly LedgerRequest[],
  mayWait: boolean,
  now: Date | null,
): unknown[] {
  const settlements = requests.filter(isSettlement);
  const admissions = requests.filter((request): request is AdmissionRequest => !isSettlement(request));
  return [
    settlements.map(({ tenantId }) => tenantId),
    settlements.map(({ logId }) => logId),
    settlements.map(({ usage }) => usage.outcome),
    settlements.map(({ usage }) => usage.model),
    settlements.map(({ usage }) => usage.promptTokens),
    settlements.map(({ usage }) => usage.completionTokens),
    settlements.map(({ usage }) => toNanoUsd(usage.costUsd)),
    settlements.map(({ usage }) => Math.round(usage.latencyMs)),
    admissions.map(({ tenantId }) => tenantId),
    admissions.map(({ logId }) => logId),
    admissions.map(({ userId }) => userId),
    admissions.map(({ configVersion }) => configVersion),
    admissions.map(({ maxQueriesPerDay }) => maxQueriesPerDay),
    admissions.map(({ monthlyBudgetUsd: budget }) => (budget === 'unlimited' ? null : toNanoUsd(budget))),
    admissions.map(({ maxCostUsd }) => toNanoUsd(maxCostUsd)),
    admissions.map(({ reservationTtlMs }) => reservationTtlMs),
    mayWait,
    now,
    admissions.map(({ maxQueriesPerMinute: rate }) => (rate === 'unlimited' ? null : rate)),
  ];
}

/** The results in the order of the requests. */
export function toResults(
  requests: readonly LedgerRequest[],
  written: WrittenBatch,
): (LedgerResult | typeof busy)[] {
  const [settlements, admissions] = [written.settlements.values(), written.admissions.values()];
  return requests.map((request) => {
    if (isSettlement(request)) return orBusy(settlements.next().value!);
    const admission = orBusy(admissions.next().value!);
    return admission === busy || admission === null ? admission : toAdmission(request, admission, written);
  });
}

function orBusy<Result>(result: Result | 'busy'): Result | typeof busy {
  return result === 'busy' ? busy : result;
}

function toAdmission(
  { logId }: AdmissionRequest,
  admission: WrittenAdmission,
  { day_ends: dayEnds, month_ends: monthEnds, minute_ends: minuteEnds, now_at: now }: WrittenBatch,
): Admission {
  return {
    ...admission,
    log_id: admission.refusal === null ? logId : null,
    day_ends: new Date(dayEnds),
    month_ends: new Date(monthEnds),
    minute_ends: new Date(minuteEnds),
    now_at: new Date(now),
  };
}

function isSettlement(request: LedgerRequest): request is PendingSettlement {
  return 'usage' in request;
}
