import type { PlanLimits, Quota, UsagePlan } from '../../services/shared/contracts/api/usage-plans.ts'
import { UsageError } from '../cli/command-error.ts'
import { printJson } from '../cli/options.ts'
import { table } from '../cli/table.ts'
import type { OperatorsApi } from './operators-api.ts'

export interface PlanOptions {
  readonly rate?: number
  readonly burst?: number
  readonly day?: number
  readonly week?: number
  readonly month?: number
  readonly json: boolean
}

/** `gateway plans put`: makes a plan, or makes it what is said here. */
export async function putPlan(api: OperatorsApi, id: string, options: PlanOptions): Promise<void> {
  const plan = await api.request<UsagePlan>('PUT', `/v1/gateway/plans/${id}`, limitsOf(options))
  if (options.json) printJson(plan)
  else process.stdout.write(planTable([plan]))
}

/** Options → what a plan allows. Without a burst it is the rate of one second. @throws UsageError for a burst without a rate */
export function limitsOf({ rate, burst, day, week, month }: PlanOptions): PlanLimits {
  if (rate === undefined && burst !== undefined) throw new UsageError('--burst needs --rate: a bucket is filled again.')
  const quota: Quota = { ...(day !== undefined && { day }), ...(week !== undefined && { week }), ...(month !== undefined && { month }) }
  return {
    ...(rate !== undefined && { throttle: { rate, burst: burst ?? Math.max(1, Math.ceil(rate)) } }),
    ...(Object.keys(quota).length > 0 && { quota }),
  }
}

/** `gateway plans list` */
export async function listPlans(api: OperatorsApi, { json }: { readonly json: boolean }): Promise<void> {
  const { plans } = await api.request<{ readonly plans: UsagePlan[] }>('GET', '/v1/gateway/plans')
  if (json) printJson(plans)
  else process.stdout.write(planTable(plans))
}

/** `gateway plans remove` */
export async function removePlan(api: OperatorsApi, id: string, { json }: { readonly json: boolean }): Promise<void> {
  await api.request('DELETE', `/v1/gateway/plans/${id}`)
  if (json) printJson({ id, removed: true })
  else console.log(`${id} is removed`)
}

const planTable = (plans: readonly UsagePlan[]): string =>
  table([
    ['PLAN', 'RATE/S', 'BURST', 'DAY', 'WEEK', 'MONTH'],
    ...plans.map(({ id, throttle, quota = {} }) => [
      id,
      ...[throttle?.rate, throttle?.burst, quota.day, quota.week, quota.month].map(shown),
    ]),
  ])

const shown = (limit: number | undefined): string => (limit === undefined ? '-' : String(limit))
