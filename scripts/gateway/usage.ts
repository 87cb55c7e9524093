import type { ApiKeyInfo, KeyUsage } from '../../services/shared/contracts/api/usage-plans.ts'
import { table } from '../cli/table.ts'
import type { OperatorsApi } from './operators-api.ts'

/** Without either, for people. */
export interface UsageOptions {
  readonly days: number
  readonly csv: boolean
  readonly json: boolean
}

/** `gateway usage`: of one key, or of all. */
export async function showUsage(api: OperatorsApi, id: string | undefined, options: UsageOptions): Promise<void> {
  const ids =
    id === undefined ? (await api.request<{ readonly keys: ApiKeyInfo[] }>('GET', '/v1/gateway/keys')).keys.map((key) => key.id) : [id]
  const usages: KeyUsage[] = []
  for (const each of ids) usages.push(await api.request<KeyUsage>('GET', `/v1/gateway/keys/${each}/usage?days=${options.days}`))
  process.stdout.write(written(usages, options))
}

/** Usage → text: days without requests are left out of the table, for people. */
export function written(usages: readonly KeyUsage[], { csv, json }: Omit<UsageOptions, 'days'>): string {
  if (json) return `${JSON.stringify(usages, undefined, 2)}\n`
  const rows = usages.flatMap(({ keyId, planId, days }) =>
    days.map(({ day, admitted, throttled, overQuota }) => [keyId, planId, day, admitted, throttled, overQuota].map(String)),
  )
  // RFC 4180. No value has a comma or a quote: ids, days and numbers.
  if (csv) return [['key', 'plan', 'day', 'admitted', 'throttled', 'over_quota'], ...rows].map((row) => `${row.join()}\r\n`).join('')
  const busy = rows.filter((row) => row.slice(3).some((count) => count !== '0'))
  const left = usages.flatMap(({ keyId, quotas }) =>
    quotas.map(({ period, limit, used, left, resetsAt }) => [keyId, period, String(limit), String(used), String(left), resetsAt]),
  )
  return [
    table([['KEY', 'PLAN', 'DAY', 'ADMITTED', 'TOO FAST', 'OVER QUOTA'], ...busy]),
    left.length > 0 ? `\n${table([['KEY', 'QUOTA', 'LIMIT', 'USED', 'LEFT', 'RESETS'], ...left])}` : '',
  ].join('')
}
