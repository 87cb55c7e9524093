import { broken, type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { EjectionRule } from '../../core/destination-rule.ts'
import { ofCaller } from '../../core/of-caller.ts'
import { isWhole, type Page } from '../page.ts'

/** What a rule that counts gateway errors only, and lets all be ejected, promises. */
export interface AllOutConfig {
  /** False when the DestinationRule has no `outlierDetection`: then nothing can be claimed, and the verdict fails. */
  readonly declared: boolean
  /** `consecutiveErrors` gateway errors in a row eject. */
  readonly rule: EjectionRule
  readonly replicas: number
  readonly callers: readonly string[]
}

/** All replicas answer one status, and one caller asks. */
export interface Answered {
  /** Failures of each replica, for those that were ejected until then. */
  readonly failures: readonly number[]
  /** Most failures with which a replica was seen that was not ejected yet, and with how many each was first seen ejected. */
  readonly mostWhileIn: number
  readonly outAfter: readonly number[]
  /** Most replicas that were out at the same time. */
  readonly mostOut: number
  readonly pages: readonly Page[]
  /** Requests of others to catalog meanwhile. */
  readonly others: number
}

/** One caller's proxy and what its gateway answers. Times are `performance.now()` ms. */
export interface CallerAllOut {
  readonly caller: string
  /** Pages before anything is broken, and after the first whole one. */
  readonly before: readonly Page[]
  readonly after: readonly Page[]
  readonly on500: Answered
  readonly on503: Answered
  /** Between the last look before the first ejection and the first after it; absent: nobody was ejected. */
  readonly outBetween?: readonly [number, number]
  /** Ejections by detector; undefined where the proxy does not count them. */
  readonly ejections: { readonly gatewayFailure: number | undefined; readonly all5xx: number | undefined }
  /** Once nobody is left to ask. */
  readonly whileOut: {
    readonly pages: readonly Page[]
    readonly lists: readonly Page[]
    /** Calls that the proxy answered itself because nobody was healthy, by the gateway and by the proxy (flag UH). */
    readonly nobodyHealthy: { readonly byGateway: number; readonly byProxy: number }
    /** Requests that went to a replica all the same. */
    readonly toReplicas: number
  }
  /** Pages from the repair until one was whole, and between which moments that was. */
  readonly meanwhile: readonly Page[]
  readonly wholeBetween?: readonly [number, number]
}

export interface AllOutObserved {
  /** ms since 1970, of the run. */
  readonly startedAt: number
  readonly callers: readonly CallerAllOut[]
  /** Requests that reached the replicas while all callers had ejected all, by their own proxies; absent where they do not count them. */
  readonly inbound?: number
}

/** The checks that fail where every 5xx counts and one replica must stay. */
export const notBy500 = 'replicas ejected while all answer 500: not a gateway error'
export const allOut = 'replicas ejected at the same time while all answer 503'
export const nobodyAsked = 'calls answered 503 because nobody is left to ask (flag UH), of those that the gateway made'
/** What holds there as well: the replicas fail, and the gateway makes the best of it. */
export const failed500 = 'fewest failures of a replica while all answer 500 (or nothing was injected)'
export const failed503 = 'most failures of a replica while all answer 503'
export const pagesDegrade = 'pages of a product answered 200 that name the price in degraded, and nothing else'
export const listsRefused = 'product lists answered 503 with the code UPSTREAM_UNAVAILABLE'

const catalogsPart = 'price'
const unavailable = 'UPSTREAM_UNAVAILABLE'

export function allOutVerdict(config: AllOutConfig, { callers, inbound }: AllOutObserved): Check[] {
  return [
    equals('the DestinationRule of catalog has outlierDetection', true, config.declared),
    ...config.callers.flatMap((name) => {
      const seen = callers.find(({ caller }) => caller === name)
      return ofCaller(name, config.callers.length === 1, seen ? checksOf(config, seen) : [broken('the caller was watched', 'it was not')])
    }),
    ...(inbound === undefined ? [] : [equals('requests that reach catalog while all are out, by its own proxies', 0, inbound)]),
  ]
}

function checksOf(config: AllOutConfig, seen: CallerAllOut): Check[] {
  const { rule, replicas } = config
  const { on500, on503, whileOut, ejections, meanwhile } = seen
  const [calls, { byGateway, byProxy }] = [whileOut.pages.length + whileOut.lists.length, whileOut.nobodyHealthy]
  const around = [...seen.before, ...seen.after]
  const pages = [...on500.pages, ...on503.pages, ...whileOut.pages, ...meanwhile]
  return [
    within(failed500, { min: rule.consecutiveErrors }, Math.min(...on500.failures)),
    equals(notBy500, 0, on500.mostOut),
    ...(ejections.all5xx === undefined ? [] : [equals('ejections by the detector of all 5xx', 0, ejections.all5xx)]),
    within(failed503, { min: rule.consecutiveErrors }, Math.max(...on503.failures)),
    ...doubted(disturbed(on503.others), [
      // A page may try the same replica twice, so that it is not always as many.
      within('most 503s in a row of a replica that was not ejected yet', { max: rule.consecutiveErrors - 1 }, on503.mostWhileIn),
      within('fewest 503s in a row of a replica when it was first seen ejected', { min: rule.consecutiveErrors }, fewest(on503.outAfter)),
    ]),
    equals(allOut, replicas, on503.mostOut),
    ...(ejections.gatewayFailure === undefined
      ? []
      : [equals('ejections by the detector of gateway errors, one of each replica', replicas, ejections.gatewayFailure)]),
    equals("requests to catalog while all are out, by the caller's proxy", 0, whileOut.toReplicas),
    ...doubted(disturbed(Math.max(0, byGateway - calls)), [equals(nobodyAsked, calls, byGateway)]),
    equals('calls without anybody to ask, by the gateway = upstream_cx_none_healthy of its proxy', byGateway, byProxy),
    equals(pagesDegrade, pages.length, pages.filter(isWithoutPrice).length),
    equals(listsRefused, whileOut.lists.length, whileOut.lists.filter(isRefused).length),
    ...wholeAgain(rule, seen),
    equals('whole pages, of those before the fault and those after the first whole one', around.length, around.filter(isWhole).length),
  ]
}

/** Undefined of none. */
const fewest = (counts: readonly number[]): number | undefined => (counts.length === 0 ? undefined : Math.min(...counts))

function wholeAgain({ baseMs, intervalMs }: EjectionRule, { outBetween: out = [0, 0], wholeBetween: whole }: CallerAllOut): Check[] {
  const uncertainMs = whole ? out[1] - out[0] + whole[1] - whole[0] : 0
  const blurred =
    uncertainMs > intervalMs
      ? `this machine is too slow to judge: looking took so long that ${Math.round(uncertainMs)} ms are uncertain`
      : undefined
  const range = { min: baseMs, max: Math.ceil(baseMs + intervalMs + uncertainMs) }
  return doubted(blurred, [
    within(
      'from the first ejection until a page is whole again, ms: the base time, and on until the next sweep',
      range,
      whole && Math.round(whole[1] - out[0]),
    ),
  ])
}

const isWithoutPrice = ({ status, leftOut }: Page): boolean => status === 200 && JSON.stringify(leftOut) === JSON.stringify([catalogsPart])
const isRefused = ({ status, code }: Page): boolean => status === 503 && code === unavailable

const disturbed = (others: number): string | undefined => (others === 0 ? undefined : `others sent ${others} requests to catalog meanwhile`)
