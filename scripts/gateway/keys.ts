import type { ApiKeyInfo } from '../../services/shared/contracts/api/usage-plans.ts'
import { printJson } from '../cli/options.ts'
import { table } from '../cli/table.ts'
import type { OperatorsApi } from './operators-api.ts'

interface Output {
  readonly json: boolean
}

interface Issued {
  readonly key: ApiKeyInfo
  readonly secret: string
}

export interface CreateOptions extends Output {
  readonly plan: string
  readonly owner?: string
  readonly scope: readonly string[]
  readonly days?: number
}

/** `gateway keys create`: the only time that a key is told. */
export async function createKey(api: OperatorsApi, name: string, { plan: planId, owner, scope, days, json }: CreateOptions): Promise<void> {
  const expiresAt = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() }
  const wanted = { name, planId, scopes: scope, ...(owner !== undefined && { owner }), ...expiresAt }
  tell(await api.request<Issued>('POST', '/v1/gateway/keys', wanted), json)
}

/** `gateway keys rotate` */
export async function rotateKey(api: OperatorsApi, id: string, { overlap, json }: Output & { readonly overlap: number }): Promise<void> {
  tell(await api.request<Issued>('POST', `/v1/gateway/keys/${id}/rotate`, { overlapSeconds: overlap }), json)
}

function tell(issued: Issued, json: boolean): void {
  if (json) {
    printJson(issued)
    return
  }
  const { key, secret } = issued
  console.log(secret)
  // Beside the key itself, which may go into a pipe.
  console.error(
    `This is key ${key.id} of plan ${key.planId}. It is not kept: what is lost is replaced with: npx breakwater gateway keys rotate ${key.id}`,
  )
  if (key.previousUntil !== undefined) console.error(`The secret before it is good until ${key.previousUntil}.`)
}

/** `gateway keys revoke` */
export async function revokeKey(api: OperatorsApi, id: string, { json }: Output): Promise<void> {
  const key = await api.request<ApiKeyInfo>('POST', `/v1/gateway/keys/${id}/revoke`)
  if (json) printJson(key)
  else console.log(`${key.id} was revoked at ${key.revokedAt}`)
}

export interface ListOptions extends Output {
  readonly owner?: string
  readonly plan?: string
}

/** `gateway keys list` */
export async function listKeys(api: OperatorsApi, { owner, plan, json }: ListOptions): Promise<void> {
  const query = new URLSearchParams({ ...(owner !== undefined && { owner }), ...(plan !== undefined && { planId: plan }) })
  const { keys } = await api.request<{ readonly keys: ApiKeyInfo[] }>('GET', `/v1/gateway/keys?${query}`)
  if (json) return printJson(keys)
  const rows = keys.map((key) => [key.id, key.planId, key.owner ?? '-', stateOf(key), key.createdAt, key.scopes.join(' ') || '-', key.name])
  process.stdout.write(table([['KEY', 'PLAN', 'OWNER', 'STATE', 'CREATED', 'SCOPES', 'NAME'], ...rows]))
}

const stateOf = ({ revokedAt, expiresAt }: ApiKeyInfo): string => {
  if (revokedAt !== undefined) return 'revoked'
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'good'
}
