import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type FieldError, InvalidInputError, TenantNotFoundError } from '#kernel';
import { type AcceptedVersions, assertVersionAccepted } from '../change/version-check.js';
import { ConfigurationRepository } from '../storage/configuration.repository.js';
import { HistoryRepository } from '../storage/history.repository.js';
import { type ConfigurationInputs, toLayers } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import {
  findChangeErrors,
  findValueErrors,
  type SettingName,
  type PartialSettings,
  settingNames,
} from '#settings';
import { ManagedRepository, type FileBaselines } from './managed.repository.js';
import { type FileDiff, computeFileDiff } from './file-diff.js';

/** What a file says of a tenant, and on which version of the configuration whoever applies it has looked. */
export interface ManagedFileInput {
  readonly tenantId: string;
  /** As they were sent: nothing is known of them yet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The versions that the change may be made on. */
  readonly acceptedVersions: AcceptedVersions;
  readonly exportedVersion: number | null;
}

export interface FilePreview {
  readonly inputs: ConfigurationInputs;
  readonly fileDiff: FileDiff;
}

/** Says what applying a tenant's file would do (specification §5.3); changes nothing. */
@Injectable()
export class PreviewFileService {
  constructor(
    private readonly database: Database,
    private readonly configurations: ConfigurationRepository,
    private readonly managed: ManagedRepository,
    private readonly history: HistoryRepository,
    private readonly reader: ConfigReader,
  ) {}

  /** @throws InvalidInputError, and DomainError `version-mismatch` when the configuration moved on from the base. */
  async preview(input: ManagedFileInput): Promise<FilePreview> {
    const stored = await this.database.readAsTenant(input.tenantId, async () => {
      const current = await this.configurations.find(input.tenantId);
      if (!current) throw new TenantNotFoundError();
      await assertVersionAccepted(current.value, input.acceptedVersions, this.history);
      return current.value;
    });
    return this.previewOn(await this.reader.loadInputs(stored), input);
  }

  /**
   * The same on parts that were read already.
   *
   * @throws InvalidInputError with every fault.
   */
  async previewOn(
    inputs: ConfigurationInputs,
    { tenantId, settings, exportedVersion }: ManagedFileInput,
  ): Promise<FilePreview> {
    const baselines = await this.database.readAsTenant(tenantId, () =>
      this.managed.findBaselines(tenantId, exportedVersion),
    );
    const errors = findFileErrors(inputs, settings, baselines);
    if (errors.length > 0) throw new InvalidInputError(errors);
    return { inputs, fileDiff: computeFileDiff(settings, { stored: inputs.stored, ...baselines }) };
  }
}

function findFileErrors(
  inputs: ConfigurationInputs,
  given: ManagedFileInput['settings'],
  baselines: FileBaselines,
): FieldError[] {
  const valueErrors = findSingleValueErrors(given);
  const invalidNames = new Set(valueErrors.map(({ field }) => field.split('.')[0]!));
  const { stored } = inputs;
  // What is faulty by itself counts as unchanged, so that the faults of the rest show at once.
  const validEntries = settingNames.flatMap((name): [SettingName, unknown][] => {
    const value = (invalidNames.has(name) ? stored.settings : given)[name];
    return value === undefined ? [] : [[name, value]];
  });
  const file: PartialSettings = Object.fromEntries(validEntries);
  const { settings: own, diff } = computeFileDiff(file, { stored, ...baselines });
  const before = toLayers(inputs);
  const owners = Object.fromEntries(validEntries.map(([name]) => [name, 'code' as const]));
  const after = { ...before, own, setBy: { ...before.setBy, ...owners } };
  const touched = new Set<string>(diff.map(({ field }) => field));
  const changeErrors = diff.length === 0 ? [] : findChangeErrors(before, after, touched);
  return [...valueErrors, ...changeErrors].map((fieldError) => ({
    ...fieldError,
    field: `settings.${fieldError.field}`.slice(0, 200),
  }));
}

/** The faults of single values. A file names a setting or leaves it out: null is no way to remove one. */
function findSingleValueErrors(given: ManagedFileInput['settings']): FieldError[] {
  const entries = Object.entries(given);
  const empty = entries.filter(([, value]) => value === null);
  return [
    ...empty.map(([name]): FieldError => {
      const message = `${name} is null; leave it out to let the layer below show.`.slice(0, 300);
      return { field: name, rule: 'type', message, value: null };
    }),
    ...findValueErrors(Object.fromEntries(entries.filter(([, value]) => value !== null))),
  ];
}
