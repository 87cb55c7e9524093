import { openAccess } from '../access/open-access.ts'
import { appUrl } from '../access/shop-access.ts'
import { toolsTokens } from '../access/sign-in.ts'
import { CommandError } from '../cli/command-error.ts'
import type { TargetName } from '../cli/options.ts'

/** The operators' routes of the gateway, as commands use them. */
export interface OperatorsApi {
  /** @returns the body of the answer, undefined when it has none @throws CommandError with what the gateway says when it refuses */
  request<Body>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Body>
}

const answerWithinMs = 10_000

/**
 * Gives `work` the operators' routes of a target. The ingress does not let them through: a replica of the gateway is asked at its own port, in a cluster
 * through a port-forward.
 * @throws NoShop when there is none
 */
export async function withOperatorsApi(target: TargetName, work: (api: OperatorsApi) => Promise<void>): Promise<void> {
  const access = await openAccess(target)
  try {
    await work(operatorsApi(await appUrl(access, 'gateway'), await toolsTokens(access, process.env)()))
  } finally {
    await access.close()
  }
}

/** @param token with scope `gateway:admin` */
export const operatorsApi = (gateway: string, token?: string): OperatorsApi => ({
  request: async (method, path, body) => {
    const answer = await fetch(`${gateway}${path}`, {
      method,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch(() => {
      throw new CommandError(`the gateway does not answer at ${gateway}`)
    })
    const text = await answer.text()
    if (!answer.ok) throw new CommandError(`the gateway refused it: ${reason(answer.status, text)}`)
    return text === '' ? undefined : JSON.parse(text)
  },
})

function reason(status: number, text: string): string {
  try {
    const { code = '', title = '', detail, errors = [] } = JSON.parse(text) as Partial<Refusal>
    const violations = errors.map(({ path, message }) => `; ${path} ${message}`).join('')
    return `${status} ${code}: ${detail ?? title}${violations}`
  } catch {
    return String(status)
  }
}

interface Refusal {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly errors: readonly { readonly path: string; readonly message: string }[]
}
