import { Injectable } from '@nestjs/common';
import { ConfigReader, ConfigurationResponse, HistoryEntryResponse, HistoryService, toLayers } from '#config';
import {
  ArrayField,
  EnumField,
  JsonObjectField,
  JsonValueField,
  PageQuery,
  StringField,
  defaultPageLimit,
} from '#http';
import { InvalidInputError } from '#kernel';
import { getSettingDeclaration, isSettingName, settingsSchema, unknownSettingError } from '#settings';
import { type Tool, type ToolAnswer, type ToolCall, readableBy } from './tool.js';

/** The arguments of a tool that takes none. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a class without fields says that there are none
class EmptyInput {}

class SettingArguments {
  @StringField({ min: 1, max: 100, description: 'The name of the setting, such as temperature' })
  setting!: string;
}

class CurrentConfiguration extends ConfigurationResponse {
  @EnumField(['live', 'stale', 'last-known-good', 'defaults'], { description: 'How fresh it is' })
  config_source!: string;
}

class ExplainedSetting {
  @StringField()
  setting!: string;

  @JsonValueField({ description: 'The value that applies now' })
  value!: unknown;

  @StringField({
    description: 'The layer that the value comes from: platform, plan, tenant, flag or rollout',
  })
  source!: string;

  @JsonValueField({ description: 'What the tenant itself stores, or null' })
  own!: unknown;

  @JsonObjectField({ description: 'JSON Schema: description, bounds under the plan, default, x-set-by' })
  schema!: object;
}

class HistoryPage {
  @ArrayField(() => HistoryEntryResponse)
  items!: HistoryEntryResponse[];

  @StringField({ nullable: true, description: 'The cursor of the next page; null on the last one' })
  next_cursor!: string | null;
}

@Injectable()
export class GetConfigTool implements Tool<EmptyInput, CurrentConfiguration> {
  readonly name = 'get_config';
  readonly title = 'Configuration';
  readonly description =
    "The tenant's effective settings, such as model, temperature and prompt template, with the version.";
  readonly access = readableBy('member');
  readonly input = EmptyInput;
  readonly output = CurrentConfiguration;

  constructor(private readonly reader: ConfigReader) {}

  async run(_input: EmptyInput, { tenantId }: ToolCall): Promise<ToolAnswer<CurrentConfiguration>> {
    const configuration = await this.reader.current(tenantId);
    const body = JSON.parse(configuration.body) as ConfigurationResponse;
    return { output: { ...body, config_source: this.reader.sourceOf(configuration) } };
  }
}

@Injectable()
export class ExplainSettingTool implements Tool<SettingArguments, ExplainedSetting> {
  readonly name = 'explain_setting';
  readonly title = 'Explain a setting';
  readonly description =
    'One setting: what it does, its value, which layer the value comes from, its bounds, and who may set it.';
  readonly access = readableBy('member');
  readonly input = SettingArguments;
  readonly output = ExplainedSetting;

  constructor(private readonly reader: ConfigReader) {}

  async run({ setting }: SettingArguments, { tenantId }: ToolCall): Promise<ToolAnswer<ExplainedSetting>> {
    if (!isSettingName(setting))
      throw new InvalidInputError([unknownSettingError('setting', setting, setting)]);
    const { inputs, settings, sources } = await this.reader.current(tenantId);
    const { properties } = settingsSchema(toLayers(inputs)) as { properties: Record<string, object> };
    const { name } = getSettingDeclaration(setting);
    const own = inputs.stored.settings[name] ?? null;
    return {
      output: { setting, value: settings[name], source: sources[name], own, schema: properties[name]! },
    };
  }
}

@Injectable()
export class ListHistoryTool implements Tool<PageQuery, HistoryPage> {
  readonly name = 'list_history';
  readonly title = 'History of the configuration';
  readonly description = 'Who changed which settings, when and why; newest first, in pages.';
  readonly access = readableBy('member');
  readonly input = PageQuery;
  readonly output = HistoryPage;

  constructor(private readonly history: HistoryService) {}

  async run(
    { limit = defaultPageLimit, cursor }: PageQuery,
    { tenantId }: ToolCall,
  ): Promise<ToolAnswer<HistoryPage>> {
    const { items, next_cursor } = await this.history.list(tenantId, limit, cursor);
    return { output: { items: [...items], next_cursor } };
  }
}
