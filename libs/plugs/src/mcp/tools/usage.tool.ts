import { Injectable } from '@nestjs/common';
import { UsageQuery, UsageResponse, UsageService } from '#metering';
import { type Tool, type ToolAnswer, type ToolCall, readableBy } from './tool.js';

@Injectable()
export class UsageTool implements Tool<UsageQuery, UsageResponse> {
  readonly name = 'usage';
  readonly title = 'Usage';
  readonly description =
    'Queries, tokens and cost per day, and what is left of the quota and the budget. Without dates: the last 30 days.';
  readonly access = readableBy('member');
  readonly input = UsageQuery;
  readonly output = UsageResponse;

  constructor(private readonly usage: UsageService) {}

  async run(period: UsageQuery, { tenantId }: ToolCall): Promise<ToolAnswer<UsageResponse>> {
    return { output: await this.usage.getUsage(tenantId, period) };
  }
}
