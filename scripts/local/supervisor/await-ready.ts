import { setTimeout as pause } from 'node:timers/promises'
import { gatewayWorkload } from '../plan/ports.ts'
import { probeHttp } from '../processes/http-probe.ts'
import type { Supervised } from '../processes/supervise.ts'
import type { Output } from './output.ts'
import type { RunningReplica } from './replica.ts'
import type { Shop } from './shop.ts'

/** How long everything may take; a cold start on two busy cores takes a third of it. */
const readyWithinMs = 120_000

/**
 * Waits until every process is ready, saying each workload that is.
 * @throws Error with the reason and the last lines of the process that it is about: one that crashes again and again, or that is
 *   not ready in time
 */
export async function awaitReady(shop: Shop, output: Output, step: (text: string) => void): Promise<void> {
  const timer = new AbortController()
  const late = pause(readyWithinMs, undefined, { signal: timer.signal }).then(() => Promise.reject(tooLate(shop, output)))
  late.catch(() => {})
  try {
    await Promise.race([everything(shop, output, step), late])
  } finally {
    timer.abort()
  }
}

async function everything({ broker, topics, replicas }: Shop, output: Output, step: (text: string) => void): Promise<void> {
  const kafka = broker.ready
    .catch((error: unknown) => Promise.reject(withLines(error, output.lastLines({ workload: 'kafka', replica: 0, container: 'broker' }))))
    .then(() => step(`Kafka answers on ${broker.brokers}`))
    .then(() => topics)
    .then(() => step('topics are there'))
  const workloads = Object.entries(Object.groupBy(replicas, ({ replica }) => replica.workload)).map(async ([workload, members = []]) => {
    await Promise.all(members.map((member) => replicaReady(member, output)))
    step(members.length === 1 ? `${workload} is ready` : `${workload} is ready (${members.length} replicas)`)
  })
  await Promise.all([kafka, ...workloads])
  await gatewayAnswers(replicas)
}

async function replicaReady({ replica, app, sidecar }: RunningReplica, output: Output): Promise<void> {
  const { workload, replica: number } = replica
  await Promise.all(
    Object.entries({ app, sidecar }).map(([container, process]) =>
      process.ready.catch((error: unknown) => Promise.reject(withLines(error, output.lastLines({ workload, replica: number, container })))),
    ),
  )
}

/** The way that customers take: through the sidecar. */
async function gatewayAnswers(replicas: readonly RunningReplica[]): Promise<void> {
  const gateway = replicas.find(({ replica }) => replica.workload === gatewayWorkload)
  if (!gateway) return
  const answer = await probeHttp(gateway.ports.inbound, '/healthz')
  if (!answer.ready) throw new Error(`The gateway is ready, but its sidecar does not let customers in: ${answer.why}.`)
}

function tooLate({ broker, replicas }: Shop, output: Output): Error {
  const processes: readonly { process: Supervised; lines: readonly string[] }[] = [
    ...(broker.process
      ? [{ process: broker.process, lines: output.lastLines({ workload: 'kafka', replica: 0, container: 'broker' }) }]
      : []),
    ...replicas.flatMap(({ replica: { workload, replica }, app, sidecar }) => [
      { process: sidecar, lines: output.lastLines({ workload, replica, container: 'sidecar' }) },
      { process: app, lines: output.lastLines({ workload, replica, container: 'app' }) },
    ]),
  ]
  const waiting = processes.filter(({ process }) => process.status() !== 'ready')
  const reasons = waiting.map(({ process }) => `${process.name}: ${process.why()}`)
  return withLines(new Error(`Not ready after ${readyWithinMs / 1000} s: ${reasons.join('; ')}.`), waiting[0]?.lines ?? [])
}

const withLines = (error: unknown, lines: readonly string[]): Error =>
  new Error([error instanceof Error ? error.message : String(error), ...lines.map((line) => `  | ${line}`)].join('\n'))
