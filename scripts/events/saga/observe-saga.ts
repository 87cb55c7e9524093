import { commandsTopic, eventsTopic } from '../../../services/shared/contracts/topology.ts'
import { answerOf } from '../audit/answer.ts'
import { runtimeCodes } from '../audit/decisions.ts'
import { type Step, steps } from '../audit/step.ts'
import { isUnreadable } from '../log/current-event.ts'
import type { ShopLog } from '../log/shop-log.ts'
import { edgeName } from './saga-edges.ts'
import type { SagaStep } from './saga-step.ts'

/**
 * Reads what really happened: how often each arrow of the choreography was gone along, by its name. Commands that have expired are left out.
 * Memory: the id of every event.
 * @param page tells timers and requests apart, which look the same in the log
 */
export async function observeSaga(log: ShopLog, services: readonly string[], page: readonly SagaStep[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const count = (name: string, times = 1): void => void counts.set(name, (counts.get(name) ?? 0) + times)
  const types = new Map<string, string>()
  /** Id of the causing event → arrows that wait for its type: publishers are read one after the other. */
  const waiting: { readonly cause: string; readonly service: string; readonly command: string }[] = []
  const timers = new Set(page.filter(({ because }) => because.includes('timer')).map(({ service, command }) => `${service} ${command}`))

  const see = ({ service, command, outcome }: Step): void => {
    for (const event of outcome) {
      if (!isUnreadable(event) && event.envelope.version > 0) types.set(event.envelope.id, event.envelope.type)
    }
    if (command === undefined || 'failure' in command || outcome.length === 0) return
    const { id, type, causationId } = command.envelope
    const about = { service, command: type }
    const refusals = outcome.flatMap((event) => answerOf(event) ?? [])
    // What the runtime itself turned away was never part of the choreography.
    if (refusals.some(({ code }) => runtimeCodes.includes(code ?? ''))) return
    if (causationId !== id) waiting.push({ cause: causationId, ...about })
    else count(edgeName({ ...about, kind: 'because', what: timers.has(`${service} ${type}`) ? 'timer' : 'request' }))
    for (const { code } of refusals) if (code !== undefined) count(edgeName({ ...about, kind: 'refusals', what: code }))
    for (const event of outcome) {
      if (!isUnreadable(event) && event.envelope.version > 0) count(edgeName({ ...about, kind: 'causes', what: event.envelope.type }))
    }
  }

  for (const service of services) {
    for (const partition of await log.partitions(eventsTopic(service))) {
      const [commands, events] = [log.read(commandsTopic(service), partition), log.read(eventsTopic(service), partition)]
      for await (const step of steps(service, partition, commands, events)) see(step)
    }
  }
  for (const { cause, ...about } of waiting)
    count(edgeName({ ...about, kind: 'because', what: types.get(cause) ?? 'an event that is not in the log' }))
  return counts
}
