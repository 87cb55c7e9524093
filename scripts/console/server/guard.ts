import { createHash, timingSafeEqual } from 'node:crypto'
import type { Refusal } from './problems.ts'

/** What a request says about where it comes from. */
export interface Sender {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site`: what the browser itself says; not every one does. */
  readonly site: string | undefined
  /** What `x-breakwater-token` has. */
  readonly token: string | undefined
}

/** By any port: it may have been forwarded. A name that somebody else's DNS answers with 127.0.0.1 is none of these. */
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i

/** Why a request is not answered at all. A page of another site must neither read here nor act, also when its name leads to this machine. */
export function refuseForeign({ host, origin, site }: Sender): Refusal | undefined {
  if (host === undefined || !ownHost.test(host)) return { code: 'FOREIGN_HOST', detail: 'the console is reached as 127.0.0.1 or localhost' }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase())
    return { code: 'FOREIGN_SITE', detail: 'the console does not answer pages of other sites' }
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { code: 'FOREIGN_SITE', detail: 'the console does not answer pages of other sites' }
  return undefined
}

/** Why a request may not change anything. */
export function refuseAction({ token }: Sender, expected: string, mayAct: boolean): Refusal | undefined {
  if (!mayAct) return { code: 'READ_ONLY', detail: 'this console only looks; start it with --allow-actions to act' }
  if (token === undefined || !isSame(token, expected))
    return { code: 'TOKEN_REQUIRED', detail: 'acting needs the token: open the console by the whole URL that was printed' }
  return undefined
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))
