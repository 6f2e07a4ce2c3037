import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type Fault, InvalidInputError, TenantNotFoundError } from '#kernel';
import { type AcceptedVersions, checkVersion } from '../change/version-check.js';
import { ConfigurationRepository } from '../configuration.repository.js';
import { HistoryRepository } from '../history.repository.js';
import { type Parts, layersOf } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { faultsOfChange, valueFaults } from '../settings/rules.js';
import { type SettingName, type SomeSettings, settingNames } from '../settings/tenant-settings.js';
import { ManagedRepository, type Remembered } from './managed.repository.js';
import { type FilePlan, planFile } from './ownership.js';

/** What a file says of a tenant, and on which version of the configuration whoever applies it has looked. */
export interface FileOrder {
  readonly tenantId: string;
  /** As they were sent: nothing is known of them yet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The versions that the change may be made on. */
  readonly accepted: AcceptedVersions;
  readonly exportedVersion: number | null;
}

export interface PlannedFile {
  readonly parts: Parts;
  readonly plan: FilePlan;
}

/** Says what applying a tenant's file would do (SPEC §5.3); changes nothing. */
@Injectable()
export class PlanFile {
  constructor(
    private readonly database: Database,
    private readonly configurations: ConfigurationRepository,
    private readonly managed: ManagedRepository,
    private readonly history: HistoryRepository,
    private readonly reader: ConfigReader,
  ) {}

  /** @throws InvalidInputError, and DomainError `version-mismatch` when the configuration moved on from the base. */
  async plan(order: FileOrder): Promise<PlannedFile> {
    const stored = await this.database.readAsTenant(order.tenantId, async () => {
      const found = await this.configurations.find(order.tenantId);
      if (!found) throw new TenantNotFoundError();
      await checkVersion(found.value, order.accepted, this.history);
      return found.value;
    });
    return this.planOn(await this.reader.partsFor(stored), order);
  }

  /**
   * The same on parts that were read already.
   *
   * @throws InvalidInputError with every fault.
   */
  async planOn(parts: Parts, { tenantId, settings, exportedVersion }: FileOrder): Promise<PlannedFile> {
    const remembered = await this.database.readAsTenant(tenantId, () =>
      this.managed.remembered(tenantId, exportedVersion),
    );
    const faults = faultsOfFile(parts, settings, remembered);
    if (faults.length > 0) throw new InvalidInputError(faults);
    return { parts, plan: planFile(settings, { stored: parts.stored, ...remembered }) };
  }
}

function faultsOfFile(parts: Parts, given: FileOrder['settings'], remembered: Remembered): Fault[] {
  const single = singleFaults(given);
  const faulty = new Set(single.map(({ field }) => field.split('.')[0]!));
  const { stored } = parts;
  // What is faulty by itself counts as unchanged, so that the faults of the rest show at once.
  const sound = settingNames.flatMap((name): [SettingName, unknown][] => {
    const value = (faulty.has(name) ? stored.settings : given)[name];
    return value === undefined ? [] : [[name, value]];
  });
  const file: SomeSettings = Object.fromEntries(sound);
  const { settings: own, diff } = planFile(file, { stored, ...remembered });
  const before = layersOf(parts);
  const owners = Object.fromEntries(sound.map(([name]) => [name, 'code' as const]));
  const after = { ...before, own, setBy: { ...before.setBy, ...owners } };
  const touched = new Set<string>(diff.map(({ field }) => field));
  const brought = diff.length === 0 ? [] : faultsOfChange(before, after, touched);
  return [...single, ...brought].map((fault) => ({
    ...fault,
    field: `settings.${fault.field}`.slice(0, 200),
  }));
}

/** The faults of single values. A file names a setting or leaves it out: null is no way to remove one. */
function singleFaults(given: FileOrder['settings']): Fault[] {
  const entries = Object.entries(given);
  const empty = entries.filter(([, value]) => value === null);
  return [
    ...empty.map(([name]): Fault => {
      const message = `${name} is null; leave it out to let the layer below show.`.slice(0, 300);
      return { field: name, rule: 'type', message, value: null };
    }),
    ...valueFaults(Object.fromEntries(entries.filter(([, value]) => value !== null))),
  ];
}
