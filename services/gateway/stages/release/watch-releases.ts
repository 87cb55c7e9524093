import type { FastifyRequest } from 'fastify'
import type { ReleaseEvidence } from '../../../shared/contracts/api/gateway.ts'
import { operationalPaths } from '../../../shared/runtime/http/operational-routes.ts'
import type { Server } from '../../../shared/runtime/http/server.ts'
import type { Logger } from '../../../shared/runtime/process/logger.ts'
import { type Metrics, metricsIn } from '../../../shared/runtime/process/metrics.ts'
import type { StageTable } from '../stage-table.ts'
import { judgeRelease } from './judge-release.ts'
import { ReleaseCounts } from './release-counts.ts'

/** Takes a version's share of the requests away from it everywhere. */
export type UndoRelease = (stage: string, version: number, evidence: ReleaseEvidence) => Promise<unknown>

interface WatchOptions {
  readonly table: StageTable
  readonly undo: UndoRelease
  readonly logger: Logger
  readonly metrics?: Metrics | undefined
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/** Milliseconds between two looks while answers come. Nothing runs while none do. */
const lookEveryMs = 1000

/**
 * Counts what stages answer, and compares each stage that has a share of the requests with prod, by the requests that chance has dealt out
 * between them: those that a rule gives to a stage may be of another kind. A stage that is worse beyond chance loses its share: here at once, and
 * on all replicas as soon as the log has it.
 */
export function watchReleases(app: Server, { table, undo, logger, metrics, now = () => performance.now() }: WatchOptions): void {
  const answers = metricsIn(metrics).counter({
    name: 'gateway_stage_answers_total',
    help: 'Answers of each stage; error: 5xx, degraded: a part was left out',
    labelNames: ['stage', 'version', 'outcome'],
  })
  const degraded = new WeakSet<FastifyRequest>()
  const releases = new Map<string, ReleaseCounts>()
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    timer = undefined
    const running = new Map(table.releases.map((release) => [keyOf(release), release]))
    for (const [key, counts] of releases) {
      const release = running.get(key)
      if (!release) releases.delete(key)
      const seen = release && counts.look(now())
      const evidence = seen && judgeRelease(seen.spans, seen.look)
      if (release && evidence) giveUp(release, evidence)
    }
  }
  const giveUp = ({ name, version }: { readonly name: string; readonly version: number }, evidence: ReleaseEvidence): void => {
    releases.delete(keyOf({ name, version }))
    table.distrust(name, version)
    logger.warn({ stage: name, version, ...evidence }, 'release undone: its answers are worse than those of prod')
    // Without Kafka it is undone on this replica alone; others find out for themselves.
    undo(name, version, evidence).catch((err: unknown) => logger.warn({ err, stage: name, version }, 'release undone on this replica only'))
  }

  app.addHook('preSerialization', (request, _reply, payload, done) => {
    if (isDegraded(payload)) degraded.add(request)
    done(null, payload)
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    done()
    if (request.is404 || operationalPaths.has(request.routeOptions.url ?? '')) return
    const { stage, by } = table.choose(request.raw)
    const outcome = statusCode >= 500 ? 'error' : degraded.has(request) ? 'degraded' : 'ok'
    answers.inc({ stage: stage.name, version: stage.version, outcome })
    if (by !== 'share' && by !== 'rest') return
    const isBad = outcome !== 'ok'
    for (const release of table.releases) {
      const side = by === 'rest' ? 'prod' : stage.name === release.name && stage.version === release.version ? 'canary' : undefined
      if (!side) continue
      const key = keyOf(release)
      const counts = releases.get(key) ?? new ReleaseCounts()
      releases.set(key, counts)
      counts.count(side, isBad, now())
      timer ??= setTimeout(look, lookEveryMs).unref()
    }
  })
  app.addHook('onClose', (_app, done) => {
    clearTimeout(timer)
    done()
  })
}

const keyOf = ({ name, version }: { readonly name: string; readonly version: number }): string => `${name}@${version}`

const isDegraded = (payload: unknown): boolean => {
  const parts = payload !== null && typeof payload === 'object' && 'degraded' in payload ? payload.degraded : undefined
  return Array.isArray(parts) && parts.length > 0
}
