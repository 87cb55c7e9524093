import { setTimeout as pause } from 'node:timers/promises'
import type { RenderedEnvoy } from '../../../mesh/envoy/input.ts'
import { outboundRoutes } from '../../../mesh/envoy/routes.ts'
import { xdsVersion } from '../../../mesh/envoy/write-xds.ts'
import { envoyAdmin } from '../../envoy-admin/admin.ts'
import { parseStats, parseTextReadouts, statsPath } from '../../envoy-admin/stats.ts'

/** The files that an Envoy watches, by their prefix in its statistics. */
const prefixes = {
  clusters: 'cluster_manager.cds',
  listeners: 'listener_manager.lds',
  routes: `http.outbound.rds.${outboundRoutes}`,
} as const
type Stream = keyof typeof prefixes
const streams = Object.keys(prefixes) as Stream[]

/** What an Envoy has made of one file. */
interface StreamStatus {
  /** Of the content in force; empty before the first. */
  readonly version: string
  /** How often it refused one. */
  readonly rejected: number
}
export type XdsStatus = Readonly<Record<Stream, StreamStatus>>

const query = statsPath(`(${Object.values(prefixes).join('|')})\\.(update_rejected|version_text)`)
const answerWithinMs = 2_000

/** Asks an Envoy's admin interface. Undefined when it does not answer: it is down, or paused. */
export async function xdsStatus(adminPort: number): Promise<XdsStatus | undefined> {
  const admin = envoyAdmin(`the proxy at port ${adminPort}`, () => adminPort, answerWithinMs)
  const answer = await admin('GET', query).catch(() => undefined)
  return answer === undefined ? undefined : parseXdsStatus(answer)
}

/** Envoy's answer → status; a statistic that does not exist yet is 0 or empty. */
export function parseXdsStatus(answer: string): XdsStatus {
  const [counters, texts] = [parseStats(answer), parseTextReadouts(answer)]
  const of = (stream: Stream): StreamStatus => ({
    version: texts.get(`${prefixes[stream]}.version_text`) ?? '',
    rejected: counters.get(`${prefixes[stream]}.update_rejected`) ?? 0,
  })
  return { clusters: of('clusters'), listeners: of('listeners'), routes: of('routes') }
}

/** `taken` over; `refused`, with the files at fault; `unknown` when Envoy says neither in time. */
export type Verdict = { readonly kind: 'taken' | 'unknown' } | { readonly kind: 'refused'; readonly files: readonly Stream[] }

/** Envoy's word on a configuration that was given to it. Pure. */
export function verdictOn(config: RenderedEnvoy, before: XdsStatus, now: XdsStatus): Verdict {
  const files = streams.filter((stream) => now[stream].rejected > before[stream].rejected)
  if (files.length > 0) return { kind: 'refused', files }
  return { kind: streams.every((stream) => now[stream].version === xdsVersion(config[stream])) ? 'taken' : 'unknown' }
}

const everyMs = 25

/** Waits for Envoy's word, which comes a moment after its files were replaced. @param before its status from before they were */
export async function awaitVerdict(adminPort: number, config: RenderedEnvoy, before: XdsStatus, withinMs: number): Promise<Verdict> {
  const until = performance.now() + withinMs
  for (;;) {
    const now = await xdsStatus(adminPort)
    const verdict = now ? verdictOn(config, before, now) : ({ kind: 'unknown' } as const)
    if (verdict.kind !== 'unknown' || performance.now() > until) return verdict
    await pause(everyMs)
  }
}
